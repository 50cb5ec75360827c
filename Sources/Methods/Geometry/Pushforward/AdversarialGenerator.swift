import Datasets
import Learning
import Networks
import Torch

/// A generator of points from normal codes, trained against a critic that tells its points from given ones.
///
/// - Source: Goodfellow et al., *Generative adversarial nets*, NeurIPS 2014, the loss that does not saturate, with the
///   penalty of the critic's slope at given points of Mescheder, Geiger & Nowozin, *Which training methods for GANs do
///   actually converge?*, ICML 2018, eq. 9.
struct AdversarialGenerator: GradientRecipe {
  static let card = Card(
    id: "adversarial-generator", title: "Generator against a critic",
    source: "Goodfellow et al., Generative adversarial nets, NeurIPS 2014",
    summary: "A generator and a critic that tells its points from given ones.")

  var latents = 8
  /// Cells of the partition near whose borders codes are rejected.
  var cells = 8
  /// Share of the codes that is rejected in training and after it.
  var rejected = 0.0
  var hidden = [64, 64]
  /// Weight of the squared slope of the critic.
  var penalty = 0.02
  /// Steps of the critic for each of the generator.
  var criticSteps = 2
  var training = Training()

  struct Network: Module {
    let generator: MLP
    let critic: MLP
    let codes: SimplicialLatents

    /// Points from codes, `[n, d]` to `[n, inputs]`.
    func decode(_ z: Tensor) -> Tensor { generator(z) }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      generator: MLP([latents] + hidden + [domain.size], random.child("generator")),
      critic: MLP([domain.size] + hidden + [1], activation: .leakyRelu, random.child("critic")),
      codes: SimplicialLatents(latents: latents, cells: cells, rejected: rejected))
  }

  func phases(_ network: Network) -> [Phase] {
    [
      Phase("critic", network.critic.parameters) { batch, step in
        let made = withoutGradients {
          network.decode(network.codes(batch.x.size(0), step.random("critic's codes")))
        }
        let (score, slope) = scored(network, batch.x)
        return Loss(
          .term("given", (-score).softplus()),
          .term("made", network.critic(made).squeezed(1).softplus()),
          .term("slope", slope, weight: penalty / 2))
      },
      Phase("generator", network.generator.parameters, every: criticSteps) { batch, step in
        let made = network.decode(network.codes(batch.x.size(0), step.random("codes")))
        return Loss(.term("found out", (-network.critic(made).squeezed(1)).softplus()))
      },
    ]
  }

  /// The critic's scores of points `[n, d]` and their squared slopes, `[n]` each; also where nothing is learned.
  private func scored(_ network: Network, _ x: Tensor) -> (score: Tensor, slope: Tensor) {
    withGradients {
      let leaf = x.requiringGradient()
      let score = network.critic(leaf).squeezed(1)
      do {
        let slope = try score.sum().gradient(of: leaf, createGraph: true)
        return (score, slope.squared().sum(over: 1))
      } catch {
        return (score, (error as? TensorError).map { Tensor(error: $0) } ?? Tensor(.nan))
      }
    }
  }
}
