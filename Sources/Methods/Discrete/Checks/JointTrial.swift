import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// One seed of JointVAE, its network with one capacity, and clusters of a β-VAE's codes.
struct JointTrial {
  let lab: Lab
  let seed: Seed
  let source: Source
  private let classes = 10

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 10_000, quick: 500)
    options.size = lab.pick(full: [14, 14], quick: nil)
    let names = lab.pick(full: ["mnist", "fashion-mnist", "digits"], quick: ["digits"])
    source = try lab.source(names, options)
  }

  private var judged: Examples { source.test.prefix(lab.pick(full: 2000, quick: 100)) }

  func run(_ board: inout Scoreboard) throws {
    let weights = lab.pick(full: [3.0, 5, 10], quick: [5])
    try joint(JointVAE.own, weights, &board) { $0 }
    try joint(JointVAE.shared, weights, &board) { SharedCapacity(base: $0) }
    let name = JointVAE.beta
    let beta = try lab.bestRate(name, of: lab.pick(full: [1, 2, 4], quick: [2]), as: "beta") {
      let examples = source.validation.prefix(1000)
      let network = try self.beta($0, passes: lab.pick(full: 15, quick: 1), Seed(0))
      return [try clustered(network, examples, Seed(0))]
    }
    let network = try self.beta(beta, passes: lab.pick(full: 25, quick: 2), seed)
    board[JointVAE.accuracy.name, name] = [try clustered(network, judged, seed)]
    board[JointVAE.leakage.name, name] = try leakage { network.encode($0) }
  }

  private func joint<Arm: LossRecipe>(
    _ name: String, _ weights: [Double], _ board: inout Scoreboard, _ arm: (JointVAE) -> Arm
  ) throws where Arm.Network == JointAutoencoder {
    func fit(_ weight: Double, passes: Int, _ seed: Seed) throws -> JointAutoencoder {
      var method = JointVAE()
      method.capacityWeight = weight
      method.networks = networks
      method.training = training(passes)
      return try lab.fit(arm(method), source, seed: seed, as: name)
    }
    let weight = try lab.bestRate(name, of: weights, as: "capacity weight") {
      let network = try fit($0, passes: lab.pick(full: 15, quick: 1), Seed(0))
      return [try matched(network, source.validation.prefix(1000)).accuracy]
    }
    let network = try fit(weight, passes: lab.pick(full: 25, quick: 2), seed)
    let found = try matched(network, judged)
    board[JointVAE.accuracy.name, name] = [found.accuracy]
    board[JointVAE.nats.name, name] = [found.nats]
    board[JointVAE.leakage.name, name] = try leakage { network.posterior($0).z.mean }
  }

  private func beta(_ beta: Double, passes: Int, _ seed: Seed) throws -> GaussianAutoencoder {
    var method = BetaVAE()
    method.beta = beta
    method.networks = networks
    method.training = training(passes)
    return try lab.fit(method, source, seed: seed, as: JointVAE.beta)
  }

  private var networks: EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = [lab.pick(full: 256, quick: 64)]
    networks.architecture = .mlp
    return networks
  }

  private func training(_ passes: Int) -> Training {
    var training = Training()
    training.batch = 100
    training.learningRate = 0.002
    training.epochs = passes
    return training
  }

  /// The accuracy of the likeliest class, and the mean KL of the categorical variable, nats.
  private func matched(
    _ network: JointAutoencoder, _ examples: Examples
  ) throws -> (accuracy: Double, nats: Double) {
    let rows = try Scores(examples, seed: seed).map { batch, _ in
      let q = network.posterior(batch.x)
      let places = try q.c[0].logits.argmax(over: 1).places()
      return Array(zip(places, try q.categoricalRate.values(as: Double.self)))
    }
    let agreement = PartitionAgreement(rows.map(\.0), try examples.labels() ?? [])
    return (agreement.matchedAccuracy, rows.map(\.1).mean)
  }

  private func clustered(
    _ network: any Encoding, _ examples: Examples, _ seed: Seed
  ) throws -> Double {
    let codes = try Scores(examples, seed: seed).codes(network).to(.float64)
    let found = try KMeans(clusters: classes).fit(codes, seed: seed.child("clusters"))
    return PartitionAgreement(found.labels, try examples.labels() ?? []).matchedAccuracy
  }

  private func leakage(_ block: @escaping (Tensor) -> Tensor) throws -> [Double] {
    func codes(_ examples: Examples) throws -> (Tensor, [Int]) {
      let parts = try Scores(examples, seed: seed).map { batch, _ in [block(batch.x)] }
      return (Tensor.concatenate(parts), try examples.labels() ?? [])
    }
    let (train, trainLabels) = try codes(source.train.prefix(lab.pick(full: 2000, quick: 200)))
    let (test, testLabels) = try codes(judged)
    return try LinearProbe().hits(
      train: train, trainLabels, test: test, testLabels, classes: source.domain.classes.count)
  }
}
