import Datasets
import Learning
import Torch

/// Mean and covariance of examples, each flattened to d numbers, in double precision.
public struct ExampleMoments: Sendable {
  /// Number of examples, n.
  public let count: Int
  /// `[d]`.
  public let mean: Tensor
  /// `[d, d]`, with divisor n.
  public let covariance: Tensor

  /// The moments of the training examples of `run`, in two passes, so that a large mean costs no digits.
  ///
  /// - Throws: what reading throws, or `TrainingError` where the run is to stop.
  public init(_ run: FitRun) throws {
    let (examples, d) = (run.source.train, run.source.domain.size)
    count = examples.count
    let share = 1 / Double(max(1, count))
    var sum = Tensor.zeros([d], type: .float64, device: run.device)
    try run.forEachChunk { sum += $0.sum(over: 0) }
    let centre = sum * share
    var products = Tensor.zeros([d, d], type: .float64, device: run.device)
    try run.forEachChunk {
      let centred = $0 - centre.unsqueezed(0)
      products = products.addingProduct(centred.transposed(), centred)
    }
    (mean, covariance) = (centre, products * share)
  }
}

/// The directions that examples vary most in.
///
/// - Source: Pearson, *On lines and planes of closest fit to systems of points in space*, 1901.
public struct PrincipalAxes: Sendable {
  /// `[d]`, in double precision.
  public let mean: Tensor
  /// Variances along the axes, descending, with divisor n: `[min(n, d)]`.
  public let variances: Tensor
  /// Orthonormal columns, `[d, min(n, d)]`; in each the entry of the largest size is positive.
  public let axes: Tensor
  /// The variances of all d inputs together, a scalar.
  public let total: Tensor

  /// The axes of the training examples of `run`: by the covariance, or by the examples themselves where they are fewer
  /// than the inputs.
  ///
  /// - Throws: what reading throws, `TensorError`, or `TrainingError` where the run is to stop.
  public init(_ run: FitRun) throws {
    let (n, d) = (run.source.train.count, run.source.domain.size)
    guard n < d else {
      let moments = try ExampleMoments(run)
      let (values, vectors) = moments.covariance.symmetricEigen()
      mean = moments.mean
      variances = values.flipped(0).clamped(atLeast: 0)
      axes = Self.signed(vectors.flipped(1))
      total = moments.covariance.trace()
      return
    }
    var rows: [Tensor] = []
    try run.forEachChunk { rows.append($0) }
    let x = Tensor.concatenate(rows)
    let centre = x.mean(over: 0)
    let (_, lengths, directions) = (x - centre.unsqueezed(0)).svd()
    mean = centre
    variances = lengths.squared() / Double(max(1, n))
    axes = Self.signed(directions.transposed())
    total = variances.sum()
  }

  /// An axis has no direction of its own: the sign is fixed so that machines agree.
  private static func signed(_ axes: Tensor) -> Tensor {
    let largest = axes.abs().argmax(over: 0, keep: true)  // [1, k]
    return axes * ((axes.gather(0, largest) .>= 0).to(axes.dtype) * 2 - 1)
  }
}

extension FitRun {
  /// Gives `body` the training examples in order, some at a time, flattened, `[b, d]` in double precision.
  fileprivate func forEachChunk(_ body: (Tensor) -> Void) throws {
    // About thirty million numbers at a time.
    let size = max(1, min(2000, 32_000_000 / max(1, source.domain.size)))
    for chunk in source.train.chunks(of: size) {
      if shouldStop() { throw TrainingError.stopped(step: 0, steps: 1) }
      body(try source.train.batch(chunk).moved(to: device).x.flattened(from: 1).to(.float64))
    }
  }
}
