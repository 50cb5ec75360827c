import Evaluation
import Learning
import Torch

extension LatentIntrinsicProbe {
  /// Re-tests what Torroba Hennigen, Cotterell & Stańczak, 2023, say of their probe.
  static let check = Check(
    "S062",
    protocol: """
      Planted neurons: 32, of which 6 tell one of three labels, with normal noise and with noise of Student's t of 4 \
      degrees; 1,000 rows to learn from and 1,000 to judge. States: a decoder of two blocks and width 64 learns 6,000 \
      sentences of a made language whose verbs agree in number and tense with what stood before, another noun between, in \
      6 passes; what its last block leaves at the place before the verb, 1,000 rows each. Probes: latent (subsets \
      Poisson, or conditional Poisson), up to 1,000 steps of Adam at 0.01 on all rows with 5 subsets each and 0.01 as the weight of \
      entropy, as in the authors' program; gaussian: normal classes under the prior of Torroba Hennigen et al., 2020; \
      linear: the same probe without subsets, the better of elastic nets of 0, 0.001 and 0.01 on the held-out tenth; from \
      scratch: a logistic regression of each subset alone. Information: the share of the labels' entropy that a probe \
      tells by 16 random subsets each of 1, 2, 4, 8 and 16 neurons, the same for all probes; the mean over them. Picked: \
      the neurons that a probe picks one after the other by rows it learned from. Nothing else is tuned.
      """,
    minutes: 8, seeds: 3,
    claims: [
      Claim(
        "Of a model's states its estimates are tighter than those of the normal probe",
        at: "abstract; table 1", metric: information, system: "states, poisson",
        over: "states, gaussian", margin: 0.01),
      Claim(
        "And than those of a linear probe that learned with all neurons", at: "abstract; table 1",
        metric: information, system: "states, poisson", over: "states, linear", margin: 0.01),
      Claim(
        "They reach those of probes from scratch, to 0.05", at: "§5.1", metric: information,
        system: "states, poisson", over: "states, from scratch, less 0.05"),
      Claim(
        "Sizes drawn alike make them no looser", at: "table 1: conditional Poisson",
        metric: information, system: "states, conditional-poisson",
        over: "states, poisson, less 0.01"),
      Claim(
        "They are tighter than the normal probe's where planted noise has long tails",
        at: "abstract",
        metric: information, system: "tails, poisson", over: "tails, gaussian", margin: 0.01),
      Claim(
        "And where it is normal, as that probe assumes", at: "abstract", metric: information,
        system: "normal, poisson", over: "normal, gaussian", margin: 0.01),
      Claim(
        "The planted neurons are among the first six that it picks", at: "§5.2", metric: recall,
        system: "tails, poisson", over: "tails, drawn", margin: 0.3),
      Claim(
        "As many as the normal probe picks, to a tenth", at: "§5.2", metric: recall,
        system: "tails, poisson", over: "tails, gaussian, less 0.1"),
      Claim(
        "Five neurons that it picks of a model's states tell more than five drawn ones",
        at: "§5.2", metric: picked, system: "states, poisson", over: "states, drawn", margin: 0.05),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try IntrinsicTrial(lab, seed).run(&board)
      return board
    })

  static let information = Claim.Metric("information of random subsets", unit: "share", .higher)
  static let recall = Claim.Metric("planted neurons among the first", unit: "share", .higher)
  static let picked = Claim.Metric("information of five neurons", unit: "share", .higher)
}
