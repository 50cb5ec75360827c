import Datasets
import Foundation
import Learning
import Networks
import Probability
import Torch

/// A class of each example, a normal for each class, and a decoder: the networks of a variational autoencoder whose
/// prior is a mixture.
public struct MixtureAutoencoder: Module {
  private let component: Encoder
  private let logits: Linear
  private let encoder: Encoder
  private let head: NormalHead
  private let priors: NormalHead
  let decoder: Decoder
  let likelihood: Likelihood
  public let latents: Int
  let components: Int

  init(
    _ domain: Domain, _ latents: Int, _ components: Int, _ hidden: [Int],
    _ likelihood: LikelihoodFamily, _ random: RandomStream
  ) {
    let inputs = domain.shape.reduce(1, *)
    component = Encoder([inputs], .mlp, hidden: hidden, random)
    logits = Linear(component.features, components, random)
    encoder = Encoder([inputs + components], .mlp, hidden: hidden, random)
    head = NormalHead(encoder.features, latents, random)
    priors = NormalHead(components, latents, random)
    decoder = Decoder(domain.shape, .mlp, latents: latents, hidden: hidden, random)
    let isUnit = domain.support == .unit || domain.support == .binary
    self.likelihood = Likelihood(likelihood, isUnit: isUnit, device: random.device)
    self.latents = latents
    self.components = components
  }

  /// log q(y|x), `[n, components]`.
  func componentLogs(_ x: Tensor) -> Tensor { logits(component(x.flattened(from: 1))).logSoftmax() }

  /// q(z|x, y) for components `[n, components]`, one-hot or shares.
  func posterior(_ x: Tensor, _ y: Tensor) -> Normal {
    head(encoder(.concatenate([x.flattened(from: 1), y], along: 1)))
  }

  /// p(z|y).
  func prior(_ y: Tensor) -> Normal { priors(y) }

  /// One component of each example from q(y|x), one-hot, `[n, components]`.
  func sampleComponents(_ logs: Tensor, _ random: RandomStream) -> Tensor {
    (logs + random.gumbel(like: logs)).argmax(over: 1).oneHot(components).to(logs.dtype)
  }

  /// Codes as the posterior has them: a component from q(y|x), then z from q(z|x, y), `[n, k]`.
  public func sampleCodes(_ x: Tensor, _ random: RandomStream) -> Tensor {
    posterior(x, sampleComponents(componentLogs(x), random.child("components")))
      .sample(random.child("codes"))
  }
}

extension MixtureAutoencoder: Encoding, Sampling, Bounding {
  /// Means of q(z|x, y) at the shares q(y|x), `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x, componentLogs(x).exp()).mean }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { likelihood(decoder(z)).mean }

  public func samplePrior(
    _ count: Int, temperature: Double, _ random: RandomStream
  ) -> Tensor {
    let y = random.child("components").integers(0..<components, [count]).oneHot(components)
    let prior = prior(y.to(.float32))
    return prior.mean + prior.deviation * random.child("codes").normal([count, latents])
      * temperature
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    logWeights(x, draws: 1, random).squeezed(0)
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let logs = componentLogs(x)
    let rows = (0..<draws).map { draw in
      let random = random.child(draw)
      let y = sampleComponents(logs, random.child("components"))
      let (q, prior) = (posterior(x, y), prior(y))
      let z = q.sample(random.child("codes"))
      let classes = (logs * y).sum(over: 1) + log(Double(components))  // log q(y|x) − log p(y)
      return likelihood(decoder(z)).logProbability(of: x) + prior.logProbability(of: z)
        - q.logProbability(of: z) - classes
    }
    return Tensor.stack(rows)
  }
}
