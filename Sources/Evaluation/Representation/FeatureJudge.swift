import Datasets
import Learning
import Torch

/// A classifier in whose features distances between pictures are taken, as they are elsewhere in those of a network
/// trained on ImageNet: trained on the labelled training examples of the source at hand, by a fixed seed.
public struct FeatureJudge: Sendable {
  /// The classifier; its features are 128 numbers before the last layer.
  public let network: Classifier.Network

  /// The method that trains it.
  public static var recipe: Classifier {
    var classifier = Classifier()
    classifier.hidden = [128]
    classifier.training.epochs = 3
    return classifier
  }

  /// A judge that is there already.
  public init(_ network: Classifier.Network) { self.network = network }

  /// Trains a judge on the training examples of `source`.
  ///
  /// - Throws: `UserError` where it has no labels, `TrainingError` where `shouldStop` asks for it.
  public init(
    training source: Source, device: Device = .cpu, shouldStop: @escaping () -> Bool = { false }
  ) throws {
    var run = FitRun(source, seed: Seed(0))
    run.device = device
    run.shouldStop = shouldStop
    network = try Space.fitted(Self.recipe, run).network
  }

  /// Features of the first `limit` examples, `[n, 128]`.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func features(of examples: Examples, limit: Int = 5000, device: Device = .cpu) throws
    -> Tensor
  {
    var scores = Scores(examples.prefix(limit), seed: Seed(0))
    scores.device = device
    let parts = try scores.map { batch, _ in [network.features(batch.x).to(.cpu)] }
    return try Tensor.concatenate(parts).checked()
  }

  /// Features of `count` pictures that `draw` makes, at most 500 at a time: `[count, 128]`.
  ///
  /// - Throws: `TensorError` that a picture carries.
  public func features(
    count: Int = 5000, seed: Seed, device: Device = .cpu,
    _ draw: (_ count: Int, _ random: RandomStream) throws -> Tensor
  ) throws -> Tensor {
    let random = RandomStream(seed.child("samples"), device: device)
    return try withoutGradients {
      let parts = try stride(from: 0, to: count, by: 500).map { start in
        network.features(try draw(min(500, count - start), random.child(start))).to(.cpu)
      }
      return try Tensor.concatenate(parts).checked()
    }
  }

  /// The Fréchet distance of `count` draws from the prior of `sampler` to `features`.
  ///
  /// - Throws: `TensorError`.
  public func frechet(
    _ sampler: any Sampling, to features: Tensor, count: Int = 5000, seed: Seed,
    device: Device = .cpu
  ) throws -> Double {
    let drawn = try self.features(count: count, seed: seed, device: device) { count, random in
      sampler.decode(sampler.samplePrior(count, temperature: 1, random))
    }
    return try FrechetDistance.between(features, drawn)
  }
}

extension Lab {
  /// A judge of pictures like those of `source`, for all seeds the same.
  ///
  /// - Throws: as ``FeatureJudge/init(training:device:shouldStop:)``.
  public func judge(_ source: Source) throws -> FeatureJudge {
    say("training the classifier in whose features distances are taken")
    return try FeatureJudge(training: source, device: device, shouldStop: shouldStop)
  }
}
