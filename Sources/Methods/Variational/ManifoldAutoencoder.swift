import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// An encoder to places and times on a closed manifold, the uniform prior there, and a decoder.
public struct ManifoldAutoencoder: Module {
  let encoder: Encoder
  let place: Linear
  let time: Linear
  let decoder: Decoder
  let likelihood: Likelihood
  let manifold: ClosedManifold
  let steps: Int
  /// Logarithms of the shortest and the longest time.
  let logTimes: ClosedRange<Double>
  /// Coordinates of a point, m.
  public var latents: Int { manifold.coordinates }

  init(_ domain: Domain, _ settings: DiffusionVAE, _ random: RandomStream) {
    manifold = ClosedManifold(settings.manifold, dimension: settings.dimension)
    steps = settings.steps
    logTimes = settings.logTimes
    encoder = settings.networks.encoder(domain, random)
    place = Linear(encoder.features, manifold.inputs, random)
    time = Linear(encoder.features, 1, random)
    decoder = settings.networks.decoder(domain, latents: manifold.coordinates, random)
    likelihood = Likelihood(settings.likelihood, isUnit: domain.isUnit, device: random.device)
  }

  /// q(z|x), over `[n, m]`.
  func posterior(_ x: Tensor) -> BrownianKernel {
    let features = encoder(x)
    let width = logTimes.upperBound - logTimes.lowerBound
    return BrownianKernel(
      manifold, centre: manifold.point(from: place(features)),
      logTime: time(features).sigmoid() * width + logTimes.lowerBound)
  }

  /// p(x|z) for points `[n, m]`; of antipodes the same where they are one point.
  func distribution(_ z: Tensor) -> any Distribution {
    guard manifold.kind == .projective else { return likelihood(decoder(z)) }
    return likelihood((decoder(z) + decoder(-z)) * 0.5)
  }
}

extension ManifoldAutoencoder: Encoding, Sampling, Bounding {
  /// Points where the posteriors start, `[n]` + shape to `[n, m]`.
  public func encode(_ x: Tensor) -> Tensor { manifold.point(from: place(encoder(x))) }
  /// Expected examples, `[n, m]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { distribution(z).mean }

  /// Uniform draws, `[count, m]`; a manifold without edge has no scale, so `temperature` changes nothing.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    manifold.uniform(count, random)
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let p = distribution(q.sample(steps: steps, random))
    return p.logProbability(of: x) - q.divergenceFromUniform()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let one = posterior(x)
    let q = BrownianKernel(
      manifold, centre: one.centre.repeated(draws), logTime: one.logTime.repeated(draws))
    let z = q.sample(steps: steps, random)  // [draws · n, m]
    let p = distribution(z).logProbability(of: x.repeated(draws))
    return (p - q.logDensity(of: z) - manifold.logVolume).reshaped(draws, x.size(0))
  }
}
