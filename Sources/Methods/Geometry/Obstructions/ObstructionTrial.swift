import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Torch

/// An autoencoder of a world with a hole, and where it errs.
struct ObstructionTrial {
  let world: TopologyWorld
  var networks = EncoderDecoder()
  var training = Training()
  var points = 5000
  /// Points that errors are looked at on, and strangers.
  var tested = 20_000
  /// Points by which loops are counted.
  var landmarks = 400

  /// What one autoencoder makes of its world.
  struct Outcome {
    let latents: Int
    /// Distances from points to what is decoded, over their lengths.
    let errors: [Double]
    /// The same distances, and those of strangers, as they are.
    let distances: [Double]
    let strangerDistances: [Double]
    /// Long loops, of points and of their codes.
    let loops: (data: Int, codes: Int)
    let test: Tensor
    let strangers: Tensor

    /// The largest relative error.
    var largest: Double { errors.max() ?? .nan }
    /// Share of the squared error that the worst twentieth of the points carries.
    var concentration: Double {
      let squares = distances.map { $0 * $0 }.sorted(by: >)
      return squares.prefix(squares.count / 20).reduce(0, +) / squares.reduce(0, +)
    }
    /// How well the error tells strangers from points: 0.5 is chance.
    var detection: Double {
      areaUnderCurve(
        strangerDistances + distances,
        strangerDistances.map { _ in true } + distances.map { _ in false })
    }
    /// Share of the strangers that are decoded better than the worst twentieth of the points.
    var hidden: Double {
      let worst = distances.quantile(0.95)
      return Double(strangerDistances.count { $0 < worst }) / Double(strangerDistances.count)
    }
  }

  /// The autoencoder with so many units.
  ///
  /// - Throws: `TrainingError`, or `TensorError`.
  func outcome(_ latents: Int, _ lab: Lab, _ seed: Seed) throws -> Outcome {
    let train = world.points(points, seed.child("train"))
    let test = world.points(tested, seed.child("test"))
    let strangers = world.strangers(tested, seed.child("test"))
    let source = try Source.made(
      world.rawValue, train: MadeExamples(train), test: MadeExamples(test))
    var recipe = PlainAutoencoder()
    (recipe.latents, recipe.networks, recipe.training) = (latents, networks, training)
    let network = try lab.fit(
      recipe, source, seed: seed.child(latents), as: "\(world.rawValue), \(latents) units")
    func distances(_ x: Tensor) throws -> [Double] {
      try withoutGradients {
        let x = x.to(.float32)
        return try (network.decode(network.encode(x)) - x).squared().sum(over: 1).squareRoot()
          .values(as: Double.self)
      }
    }
    let own = try distances(test)
    let lengths = try test.norm(over: 1).values(as: Double.self)
    let few = test[0..<min(landmarks, tested)]
    let codes = try withoutGradients { try network.encode(few.to(.float32)).checked() }
    return Outcome(
      latents: latents, errors: zip(own, lengths).map { $0 / $1 }, distances: own,
      strangerDistances: try distances(strangers),
      loops: (
        try VietorisRips(few).longLoops(), try VietorisRips(codes).longLoops()
      ), test: test, strangers: strangers)
  }
}
