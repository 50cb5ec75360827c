import Evaluation
import Torch

extension SparseProbing {
  /// Re-tests what Gurnee et al., 2023, say of neurons for contexts, on a small model.
  static let check = Check(
    "S301",
    protocol: """
      A decoder of four blocks and width 96 learns bytes of 3,000 texts each of English and of French (the two sides of \
      Tatoeba's pairs) and of Wikipedia's XML, 64 bytes a text, in four passes. Units between the two layers of each block \
      are read at 12 places of other texts, each with at least eight bytes before it, in two halves: one to choose neurons \
      by their difference of means over the deviation within classes and to fit a logistic regression, one to score its F1; \
      as many places have a feature as have not, at most 500. Contexts are the three kinds of text; pairs are five pairs of \
      letters just read, told apart from places where another letter stands before the second. A drawn neuron is the mean of five probes of one neuron each. The gain is the F1 of 16 neurons less \
      that of the best one.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "Single neurons of a middle layer tell the context", at: "abstract",
        metric: single, system: "best neuron, middle block", over: "drawn neuron, middle block",
        margin: 0.1),
      Claim(
        "Training makes them", at: "abstract", metric: single, system: "best neuron, middle block",
        over: "best neuron, untrained", margin: 0.05),
      Claim(
        "Letters just read need more neurons of the first layer than contexts of a middle one",
        at: "abstract", metric: gain, system: "pairs, first block",
        over: "contexts, middle block", margin: 0.02),
    ],
    trial: { lab, seed in
      var study = SparseProbing()
      if lab.isQuick {
        (study.examples, study.epochs, study.blocks, study.width) = (300, 1, 2, 32)
        study.texts = "sentences,grammar,facts"
      }
      let mixture = try study.mixture()
      let trained = try study.trial(mixture, lab, seed, isTrained: true)
      let untrained = try study.trial(mixture, lab, seed, isTrained: false)
      let middle = study.blocks / 2
      var board = Scoreboard()
      for feature in TextFeature.all(kinds: mixture.names) {
        guard feature.isContext else {
          guard let found = try trained.scores(feature, layer: 0)?.best else { continue }
          board[gain.name, "pairs, first block"].append((found.last ?? 0) - found[0])
          continue
        }
        guard let found = try trained.scores(feature, layer: middle),
          let before = try untrained.scores(feature, layer: middle)
        else { continue }
        board[single.name, "best neuron, middle block"].append(found.best[0])
        board[single.name, "drawn neuron, middle block"].append(found.drawn)
        board[single.name, "best neuron, untrained"].append(before.best[0])
        board[gain.name, "contexts, middle block"].append((found.best.last ?? 0) - found.best[0])
      }
      // Seeds have different features that are told apart often enough to be probed, so that each gives its mean.
      for (metric, arms) in [
        (
          single,
          ["best neuron, middle block", "drawn neuron, middle block", "best neuron, untrained"]
        ),
        (gain, ["pairs, first block", "contexts, middle block"]),
      ] {
        for arm in arms { board[metric.name, arm] = [board[metric.name, arm].mean] }
      }
      return board
    })

  static let single = Claim.Metric("F1 of one neuron for contexts", unit: "F1", .higher)
  static let gain = Claim.Metric("F1 gained from 1 to 16 neurons", unit: "F1", .higher)
}
