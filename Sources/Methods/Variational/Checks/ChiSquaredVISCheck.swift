import Evaluation

extension ChiSquaredVIS {
  /// Re-tests what Li, Wang, Li & Wu, 2024, say of variational importance sampling.
  static let check = Check(
    "S031",
    protocol: """
      Arms: the bound's mean over 10 draws (elbo), the importance weighted bound (iwae), the importance-sampled \
      likelihood for the model with a proposal by the reverse KL divergence (reverse-kl), and with one by the forward χ² \
      divergence and score gradients (chi2-vis); 10 draws each. Toy mixture: five bits whose log odds follow a latent \
      number from four normals with unknown means and weights; 2,000 rows, a 5-16-2 tanh proposal, 3,000 steps of Adam \
      on 100 rows from a rate of 0.005 down a cosine, from means of ±6 and ±0.5 and equal weights where ±5 and ±1.5 and \
      0.15, 0.15, 0.35, 0.35 are true; nothing is tuned. Evidence is by a grid over the latent number, for 500 new rows; \
      the gap is from it to the estimate with 10 draws of the proposal. Digits: 8×8, binarised once, 64-100-3 and back, \
      Adam on batches of 64 down a cosine for 80 passes; each arm's rate is the best of 0.001, 0.003 and 0.01 after 30 \
      passes with seed 0 by the likelihood of the validation digits, and serves all seeds. The likelihood of 300 test \
      digits is by adaptive importance sampling, which needs no encoder. The network of spiking neurons is not tested.
      """,
    minutes: 4, seeds: 3,
    claims: [
      over("elbo", "Digits: a higher test likelihood than the bound's", likelihood, margin: 0.1),
      over("iwae", "Digits: a higher one than importance weighting's", likelihood, margin: 0.1),
      over(
        "reverse-kl", "Digits: a higher one than with a proposal by the reverse KL divergence",
        likelihood, margin: 0.1),
      over("elbo", "Mixture: a higher test evidence than the bound's", evidence, margin: 0.002),
      over("iwae", "Mixture: a higher one than importance weighting's", evidence, margin: 0.002),
      over("elbo", "Mixture: means nearer to the truth than the bound's", means, margin: 0.02),
      over(
        "iwae", "Mixture: means nearer to the truth than importance weighting's", means,
        margin: 0.02),
      over(
        "elbo", "Mixture: the estimate lies nearer to the exact evidence than the bound's", gap,
        margin: 0.002),
      over(
        "reverse-kl", "Mixture: nearer than with a proposal by the reverse KL divergence", gap,
        margin: 0.002),
      over(
        "elbo", "Mixture: more of the draws count than with the bound's proposal", effective,
        margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try ChiSquaredVISTrial(lab: lab, seed: seed).run(&board)
      return board
    })

  private static func over(
    _ baseline: String, _ statement: String, _ metric: Claim.Metric, margin: Double
  ) -> Claim {
    Claim(
      statement, at: "abstract", metric: metric, system: "chi2-vis", over: baseline,
      margin: margin)
  }

  static let likelihood = Claim.Metric("test log-likelihood, digits", unit: "nats", .higher)
  static let evidence = Claim.Metric("test log-evidence, mixture", unit: "nats", .higher)
  static let gap = Claim.Metric("gap to the evidence, mixture", unit: "nats", .lower)
  static let means = Claim.Metric("error of the means, mixture", unit: "", .lower)
  static let shares = Claim.Metric("error of the weights, mixture", unit: "", .lower)
  static let effective = Claim.Metric("effective draws of 10, mixture", unit: "draws", .higher)
}
