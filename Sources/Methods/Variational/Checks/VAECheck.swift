import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension VAE {
  /// Re-tests what Kingma & Welling, 2014, say of the reparameterised bound.
  static let check = Check(
    "S027",
    protocol: """
      MNIST, binarised once (else Fashion-MNIST, else the 8×8 digits). All arms train the same networks, 784-500-20 \
      and back with tanh, by Adam on batches of 100 for 4 passes over 58,000 images; the test bound takes one draw \
      for each of 10,000 images. The baselines are wake-sleep, and score-function gradients with the exact KL term, a \
      baseline network of 100 units on the input, a running mean and a running scale. Every arm's learning rate is the \
      best of 0.0003, 0.001, 0.003, 0.01 and 0.03 by the validation bound after one pass over 18,000 images with seed \
      0, and serves all seeds. Gradient variance is that of the encoder's gradient at the network that the VAE's \
      training left, over 20 draws for each of 5 fixed batches; the score-function gradient then has each example's \
      own expectation of 20 draws as its baseline, and no scale. Monte Carlo EM and a VAE with 3 latent units and 100 \
      hidden ones train on 1,000 images for 1,000 updates each (10 leapfrog steps for each update), with rates chosen \
      alike on 200 images after 200 updates; log p(x) of 500 test images is by adaptive importance sampling, which \
      needs no encoder.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "The reparameterised bound reaches a better test bound than wake-sleep for as many examples",
        at: "§5 and figure 2", metric: bound, system: "vae", over: "wake-sleep", margin: 1),
      Claim(
        "The reparameterised bound reaches a better test bound than score-function gradients",
        at: "§2.2 and figure 2", metric: bound, system: "vae", over: "score-function", margin: 1),
      Claim(
        "The reparameterised gradient scatters less than the score-function gradient",
        at: "§2.2", metric: scatter, system: "vae", over: "score-function", margin: 0.5),
      Claim(
        "With 3 latent units the variational autoencoder gives held-out data a higher likelihood than Monte "
          + "Carlo EM after as many updates",
        at: "§5 and figure 3", metric: likelihood, system: "vae", over: "monte-carlo-em", margin: 1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      let bounds = try BoundTrial(lab, seed)
      let network = try bounds.run(&board)
      try bounds.scatter(of: network, &board)
      try LikelihoodTrial(lab, seed).run(&board)
      return board
    })

  static let bound = Claim.Metric("test bound", unit: "nats", .higher)
  static let scatter = Claim.Metric("gradient variance", unit: "log10 nats²", .lower)
  static let likelihood = Claim.Metric("log-likelihood", unit: "nats", .higher)
}

extension Lab {
  /// The first of the digits, the garments and the small digits that is here, as ones and zeros.
  ///
  /// - Parameter limit: how many training examples are taken, of which a share `validation` is for choosing.
  /// - Throws: `UserError` when none is here.
  func binaryImages(_ kind: Binarisation, limit: Int? = nil, validation: Double? = nil) throws
    -> Source
  {
    var options = SourceOptions()
    options.binarise = kind
    options.limit = limit
    options.validation = validation
    return try source(pick(full: ["mnist", "fashion-mnist", "digits"], quick: ["digits"]), options)
  }

  /// The grid that every arm's learning rate comes from.
  static let rates = [0.0003, 0.001, 0.003, 0.01, 0.03]
}
