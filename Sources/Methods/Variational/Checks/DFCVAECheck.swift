import Evaluation

extension DFCVAE {
  /// Re-tests what Hou, Shen, Sun & Qiu, 2017, say of feature consistency.
  static let check = Check(
    "S365",
    protocol: """
      Fashion-MNIST (else MNIST) in place of CelebA, 6,000 training pictures. All arms have one hidden layer of 256 ReLU \
      units on either side and 20 codes, Adam at 0.001 down a cosine for 10 passes in batches of 128, and a KL term of \
      weight 1. One is trained on features, at the method's default weight, of a network of three layers (8, 16 and 32 \
      channels) that learnt for 3 passes over the same pictures which quarter turn it sees; the other on the \
      Bernoulli likelihood of pixels. A third is trained on the features of the same network as it starts, and serves \
      the last claim alone. That claim, and the one about the distance from the pictures' own sharpness, were added after a \
      first record: a copy whose feature network learnt nothing had kept the claim that reconstructions are sharper, \
      which noise fulfils too. Nothing is tuned, for no arm; the default weight was chosen on \
      3,000 pictures so that codes carry about as many nats as those of the other arm. Fréchet distances are taken in the features of a \
      classifier of the training pictures, which neither arm sees, between 2,000 test pictures and 2,000 draws of the \
      prior or the reconstructions of the same pictures. Sharpness is the mean absolute difference of neighbouring \
      pixels of reconstructions. The linear probe reads 10 classes from 2,000 training codes (100 steps of L-BFGS).
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "Draws of the prior lie nearer to pictures than those of an autoencoder of pixels",
        at: "abstract: better results than other methods", metric: frechet, system: "features",
        over: "pixels", margin: 1),
      Claim(
        "So do reconstructions", at: "abstract: perceptual quality", metric: reconstructions,
        system: "features", over: "pixels", margin: 1),
      Claim(
        "Reconstructions are sharper", at: "abstract: a more natural appearance",
        metric: sharpness, system: "features", over: "pixels", margin: 0.002),
      Claim(
        "A linear probe reads classes better from the codes",
        at: "abstract: semantic information", metric: probe, system: "features", over: "pixels",
        margin: 0.01),
      Claim(
        "Pixels are reconstructed better by the autoencoder of pixels", at: "expected of the row",
        metric: error, system: "pixels", over: "features", margin: 0.001),
      Claim(
        "Reconstructions are nearer to pictures in sharpness",
        at: "abstract: a more natural appearance",
        metric: unlike, system: "features", over: "pixels", margin: 0.002),
      Claim(
        "Reconstructions lie nearer to pictures than with features that have learnt nothing",
        at: "section 3.2: a pretrained network", metric: reconstructions, system: "features",
        over: "untrained features", margin: 1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try DFCVAETrial(lab: lab, seed: seed).run(&board)
      return board
    })

  static let frechet = Claim.Metric("Fréchet distance of draws", unit: "", .lower)
  static let reconstructions = Claim.Metric("Fréchet distance of reconstructions", unit: "", .lower)
  static let sharpness = Claim.Metric("sharpness", unit: "grey levels", .higher)
  static let unlike = Claim.Metric(
    "distance of sharpness from pictures'", unit: "grey levels", .lower)
  static let probe = Claim.Metric("linear probe", unit: "share right", .higher)
  static let error = Claim.Metric("squared error", unit: "per pixel", .lower)
}
