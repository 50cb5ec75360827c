import Datasets
import Files
import Learning
import Networks
import Torch

/// How well a network tells classes once it was taught some labels as a whole, with a linear layer on its codes.
///
/// - Source: Chen, Kornblith, Norouzi & Hinton, *A simple framework for contrastive learning of visual representations*,
///   ICML 2020, appendix B.5.
/// - Departs: Adam down a cosine; no views.
public struct FineTuning: Sendable {
  public var training: Training
  /// Steps that are made even where the passes over few labels have fewer.
  public var leastSteps = 300

  public init() {
    training = Training()
    (training.epochs, training.batch, training.schedule) = (20, 64, .cosine)
  }

  /// 1 for each test example whose class is found, else 0; nothing where there are no codes or labels.
  ///
  /// The network is afterwards as it was.
  ///
  /// - Throws: `TensorError` that a code carries, or what reading throws.
  public func hits(
    _ network: any Module, train: Examples, test: Examples, classes: Int, seed: Seed,
    device: Device = .cpu
  ) throws -> [Double]? {
    guard let codec = Codec(of: network), try train.labels() != nil, try test.labels() != nil
    else { return nil }
    let before = network.state.mapValues { $0.detached().copied() }
    // Cannot fail: these are the network's own tensors.
    defer { try? network.load(before) }
    let width = try withoutGradients {
      codec.encode(try train.batch([0]).moved(to: device)).size(1)
    }
    let head = Linear(width, classes, RandomStream(seed.child("head"), device: device))
    try teach(codec, head, network.parameters + head.parameters, train, seed, device)
    var scores = Scores(test, seed: seed)
    scores.device = device
    return try scores.map { batch, _ in
      guard let labels = batch.labels else { return [] }
      let found = try head(codec.encode(batch)).argmax(over: 1).places()
      return zip(found, try labels.places()).map { $0 == $1 ? 1 : 0 }
    }
  }

  private func teach(
    _ codec: Codec, _ head: Linear, _ parameters: [Tensor], _ train: Examples, _ seed: Seed,
    _ device: Device
  ) throws {
    let optimiser = Optimiser([ParameterGroup(parameters)], training)
    let loader = Loader(train, batch: training.batch, seed: seed.child("fine-tuning"))
    let each = loader.batchesPerEpoch
    let epochs = max(training.epochs, (leastSteps + each - 1) / each)
    for epoch in 0..<epochs {
      let batches = loader.epoch(epoch)
      var step = epoch * each
      while let batch = try batches.next()?.moved(to: device), let labels = batch.labels {
        try Runtime.training(true) {
          let loss = head(codec.encode(batch)).crossEntropy(labels).mean()  // nats
          try optimiser.step(
            try loss.gradients(for: parameters), rate: training.rate(at: step, of: each * epochs))
        }
        step += 1
      }
    }
  }
}
