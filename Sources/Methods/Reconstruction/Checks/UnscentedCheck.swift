import Evaluation

extension UnscentedAutoencoder {
  /// Re-tests what Janjoš et al., 2023, say of sigma points and the Wasserstein distance.
  static let check = Check(
    "S385",
    protocol: """
      Fashion-MNIST: 4,000 training images, 784-256-32 and back with ReLU, squared error, Adam at 0.001, batches of 64 \
      for 8 passes. A variational autoencoder with 1 and with 8 reparameterised draws, and the unscented autoencoder \
      with 8 random sigma points, whose mean picture is compared, and the decoder's slope at the authors' weight of \
      0.000001. The weight of the KL term or of the Wasserstein distance is that of 0.000025, 0.00025 (the authors' for \
      both) and 0.0025 whose samples are nearest to validation images after a training with seed 0, and serves all \
      seeds. All arms are sampled alike, from a mixture of 10 full normals fitted to the posterior means of the \
      training images; distances are Fréchet's in the features of a classifier trained on the same images, between \
      5,000 draws and 2,000 test images, as logarithms. Error: mean squared error of test images decoded at their \
      posterior means. Gradient variance: of the squared error by the encoder's parameters, summed, over 20 sets of \
      points for each of 5 fixed batches; each arm's at the network that its own training left, and with 8 sigma \
      points each compared, and 8 random draws, both at the network that the unscented training left.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "Samples of the unscented autoencoder are nearer to the data than those of a variational autoencoder "
          + "with as many decodings", at: "abstract", metric: frechet, system: "uae", over: "vae-8",
        margin: 0.05),
      Claim(
        "It reconstructs test images with less error", at: "abstract", metric: error,
        system: "uae", over: "vae-8", margin: 0.05),
      Claim(
        "Its training gradient scatters less at as many decodings", at: "abstract",
        metric: scatter, system: "uae", over: "vae-8", margin: 0.1),
      Claim(
        "At the same network the gradient scatters less with sigma points than with random draws",
        at: "abstract", metric: scatter, system: "sigma points", over: "random draws", margin: 0.05),
      Claim(
        "Samples are nearer to the data than those of a variational autoencoder with one draw",
        at: "abstract", metric: frechet, system: "uae", over: "vae-1", margin: 0.05),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try UnscentedTrial(lab, seed).run(&board)
      return board
    })

  static let frechet = Claim.Metric("Fréchet distance of samples", unit: "log", .lower)
  static let error = Claim.Metric("test squared error", unit: "log", .lower)
  static let scatter = Claim.Metric("gradient variance", unit: "log10", .lower)
}
