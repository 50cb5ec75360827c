import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// The wake-sleep algorithm on the networks of a variational autoencoder: the decoder learns from data and the
/// encoder's codes, the encoder from the decoder's dreams.
///
/// - Source: Hinton, Dayan, Frey & Neal, *The "wake-sleep" algorithm for unsupervised neural networks*,
///   Science 1995.
/// - Departs: normal codes with a fixed prior instead of binary layers, as in Kingma & Welling 2014, §5; Adam.
struct WakeSleep: GradientRecipe {
  static let card = Card(
    id: "wake-sleep", title: "Wake-sleep",
    source: "Hinton, Dayan, Frey & Neal, The wake-sleep algorithm, Science 1995",
    summary:
      "Awake, the decoder learns to give the data for the encoder's codes; asleep, the encoder learns to "
      + "find the codes that the decoder's dreams came from.")

  /// The networks and the training.
  var vae = VAE()
  var training: Training {
    get { vae.training }
    set { vae.training = newValue }
  }

  func validate(for domain: Domain) throws { try vae.validate(for: domain) }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    vae.makeNetwork(domain, random)
  }

  func phases(_ network: GaussianAutoencoder) -> [Phase] {
    [
      Phase("wake", network.decoder.parameters + network.likelihood.parameters) { batch, step in
        let z = network.posterior(batch.x).sample(step.random("noise")).detached()
        let p = network.likelihood(network.decoder(z))
        return Loss(.term("reconstruction", -p.logProbability(of: batch.x)))  // nats
      },
      Phase("sleep", network.recognition) { batch, step in
        let random = step.random("dreams")
        let z = network.samplePrior(batch.x.size(0), temperature: 1, random)
        let x = network.likelihood(network.decoder(z)).sample(random).detached()
        return Loss(.term("recognition", -network.posterior(x).logProbability(of: z)))  // nats
      },
    ]
  }
}

extension GaussianAutoencoder {
  /// The parameters of q(z|x).
  var recognition: [Tensor] { encoder.parameters + head.parameters }
}
