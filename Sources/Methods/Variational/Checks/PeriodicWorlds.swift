import Datasets
import Probability
import Torch

/// Pictures whose causes fill a closed manifold, with the true place of each.
enum PeriodicWorld {
  /// A pattern of the lowest frequencies, shifted periodically in two directions: a flat torus.
  case shifts
  /// An object turned in the plane: a circle.
  case turns

  /// The manifold of the causes.
  var manifold: ClosedManifold {
    switch self {
    case .shifts: ClosedManifold(.torus, dimension: 2)
    case .turns: ClosedManifold(.torus, dimension: 1)
    }
  }

  static let side = 16
  /// Standard deviation of the pixels of clean pictures, whose noise has 1.
  static let signal = 3.0

  /// Pictures of the world of `seed`; the coordinates of the causes are the factors.
  ///
  /// - Throws: what the tensors carry.
  func source(train: Int, test: Int, _ seed: Seed) throws -> Source {
    let random = RandomStream(seed.child("world"))
    let scale = try deviation(random)
    func examples(_ count: Int, _ part: String) -> MadeExamples {
      let causes = manifold.uniform(count, random.child(part))
      let clean = pictures(causes, random.child("form")) / scale * Self.signal
      return MadeExamples(
        clean + random.child(part + " noise").normal(clean.shape), factors: causes)
    }
    var options = SourceOptions()
    options.validation = 0.1
    return try Source.made(
      "\(self)", train: examples(train, "train"), test: examples(test, "test"),
      factors: (0..<manifold.coordinates).map { Factor("coordinate \($0 + 1)", values: 0) }, options
    )
  }

  /// Standard deviation of all pixels of clean pictures.
  private func deviation(_ random: RandomStream) throws -> Tensor {
    pictures(manifold.uniform(500, random.child("scale")), random.child("form"))
      .flattened().standardDeviation()
  }

  /// Clean pictures of causes `[n, m]`, `[n, 1, 16, 16]`; the form is the same for the same stream.
  private func pictures(_ causes: Tensor, _ form: RandomStream) -> Tensor {
    switch self {
    case .shifts: Self.shifted(causes)
    case .turns: Self.turned(causes, form)
    }
  }

  /// A wave of one period in each direction, as in the authors' script.
  private static func shifted(_ causes: Tensor) -> Tensor {
    let pairs = causes.reshaped(-1, 2, 2)
    let angles = pairs[.all, .all, 1].atan2(pairs[.all, .all, 0])  // [n, 2]
    let grid = Tensor.range(0, Double(side), type: .float32) * (2 * Double.pi / Double(side))
    let across = (angles[.all, 0].unsqueezed(1) + grid).cos().unsqueezed(1)
    let down = (angles[.all, 1].unsqueezed(1) + grid).cos().unsqueezed(2)
    return (across + down).unsqueezed(1)
  }

  /// Six bright points of different weights in a disc, turned about its middle.
  private static func turned(_ causes: Tensor, _ form: RandomStream) -> Tensor {
    let points = form.child("points").normal([2, 6]) * 0.6
    let (c, s) = (causes.sliced(1, 0, 1), causes.sliced(1, 1, 2))
    let (u, v) = (points.sliced(0, 0, 1), points.sliced(0, 1, 2))
    let grid = Tensor.linspace(-2, 2, count: side)
    let x = ((c * u - s * v).unsqueezed(2) - grid).squared()  // [n, 6, 16]
    let y = ((s * u + c * v).unsqueezed(2) - grid).squared()
    let weights = Tensor.linspace(0.4, 1.6, count: 6).unsqueezed(1)
    let columns = (x * (-1 / (2 * 0.5 * 0.5))).exp() * weights
    let rows = (y * (-1 / (2 * 0.5 * 0.5))).exp()
    return rows.transposed().matmul(columns).unsqueezed(1)
  }
}
