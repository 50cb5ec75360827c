import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// Pictures and the classifier in whose features a check takes Fréchet distances, with the small networks that all its
/// arms have.
struct JudgedPictures {
  let lab: Lab
  let seed: Seed
  let source: Source
  let judge: FeatureJudge

  /// 5,000 training pictures of the source `full`, a fifth of them for choosing; digits in the quick form.
  init(_ lab: Lab, _ seed: Seed, full: String) throws {
    (self.lab, self.seed) = (lab, seed)
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 300)
    options.validation = 0.2
    source = try lab.source([lab.pick(full: full, quick: "digits")], options)
    judge = try lab.judge(source)
  }

  /// The logarithm of the Fréchet distance between what `network` draws and `examples`.
  func distance(_ network: any Sampling, _ examples: Examples) throws -> Double {
    let features = try judge.features(of: examples, limit: 2000, device: lab.device)
    let count = lab.pick(full: 5000, quick: 500)
    return log(
      try judge.frechet(network, to: features, count: count, seed: seed, device: lab.device))
  }

  var networks: EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = [256]
    networks.architecture = .mlp
    return networks
  }

  func training(epochs: Int) -> Training {
    var training = Training()
    (training.batch, training.epochs) = (64, lab.pick(full: epochs, quick: 2))
    return training
  }
}
