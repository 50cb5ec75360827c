import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// The networks of a ladder; lists run from the data upwards.
public struct LadderAutoencoder: Module {
  let encoder: Encoder
  let climbs: [MLP]
  let heads: [NormalHead]
  let priors: [NormalHead]
  let priorFeatures: [Linear]
  let decoder: Decoder
  let likelihood: Likelihood
  let widths: [Int]
  public var latents: Int { widths.reduce(0, +) }

  init(_ domain: Domain, _ settings: LadderVAE, _ random: RandomStream) {
    let (widths, between) = (settings.layers, settings.between)
    encoder = settings.networks.encoder(domain, random)
    let features = [encoder.features] + widths.dropFirst().map { _ in between }
    climbs = zip(features, features.dropFirst()).map {
      MLP([$0, between, $1], activation: settings.networks.activation, random)
    }
    heads = zip(features, widths).map { NormalHead($0, $1, random) }
    priorFeatures = widths.dropFirst().map { Linear($0, between, random) }
    priors = widths.dropLast().map { NormalHead(between, $0, random) }
    decoder = settings.networks.decoder(domain, latents: widths[0], random)
    likelihood = Likelihood(settings.likelihood, isUnit: domain.isUnit, device: random.device)
    self.widths = widths
  }

  /// A layer on the way down.
  struct Layer {
    let posterior: Normal
    let prior: Normal
    let z: Tensor
  }

  /// What the data say of each layer.
  func evidence(_ x: Tensor) -> [Normal] {
    var features = encoder(x)
    return heads.enumerated().map { index, head in
      if index > 0 { features = climbs[index - 1](features).relu() }
      return head(features)
    }
  }

  /// p(z|z above) of the layer `index`; the top is standard normal over `count` rows.
  func prior(_ index: Int, above: Tensor?, count: Int, _ device: Device) -> Normal {
    guard let above else {
      let zeros = Tensor.zeros([count, widths[index]], device: device)
      return Normal(mean: zeros, logVariance: zeros)
    }
    return priors[index](priorFeatures[index](above, then: .relu))
  }

  /// The layers with draws of their posteriors, or with their means where no numbers are drawn.
  func descend(_ evidence: [Normal], _ random: RandomStream?) -> [Layer] {
    var layers: [Layer] = []
    for index in widths.indices.reversed() {
      let mean = evidence[index].mean
      let prior = prior(index, above: layers.first?.z, count: mean.size(0), mean.device)
      // The top has only the data's word, as in the paper.
      let isTop = layers.isEmpty
      let posterior = isTop ? evidence[index] : evidence[index].combined(with: prior)
      let z = random.map { posterior.sample($0.child(index)) } ?? posterior.mean
      layers.insert(Layer(posterior: posterior, prior: prior, z: z), at: 0)
    }
    return layers
  }
}

extension LadderAutoencoder: Encoding, Sampling, Bounding {
  /// Posterior means of all layers side by side, the lowest first, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    .concatenate(descend(evidence(x), nil).map(\.z), along: 1)
  }
  /// Expected examples, of which the lowest layer alone decides, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    likelihood(decoder(z.sliced(1, 0, widths[0]))).mean
  }

  /// Draws from the top down, `[count, k]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    var draws: [Tensor] = []
    for index in widths.indices.reversed() {
      let prior = prior(index, above: draws.first, count: count, random.device)
      let noise = random.child(index).normal([count, widths[index]]) * temperature
      draws.insert(prior.mean + prior.deviation * noise, at: 0)
    }
    return .concatenate(draws, along: 1)
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let down = descend(evidence(x), random)
    let p = likelihood(decoder(down[0].z)).logProbability(of: x)
    return down.reduce(p) { $0 - $1.posterior.divergence(from: $1.prior) }
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let down = descend(evidence(x).map { $0.repeated(draws) }, random)
    let p = likelihood(decoder(down[0].z)).logProbability(of: x.repeated(draws))
    let weights = down.reduce(p) {
      $0 + $1.prior.logProbability(of: $1.z) - $1.posterior.logProbability(of: $1.z)
    }
    return weights.reshaped(draws, x.size(0))
  }
}
