import Datasets
import Learning
import Torch

/// InfoNCE without augmentation: only the encoder, trained to spread the directions of its codes.
///
/// - Source: van den Oord, Li & Vinyals, *Representation learning with contrastive predictive coding*, 2018,
///   arXiv:1807.03748; an example is its own positive.
struct CodeContrast: LossRecipe {
  static let card = Card(
    id: "code-contrast", title: "InfoNCE without augmentation",
    source: "van den Oord, Li & Vinyals, 2018", summary: "A baseline of the check of S432.")

  var base = CMIM()
  var training: Training {
    get { base.training }
    set { base.training = newValue }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> CMIM.Network {
    base.makeNetwork(domain, random)
  }

  func groups(_ network: CMIM.Network) -> [ParameterGroup] {
    [
      ParameterGroup(
        network.autoencoder.encoder.parameters + network.autoencoder.head.parameters)
    ]
  }

  func loss(_ network: CMIM.Network, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.encode(batch.x)
    return Loss(
      .term("contrast", CMIM.contrast(z, temperature: base.temperature, sums: true)))  // nats
  }
}
