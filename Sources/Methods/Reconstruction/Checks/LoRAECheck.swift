import Evaluation

extension LoRAE {
  /// Re-tests what Mazumder et al., 2024, say of the low-rank autoencoder.
  static let check = Check(
    "S073",
    protocol: """
      MNIST: 4,000 training images, 784-256-32 and back with ReLU, squared error, Adam at 0.001, batches of 64 for 10 \
      passes; the arms differ only in the code. Plain autoencoder; squared length of the codes (l2: weight 0.0001, \
      0.001 or 0.01); variational autoencoder with squared error (weight of the KL term 0.0001, 0.001 or 0.01); \
      implicit rank by 2, 4 or 8 linear layers (irmae); nuclear norm of one linear layer (lorae: weight 0.0001, 0.001 or \
      0.01). Each weight is the one whose samples are nearest to validation images after a training with seed 0, and \
      serves all seeds. All arms are sampled alike, from a mixture of 10 full normals fitted to the training codes; \
      distances are Fréchet's in the features of a classifier trained on the same images, between 5,000 draws and \
      2,000 test images, as logarithms. Probe: logistic regression on the standardised codes of 2,000 training images, \
      judged on 2,000 test images. Rank: curved manifolds of dimension 3 and 6 in 24 inputs, 2,500 rows, networks \
      24-128-16, 60 passes, lorae at 0.001 and irmae with 4 layers, nothing tuned; directions of the test codes with \
      more than a hundredth of the largest variance.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "Samples are nearer to the data than the plain autoencoder's", at: "abstract",
        metric: frechet, system: "lorae", over: "ae", margin: 0.05),
      Claim(
        "Classes are read from its codes better than from the plain autoencoder's", at: "abstract",
        metric: probe, system: "lorae", over: "ae", margin: 0.01),
      Claim(
        "The rank of its codes is nearer to the dimension of the data than the plain autoencoder's",
        at: "abstract", metric: rank, system: "lorae", over: "ae", margin: 1),
      Claim(
        "Its samples are nearer to the data than those of a variational autoencoder",
        at: "abstract", metric: frechet, system: "lorae", over: "vae", margin: 0.05),
      Claim(
        "Its samples are nearer to the data than those of implicit rank minimisation",
        at: "abstract", metric: frechet, system: "lorae", over: "irmae", margin: 0.05),
      Claim(
        "Its samples are nearer to the data than those of an autoencoder with short codes",
        at: "abstract", metric: frechet, system: "lorae", over: "l2", margin: 0.05),
      Claim(
        "The rank of its codes is nearer to the dimension of the data than under implicit rank minimisation",
        at: "abstract", metric: rank, system: "lorae", over: "irmae", margin: 0.5),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try LowRankTrial(lab, seed).run(&board)
      return board
    })

  static let frechet = Claim.Metric("Fréchet distance of samples", unit: "log", .lower)
  static let probe = Claim.Metric("linear probe accuracy", unit: "share", .higher)
  static let rank = Claim.Metric("distance of rank from truth", unit: "dimensions", .lower)
}
