import Evaluation

extension GLO {
  /// Re-tests what Bojanowski et al., 2018, say of codes that are learned without an encoder.
  static let check = Check(
    "S401",
    protocol: """
      Fashion-MNIST: 4,000 training images. 32 codes for every arm; generator 32-256-784 with ReLU, batches of 64 for 25 \
      passes, Adam at 0.001 for networks. Generative latent optimisation with squared error (glo) and with the \
      Laplacian pyramid (glo-laplacian), codes from whitened principal components; the size of a code's step is the \
      best of 0.1, 1 and 10 by the error of the inversion of 500 validation images with seed 0, and serves all seeds. \
      The autoencoder has the generator's mirror image before it, principal components have neither and nothing to \
      tune. Error: mean squared error of 1,000 test images from their codes, by 100 steps of descent for latent \
      optimisation, as a logarithm. Samples: all arms draw from one full normal fitted to the training codes; \
      Fréchet's distance in the features of a classifier trained on the same images, 5,000 draws to 2,000 test images, \
      as a logarithm. Midpoints: the same distance for pictures half way between the codes of 1,000 test images and \
      those of the next. Smoothness: the largest of 8 steps from one to the other over the mean step, in those \
      features, for 200 pairs. A generator trained adversarially, the paper's main rival, is left out.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "Held-out images are given back with less error than by as many principal components",
        at: "§4",
        metric: error, system: "glo", over: "pca", margin: 0.05),
      Claim(
        "Samples from a normal fitted to the codes are nearer to the data than those of principal components",
        at: "abstract", metric: frechet, system: "glo", over: "pca", margin: 0.05),
      Claim(
        "Samples are nearer to the data than those of an autoencoder with a normal fitted to its codes",
        at: "abstract", metric: frechet, system: "glo", over: "ae", margin: 0.05),
      Claim(
        "Pictures half way between two codes are nearer to the data than mixtures of principal components",
        at: "abstract", metric: midpoints, system: "glo", over: "pca", margin: 0.05),
      Claim(
        "The way from code to code is more even than an autoencoder's", at: "abstract",
        metric: smoothness, system: "glo", over: "ae", margin: 0.02),
      Claim(
        "The Laplacian pyramid gives samples nearer to the data than the squared error", at: "§3",
        metric: frechet, system: "glo-laplacian", over: "glo", margin: 0.05),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try LatentOptimisationTrial(lab, seed).run(&board)
      return board
    })

  static let error = Claim.Metric("held-out squared error", unit: "log", .lower)
  static let frechet = Claim.Metric("Fréchet distance of samples", unit: "log", .lower)
  static let midpoints = Claim.Metric("Fréchet distance of midpoints", unit: "log", .lower)
  static let smoothness = Claim.Metric("largest step over mean step", unit: "ratio", .lower)
}
