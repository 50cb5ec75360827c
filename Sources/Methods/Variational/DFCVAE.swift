import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The deep feature consistent variational autoencoder: reconstructions are compared with examples by the hidden
/// activations of a frozen network, not by their pixels.
///
/// - Source: Hou, Shen, Sun & Qiu, *Deep Feature Consistent Variational Autoencoder*, WACV 2017, arXiv:1610.00291,
///   section 3.2.
/// - Departs: in place of VGG-19, trained on ImageNet, a network of three layers that learns first, on the same examples
///   without labels, which of four turns of a picture it sees; the weight of the features' loss makes up for its smaller
///   activations. ReLU and no batch norm unless --activation says otherwise.
public struct DFCVAE: LossRecipe {
  public static let card = Card(
    id: "dfc-vae", title: "Deep feature consistent variational autoencoder",
    source:
      "Hou, Shen, Sun & Qiu, Deep Feature Consistent Variational Autoencoder, WACV 2017, arXiv:1610.00291",
    system: "S365",
    summary:
      "A variational autoencoder whose reconstruction error is the squared distance of hidden activations of a frozen "
      + "network at several layers.")

  /// Weight of the KL term, alpha in the paper.
  public var rateWeight = 1.0
  /// Weight of the features' distance, beta in the paper.
  public var featureWeight = 1000.0
  /// Weight of the pixels' negative log-likelihood beside it; 0 in the paper.
  public var pixelWeight = 0.0
  /// Channels of the feature network's layers.
  public var featureChannels = [8, 16, 32]
  /// Passes over the examples in which the feature network learns its task; 0 leaves it as it starts.
  public var featureEpochs = 3
  /// Number of latent units, k.
  public var latents = 20
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  /// The autoencoder, and the network in whose features it is judged.
  public struct Network: Module {
    let autoencoder: GaussianAutoencoder
    let features: Fixed<ViewTask.Network>
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(weights: [
      ("rate-weight", rateWeight), ("feature-weight", featureWeight),
      ("pixel-weight", pixelWeight),
    ])
    try require(
      featureWeight + pixelWeight > 0,
      "--feature-weight 0: with --pixel-weight 0 too nothing is reconstructed")
    try require(
      !featureChannels.isEmpty && featureChannels.allSatisfy { (1...10_000) ~= $0 },
      "--feature-channels \(featureChannels.map(\.description).joined(separator: ",")): must be at "
        + "least 1 each")
    try require(
      featureEpochs >= 0, "--feature-epochs \(featureEpochs): must be at least 0 passes")
  }

  var task: ViewTask {
    var task = ViewTask()
    task.channels = featureChannels
    task.training.batch = training.batch
    task.training.epochs = featureEpochs
    return task
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      autoencoder: GaussianAutoencoder(
        domain, latents, networks, likelihood, random.child("autoencoder")),
      features: Fixed(task.makeNetwork(domain, random.child("features"))))
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    guard featureEpochs > 0 else { return try train(network, in: phases(network), run) }
    let features = network.features.base
    let learnt = try task.train(features, in: task.phases(features), run.part("features"))
    var result = try train(network, in: phases(network), run)
    result.seconds += learnt.seconds
    return result
  }

  public func groups(_ network: Network) -> [ParameterGroup] {
    // The scale of a Gaussian is no part of a loss without pixels.
    let scale = pixelWeight > 0 ? network.autoencoder.likelihood.parameters : []
    let parts = network.autoencoder
    return [
      ParameterGroup(
        parts.encoder.parameters + parts.head.parameters + parts.decoder.parameters + scale)
    ]
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.autoencoder.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.autoencoder.likelihood(network.autoencoder.decoder(z))  // p(x|z)
    var terms = [
      Loss.Term.term(
        "features", Self.distance(network.features.base, batch.x, p.mean), weight: featureWeight),
      .term("rate", q.divergenceFromStandard(), weight: rateWeight),  // nats
    ]
    if pixelWeight > 0 {
      terms.append(.term("pixels", -p.logProbability(of: batch.x), weight: pixelWeight))  // nats
    }
    return Loss(terms)
  }

  /// Half the mean squared difference of activations, summed over the layers, `[n]`.
  static func distance(_ features: ViewTask.Network, _ x: Tensor, _ y: Tensor) -> Tensor {
    let wanted = withoutGradients { features.activations(x) }
    let terms = zip(features.activations(y), wanted).map { found, target in
      (found - target).squared().flattened(from: 1).mean(over: 1) * 0.5
    }
    return terms.dropFirst().reduce(terms.first ?? Tensor(0), +)
  }
}

extension DFCVAE.Network: Inferring, Sampling {
  public var latents: Int { autoencoder.latents }
  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal { autoencoder.posterior(x) }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { autoencoder.encode(x) }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { autoencoder.decode(z) }
}
