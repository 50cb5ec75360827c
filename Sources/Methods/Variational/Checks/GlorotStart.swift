import Autoencoding
import Datasets
import Learning
import Networks
import Torch

/// A method whose network starts as in Burda, Grosse & Salakhutdinov, 2016: weights by Glorot & Bengio's rule, biases
/// from 0, and the decoder's last from the log odds of each input's mean.
///
/// - Source: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*,
///   AISTATS 2010.
struct GlorotStart<Base: LossRecipe>: LossRecipe where Base.Network == GaussianAutoencoder {
  static var card: Card { Base.card }

  var base = Base()
  /// The mean of each input over training examples.
  var means: [Float] = []
  var training: Training {
    get { base.training }
    set { base.training = newValue }
  }

  func validate(for domain: Domain) throws { try base.validate(for: domain) }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    let network = base.makeNetwork(domain, random)
    for (name, parameter) in network.namedParameters {
      let shape = parameter.tensor.shape
      let start =
        shape.count > 1
        ? Initialiser.xavierUniform(shape, random.child(name)) : parameter.tensor.zerosLike()
      // What can fail here has failed in `start`, which carries it into the loss.
      try? parameter.tensor.assign(start)
    }
    if let bias = network.decoder.layers.last?.bias, bias.tensor.count == means.count {
      try? bias.tensor.assign(
        Tensor(means, shape: bias.tensor.shape).clamped(0.001, 0.999).logit())
    }
    return network
  }

  func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    base.loss(network, batch, step)
  }
}

extension Source {
  /// The mean of each input over the first `count` training examples.
  ///
  /// - Throws: what reading throws.
  func means(over count: Int) throws -> [Float] {
    let some = try train.batch(Array(0..<min(count, train.count)))
    return try some.x.flattened(from: 1).mean(over: 0).values()
  }
}
