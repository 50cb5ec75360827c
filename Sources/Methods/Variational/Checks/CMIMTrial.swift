import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Torch

/// One seed of the contrastive machine, the plain one, a variational autoencoder and InfoNCE.
struct CMIMTrial {
  let lab: Lab
  let seed: Seed
  let source: Source
  static let batches = [32, 128, 512]

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 300)
    options.validation = 0
    source = try lab.source(
      lab.pick(full: ["fashion-mnist", "mnist", "digits"], quick: ["digits"]), options)
  }

  func run(_ board: inout Scoreboard) throws {
    var vae = VAE()
    (vae.networks.hidden, vae.training) = (machine().networks.hidden, machine().training)
    let plain = try lab.fit(vae, source, seed: seed, as: "vae")
    try probe("vae", plain.encode, &board)
    board[CMIM.error.name, "vae"] = [try Scores(source.test, seed: seed).squaredError(plain).mean]
    var mim = machine()
    mim.contrast = 0
    let without = try lab.fit(mim, source, seed: seed, as: "mim")
    try probe("mim", without.encode, &board)
    let error = try Scores(source.test, seed: seed).squaredError(without).mean
    board[CMIM.error.name, "mim"] = [error]
    board[CMIM.error.name, "mim and 5%"] = [error * 1.05]
    var spread: [String: [Double]] = [:]
    for batch in Self.batches {
      var rival = CodeContrast()
      rival.base = machine(batch)
      let network = try lab.fit(machine(batch), source, seed: seed, as: "cmim, batches of \(batch)")
      let other = try lab.fit(rival, source, seed: seed, as: "infonce, batches of \(batch)")
      let names = batch == 128 ? ("cmim", "infonce") : ("cmim, \(batch)", "infonce, \(batch)")
      spread["cmim", default: []].append(try probe(names.0, network.encode, &board))
      spread["infonce", default: []].append(try probe(names.1, other.encode, &board))
      guard batch == 128 else { continue }
      try probe("cmim, decoder", network.decoderEmbeddings, &board)
      board[CMIM.error.name, "cmim"] = [
        try Scores(source.test, seed: seed).squaredError(network).mean
      ]
    }
    for (arm, values) in spread {
      board[CMIM.range.name, arm] = [(values.max() ?? .nan) - (values.min() ?? .nan)]
    }
    board[CMIM.range.name, "tolerance"] = [0.02]
  }

  private func machine(_ batch: Int = 128) -> CMIM {
    var method = CMIM()
    method.networks.hidden = [256]
    method.training.epochs = lab.pick(full: 8, quick: 1)
    method.training.batch = batch
    method.training.schedule = .cosine
    return method
  }

  /// Scores a linear and a nearest-neighbour probe; the share that the linear one gets right.
  @discardableResult private func probe(
    _ arm: String, _ encode: (Tensor) -> Tensor, _ board: inout Scoreboard
  ) throws -> Double {
    lab.say("\(arm): probes")
    func codes(_ examples: Examples) throws -> (Tensor, [Int]) {
      let parts = try Scores(examples, seed: seed).map { batch, _ in [try encode(batch.x).checked()]
      }
      return (Tensor.concatenate(parts), try examples.labels() ?? [])
    }
    let train = try codes(source.train.prefix(lab.pick(full: 2000, quick: 200)))
    let test = try codes(source.test.prefix(lab.pick(full: 2000, quick: 100)))
    var linear = LinearProbe()
    linear.regression.minimiser.iterations = lab.pick(full: 100, quick: 20)
    let hits = try linear.hits(
      train: train.0, train.1, test: test.0, test.1, classes: source.domain.classes.count)
    board[CMIM.linear.name, arm] = hits
    board[CMIM.nearness.name, arm] = try nearest(test.0)
    board[CMIM.neighbours.name, arm] = try NearestNeighbours().hits(
      train: train.0, train.1, test: test.0, test.1)
    return hits.mean
  }

  /// The cosine of each code, `[n, k]`, with that of the nearest other.
  private func nearest(_ codes: Tensor) throws -> [Double] {
    let unit = codes / codes.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
    let own = Tensor.identity(codes.size(0), device: codes.device) * 2
    return try (unit.matmul(unit.transposed()) - own).max(over: 1).values(as: Double.self)
  }
}
