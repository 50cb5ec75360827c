import Learning
import Networks
import Probability
import Torch

/// A variational autoencoder of responses given features: codes are normal, whatever shape the responses have.
///
/// - Source: Sohn, Lee & Yan, *Learning structured output representation using deep conditional generative models*,
///   2015; the loss is that of Feldman, Bates & Romano's code: mean squared error and a weighted divergence.
struct ConditionalVAE: Module {
  private let encoder: MLP
  private let head: NormalHead
  private let decoder: MLP

  init(features: Int, responses: Int, latents: Int, hidden: [Int], _ random: RandomStream) {
    encoder = MLP([responses + features] + hidden, activation: .leakyRelu, random.child("encoder"))
    head = NormalHead(hidden.last ?? 1, latents, random.child("head"))
    decoder = MLP(
      [latents + features] + hidden.reversed() + [responses], activation: .leakyRelu,
      random.child("decoder"))
  }

  /// q(z | x, y), over `[n, k]`.
  func posterior(_ data: PairedRows) -> Normal {
    head(encoder(Tensor.concatenate([data.y, data.x], along: 1)).leakyRelu())
  }

  /// Responses, from `[n, k]` and `[n, d]` to `[n, q]`.
  func decode(_ z: Tensor, _ x: Tensor) -> Tensor {
    decoder(Tensor.concatenate([z, x], along: 1))
  }

  /// Mean squared error of the responses plus `weight` times the divergence of the codes, nats.
  func loss(_ data: PairedRows, weight: Double, _ random: RandomStream) -> Tensor {
    let q = posterior(data)
    let error = (decode(q.sample(random), data.x) - data.y).squared().mean()
    return error + q.divergenceFromStandard().mean() * weight
  }
}

/// The space that directional quantiles are taken in.
enum ResponseMap {
  /// That of the responses themselves.
  case identity
  /// The codes of a conditional autoencoder.
  case learned(ConditionalVAE)

  /// A code for each row, `[n, k]`.
  func encode(_ data: PairedRows, _ random: RandomStream) -> Tensor {
    switch self {
    case .identity: data.y
    case .learned(let network): withoutGradients { network.posterior(data).sample(random) }
    }
  }

  /// Responses of codes `[m, k]` at one row of features `[1, d]`, `[m, q]`.
  func decode(_ z: Tensor, at x: Tensor) -> Tensor {
    switch self {
    case .identity: z
    case .learned(let network):
      withoutGradients { network.decode(z, x.expanded([z.size(0), x.size(1)])) }
    }
  }
}
