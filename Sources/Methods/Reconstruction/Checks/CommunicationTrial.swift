import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// Autoencoders of two seeds, each decoding what the other encodes.
struct CommunicationTrial {
  let lab: Lab
  let seed: Seed
  let source: Source

  /// One fitted space of a pair: codes of the data, and what its decoder makes of another's.
  struct Side {
    let train: Tensor
    let test: Tensor
    let decode: (Tensor) -> Tensor
  }

  /// 5,000 training pictures of Fashion-MNIST; digits in the quick form.
  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 300)
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
  }

  private var test: Examples { source.test.prefix(lab.pick(full: 2000, quick: 100)) }

  func training() -> Training {
    var training = Training()
    (training.batch, training.epochs) = (100, lab.pick(full: 10, quick: 2))
    return training
  }

  /// Networks of one hidden layer.
  func networks(_ hidden: Int) -> EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = [hidden]
    networks.architecture = .mlp
    return networks
  }

  /// A plain autoencoder, read by its codes.
  func plain(_ method: Autoencoder, _ number: Int) throws -> Side {
    let network = try lab.fit(method, source, seed: seed.child(number), as: "absolute")
    return Side(
      train: try codes(source.train) { network.encode($0) },
      test: try codes(test) { network.encode($0) }, decode: network.decode)
  }

  /// A relative autoencoder, read by its coordinates.
  func relative<Method: RelativeRecipe>(
    _ method: Method, _ number: Int, as arm: String
  ) throws -> Side {
    let network = try lab.fit(method, source, seed: seed.child(number), as: arm)
    let anchors = try withoutGradients { try network.encode(network.anchors.tensor).checked() }
    func read(_ x: Tensor) -> Tensor { network.coordinates(network.encode(x), anchors) }
    return Side(
      train: try codes(source.train, read), test: try codes(test, read),
      decode: { network.decode(relative: $0) })
  }

  private func codes(_ examples: Examples, _ read: (Tensor) -> Tensor) throws -> Tensor {
    let parts = try Scores(examples, seed: seed).map { batch, _ in
      [try read(batch.x).to(.cpu).checked()]
    }
    return try Tensor.concatenate(parts).checked()
  }

  /// Share of the pixels' variance over the test pictures that decoding the codes explains; may be below 0.
  func explained(_ decode: (Tensor) -> Tensor, _ codes: Tensor) throws -> Double {
    let x = try test.batch(Array(0..<test.count)).x
    let error = try withoutGradients { try decode(codes).squaredError(x).mean().value() }
    return 1 - error / (try x.variance(over: 0, correction: 0).mean().value())
  }

  /// Share of the test pictures whose class a linear classifier of `train` codes finds in `test` codes.
  func accuracy(_ train: Tensor, _ test: Tensor) throws -> Double {
    try LinearProbe().hits(
      train: train, source.train.labels() ?? [], test: test, self.test.labels() ?? [],
      classes: source.domain.classes.count
    ).mean
  }

  /// Adds what `pair` of spaces make of each other, both ways, and of themselves, as `arm` and `arm` alone.
  func score(_ pair: (Side, Side), _ arm: String, _ board: inout Scoreboard) throws {
    let ways = [(pair.0, pair.1), (pair.1, pair.0)]
    board[Communication.explained.name, arm] += try ways.map {
      try explained($0.1.decode, $0.0.test)
    }
    board[Communication.explained.name, "\(arm) alone"] += try ways.map {
      try explained($0.1.decode, $0.1.test)
    }
    guard pair.0.train.size(1) == pair.1.train.size(1) else { return }
    board[Communication.accuracy.name, arm] += try ways.map { try accuracy($0.1.train, $0.0.test) }
    board[Communication.accuracy.name, "\(arm) alone"] += try ways.map {
      try accuracy($0.1.train, $0.1.test)
    }
  }
}

/// What spaces that decode each other's codes are measured by.
enum Communication {
  static let explained = Claim.Metric(
    "variance that stitched decoding explains", unit: "share", .higher)
  static let accuracy = Claim.Metric("stitched accuracy of a linear head", unit: "share", .higher)
}
