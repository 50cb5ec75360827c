import Evaluation

extension RetrievalHeads {
  /// Re-tests what Wu et al., 2024, say of heads that retrieve.
  static let check = Check(
    "S292",
    protocol: """
      A decoder like Llama, 4 blocks of 8 heads and width 64, another start for each seed, learns rows of 10 keys of 32 with \
      values of 16 and 6 of the keys again with theirs, in 1,500 steps of 64 new rows, Adam at 0.003 after 50 steps and down \
      to nothing; then 750 steps at a third of that on rows of 20 pairs. A head's score: of the questions of 200 new rows, \
      the share at which the head attends the most to the answer among the pairs. Recall is the share of these questions \
      that are answered by the likeliest token. Silenced: what 3 of the 32 heads read is 0, those with the highest scores, \
      or 3 of the others in ten draws. Few: the share of heads with a score of 0.5 or more; the paper finds under a \
      twentieth above 0.1, in models of a thousand heads. Nothing is tuned.
      """,
    minutes: 8, seeds: 3,
    claims: [
      Claim(
        "Without the heads that retrieve, recall is gone as it is not without others",
        at: "abstract: causal", metric: lost, system: "retrieval heads", over: "other heads",
        margin: 0.3),
      Claim(
        "Few heads retrieve: less than one in five", at: "abstract: sparse", metric: few,
        system: "with half of the answers", over: "0.2"),
      Claim(
        "Training makes them", at: "our control", metric: best, system: "trained",
        over: "untrained", margin: 0.3),
      Claim(
        "The same heads retrieve after training on longer rows", at: "abstract: intrinsic",
        metric: kept, system: "after longer rows", over: "0.5"),
    ],
    trial: { lab, seed in
      var study = RetrievalHeads()
      if lab.isQuick {
        (study.keys, study.values, study.pairs, study.longer) = (6, 4, 3, 4)
        (study.steps, study.batch, study.width, study.heads) = (20, 16, 16, 4)
        (study.blocks, study.silenced) = (2, 2)
      }
      let result = try study.result(seed, shouldStop: lab.shouldStop)
      var board = Scoreboard()
      board[lost.name, "retrieval heads"] = [result.whole - result.without]
      board[lost.name, "other heads"] = [result.whole - result.others.mean]
      let first = result.scores.map(\.first)
      board[few.name, "with half of the answers"] = [
        Double(first.count { $0 >= 0.5 }) / Double(first.count)
      ]
      board[few.name, "0.2"] = [0.2]
      board[best.name, "trained"] = [first.max() ?? 0]
      board[best.name, "untrained"] = [result.scores.map(\.untrained).max() ?? 0]
      board[kept.name, "after longer rows"] = [result.kept]
      board[kept.name, "0.5"] = [0.5]
      return board
    })

  static let lost = Claim.Metric("recall that is lost", unit: "share", .higher)
  static let few = Claim.Metric("heads that retrieve", unit: "share", .lower)
  static let best = Claim.Metric("largest retrieval score", unit: "share", .higher)
  static let kept = Claim.Metric("rank correlation of scores", unit: "", .higher)
}
