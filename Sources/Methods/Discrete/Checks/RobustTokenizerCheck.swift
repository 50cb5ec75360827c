import Evaluation
import Learning
import Torch

extension RobustTokenizer {
  /// Re-tests what Qiu et al., 2025, say of perturbed tokens.
  static let check = Check(
    "S151",
    protocol: """
      Fashion-MNIST at 14×14: 4,000 training images, 2,000 of the test images. Eight tokenisers, 196-128-tokens × \
      8 and back: 8 tokens of a codebook of 32, 128 or 512, and 16 tokens of 128, each without perturbation and \
      with (rate 1 falling to 0.5, 0.1 of the examples, as in the authors' settings, the nearest 2.5% of the \
      codebook and at least 2), all else the same: codebook of moving averages with revival, Adam at 0.001, 20 \
      passes, batches of 64. One prior for each: a causal transformer of width 48 and one block, 5 passes. Nothing \
      is tuned, for no arm. Distances are Fréchet's in the features of a classifier of 128 units trained on the \
      same images: gFID of 2,000 samples, rFID of reconstructions of the test images, pFID of reconstructions from \
      tokens of which 0.5, 0.75 or all are exchanged for one of the nearest 5% of the codebook, the mean of the \
      three. Correlations are Spearman's over the eight tokenisers of a seed.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "The distance under perturbation ranks tokenisers more as their samples do than the distance of plain "
          + "reconstructions", at: "abstract", metric: correlation, system: "pFID", over: "rFID",
        margin: 0.1),
      Claim(
        "Perturbation in training lowers the distance of samples at equal codebook and tokens",
        at: "abstract", metric: distance, system: "perturbed", over: "plain", margin: 0.05),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      let trial = try TokenizerTrial(lab, seed)
      let arms = TokenizerTrial.Arm.pairs([(32, 8), (128, 8), (512, 8), (128, 16)])
      let figures = try arms.map { try trial.figures(trial.fit($0)) }
      TokenizerTrial.correlations(figures, &board, correlation)
      for (metric, figure) in [
        (distance, { (figures: TokenizerTrial.Figures) in figures.generated }),
        (Claim.Metric("rFID", unit: "", .lower), { $0.reconstructed }),
        (Claim.Metric("pFID", unit: "", .lower), { $0.perturbed }),
      ] {
        for (arm, figures) in zip(arms, figures) {
          board[metric.name, arm.isPerturbed ? "perturbed" : "plain"] += [figure(figures)]
        }
      }
      return board
    })

  static let correlation = Claim.Metric("rank correlation with gFID", unit: "", .higher)
  static let distance = Claim.Metric("gFID", unit: "", .lower)
}
