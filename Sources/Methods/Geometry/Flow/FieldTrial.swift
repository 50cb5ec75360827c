import Autoencoding
import Datasets
import Evaluation
import Learning
import Torch

/// An autoencoder of pictures and what the flow on its codes tells of it.
struct FieldTrial {
  let source: Source
  var latents = 16
  var hidden = [256]
  var training = Training()
  /// Codes that are followed.
  var starts = 300
  var steps = 300

  /// A fitted autoencoder with the flow from codes of its training examples.
  struct Fitted {
    let network: PlainAutoencoder.Network
    let field: LatentField
    let codes: Tensor
    let flow: LatentField.Flow
  }

  func fitted(_ lab: Lab, _ seed: Seed, as arm: String) throws -> Fitted {
    var recipe = PlainAutoencoder()
    (recipe.latents, recipe.training) = (latents, training)
    (recipe.networks.hidden, recipe.networks.architecture) = (hidden, .mlp)
    let network = try lab.fit(recipe, source, seed: seed, as: arm)
    let codes = try Scores(source.train.prefix(starts), seed: seed).codes(network)
    var field = LatentField(network)
    field.steps = steps
    return Fitted(
      network: network, field: field, codes: codes, flow: try field.follow(codes))
  }

  /// The attractors, told apart at a hundredth of the spread of the codes.
  func attractors(_ fitted: Fitted) throws -> Attractors {
    let spread = try fitted.codes.variance(over: 0).sum().squareRoot().value()
    return try Attractors(fitted.flow, radius: 0.01 * spread)
  }

  /// The mean cosine of decoded ends with the training pictures nearest to them in angle.
  func memorisation(_ fitted: Fitted) throws -> Double {
    try withoutGradients {
      func unit(_ x: Tensor) -> Tensor {
        let x = x.flattened(from: 1)
        return x / x.norm(over: 1, keep: true).clamped(atLeast: 1e-9)
      }
      let pictures = try source.train.batch(Array(0..<source.train.count)).x
      let ends = unit(fitted.network.decode(fitted.flow.ends))
      return try ends.matmul(unit(pictures).transposed()).max(over: 1).mean().value()
    }
  }

  /// Mean squared errors of reconstruction of training and of test pictures, per pixel.
  func errors(_ fitted: Fitted) throws -> (train: Double, test: Double) {
    func error(_ examples: Examples) throws -> Double {
      try Scores(examples.prefix(1000), seed: Seed(0)).squaredError(Codec(fitted.network)).mean
    }
    return (try error(source.train), try error(source.test))
  }

  /// How well three scores tell pictures of `strangers` from test pictures: areas under the curve.
  func detection(
    _ fitted: Fitted, _ strangers: Examples, count: Int
  ) throws -> [(name: String, area: Double)] {
    let own = source.test.prefix(count), other = strangers.prefix(count)
    func scores(_ examples: Examples) throws -> Tensor {
      try Scores(examples, seed: Seed(0)).codes(fitted.network)
    }
    let trajectory = try TrajectoryScore(fitted.field, training: fitted.codes)
    let training = try scores(source.train)
    func neighbours(_ codes: Tensor) throws -> [Double] {
      try codes.distances(to: training).top(min(10, training.size(0)), along: 1, largest: false)
        .values.selected(1, -1).values(as: Double.self)
    }
    func error(_ examples: Examples) throws -> [Double] {
      try Scores(examples, seed: Seed(0)).squaredError(Codec(fitted.network))
    }
    func area(_ known: [Double], _ strange: [Double]) -> Double {
      areaUnderCurve(known + strange, known.map { _ in false } + strange.map { _ in true })
    }
    let (mine, theirs) = (try scores(own), try scores(other))
    return [
      (
        "trajectory", area(try trajectory(fitted.field, mine), try trajectory(fitted.field, theirs))
      ),
      ("neighbours", area(try neighbours(mine), try neighbours(theirs))),
      ("error", area(try error(own), try error(other))),
    ]
  }
}
