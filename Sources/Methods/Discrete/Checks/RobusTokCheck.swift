import Evaluation
import Learning
import Torch

extension RobusTok {
  /// Re-tests what Qiu et al., 2025, say of post-training.
  static let check = Check(
    "S438",
    protocol: """
      The tokenisers, priors and distances of S151's check, with 8 tokens of a codebook of 32, 128 or 512, each \
      without perturbation and with. After the prior of a perturbed tokeniser its decoder alone is trained for 5 \
      more passes: on tokens of which 0.7 are the encoder's and the others drawn by the prior, each given the true \
      ones before it (post-trained), or on the encoder's tokens alone (trained longer), from the same weights, by \
      the same prior. Nothing is tuned, for no arm; the seeds of the samples are the same.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "Post-training of the decoder lowers the distance of samples", at: "abstract",
        metric: distance, system: "post-trained", over: "perturbed", margin: 0.05),
      Claim(
        "It does so more than as much training on the encoder's own tokens",
        at: "our control, which the paper has not", metric: distance, system: "post-trained",
        over: "trained longer", margin: 0.05),
      Claim(
        "Perturbation in the main training lowers the distance of samples", at: "abstract",
        metric: distance, system: "perturbed", over: "plain", margin: 0.05),
      Claim(
        "The distance under perturbation ranks tokenisers more as their samples do than the distance of plain "
          + "reconstructions", at: "abstract", metric: correlation, system: "pFID", over: "rFID",
        margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      let trial = try TokenizerTrial(lab, seed)
      var all: [TokenizerTrial.Figures] = []
      for arm in TokenizerTrial.Arm.pairs([(32, 8), (128, 8), (512, 8)]) {
        let network = try trial.fit(arm)
        let figures = try trial.figures(network)
        all.append(figures)
        board[distance.name, arm.isPerturbed ? "perturbed" : "plain"] += [figures.generated]
        guard arm.isPerturbed else { continue }
        let before = network.state.mapValues { $0.copied() }
        for (name, preserved) in [("post-trained", 0.7), ("trained longer", 1.0)] {
          try network.load(before)
          try trial.postTrained(network, arm, preserved: preserved)
          board[distance.name, name] += [try trial.generated(network)]
        }
      }
      TokenizerTrial.correlations(all, &board, correlation)
      return board
    })

  static let correlation = Claim.Metric("rank correlation with gFID", unit: "", .higher)
  static let distance = Claim.Metric("gFID", unit: "", .lower)
}
