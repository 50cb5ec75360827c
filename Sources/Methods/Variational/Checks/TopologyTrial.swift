import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// One seed of manifolds and flat spaces in one world.
struct TopologyTrial {
  let world: PeriodicWorld
  let lab: Lab
  let seed: Seed
  let continuity: String
  let bound: String

  init(_ world: PeriodicWorld, _ lab: Lab, _ seed: Seed, _ continuity: String, _ bound: String) {
    (self.world, self.lab, self.seed) = (world, lab, seed)
    (self.continuity, self.bound) = (continuity, bound)
  }

  /// A diffusion variational autoencoder, with its rate.
  func curved(
    _ name: String, _ kind: ClosedManifold.Kind, _ dimension: Int, beta: Double = 1,
    _ board: inout Scoreboard
  ) throws {
    var method = DiffusionVAE()
    (method.manifold, method.dimension, method.beta) = (kind, dimension, beta)
    let (network, scores) = try score(
      name, method, &board, ClosedManifold(kind, dimension: dimension).distance)
    board["rate on \(world)", name] = try scores.map { batch, _ in
      try network.posterior(batch.x).divergenceFromUniform().values(as: Double.self)
    }
  }

  /// A variational autoencoder with a flat Gaussian.
  func flat(_ name: String, _ latents: Int, _ board: inout Scoreboard) throws {
    var method = VAE()
    method.latents = latents
    try score(name, method, &board) { ($0 - $1).norm(over: 1) }
  }

  @discardableResult private func score<Arm: Topological>(
    _ name: String, _ arm: Arm, _ board: inout Scoreboard,
    _ distance: (Tensor, Tensor) -> Tensor
  ) throws -> (network: Arm.Network, scores: Scores) where Arm.Network: Encoding & Bounding {
    let source = try examples(seed)
    let network = try fitted(arm, source, "\(world): \(name)")
    let scores = Scores(source.test, seed: seed)
    board[bound, name] = try scores.elbo(network, draws: 5)
    let codes = try scores.codes(network)
    let causes = Tensor(
      (source.test.factors() ?? []).flatMap { $0 },
      shape: [source.test.count, world.manifold.coordinates])
    let pairs = RandomStream(seed.child("pairs")).integers(0..<source.test.count, [2, 5000])
    func pair(_ table: Tensor, _ distance: (Tensor, Tensor) -> Tensor) throws -> Tensor {
      let (a, b) = (table.indexSelect(0, pairs[0]), table.indexSelect(0, pairs[1]))
      return try distance(a, b).to(.float64).checked()
    }
    board[continuity, name] = [
      try correlation(pair(codes, distance), pair(causes, world.manifold.distance))
    ]
    return (network, scores)
  }

  private func examples(_ seed: Seed) throws -> Source {
    try world.source(
      train: lab.pick(full: 2000, quick: 400), test: lab.pick(full: 1000, quick: 200), seed)
  }

  private func fitted<Arm: Topological>(
    _ arm: Arm, _ source: Source, _ name: String
  ) throws -> Arm.Network {
    var arm = arm
    arm.networks.hidden = [128, 128]
    arm.networks.architecture = .mlp
    arm.likelihood = .gaussian
    arm.training.batch = 64
    arm.training.epochs = lab.pick(full: 40, quick: 3)
    arm.training.learningRate = 0.004
    arm.annealing = 0.2
    arm.training.schedule = .cosine
    return try lab.fit(arm, source, seed: seed, as: name)
  }

  /// Pearson's correlation of two vectors.
  private func correlation(_ a: Tensor, _ b: Tensor) throws -> Double {
    let (x, y) = (a - a.mean(), b - b.mean())
    return try ((x * y).mean() / (x.squared().mean() * y.squared().mean()).squareRoot()).value()
  }
}

/// What the arms of the check have in common.
protocol Topological: LossRecipe {
  var networks: EncoderDecoder { get set }
  var likelihood: LikelihoodFamily { get set }
  var annealing: Double { get set }
}

extension DiffusionVAE: Topological {}
extension VAE: Topological {}
