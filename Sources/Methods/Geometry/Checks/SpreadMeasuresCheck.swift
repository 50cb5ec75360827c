import Evaluation

extension SpreadMeasures {
  /// Re-tests what Marbut, McKinney-Bock & Wheeler, 2023, say of ten measures of spread.
  static let check = Check(
    "S185",
    protocol: """
      Seven clouds in 10, 50 and 200 dimensions, 1,000 points each, at five spreads: a ball, a shell and two nested shells \
      whose axes shrink evenly (in logarithms) down to 0.05, 0.1, 0.25, 0.5 or 1 of the first; a cone with that share of the \
      opening at which it is as wide as long; and pairs of normal clusters, one pair for each dimension, symmetric, of uneven \
      numbers, or shifted, with that deviation, where centres lie in the cube from −1 to 1 before they are shifted by up to 1; all \
      scaled to a mean variance of 1 over the numbers, since I(V) changes with the size, as a first quick form had shown. Order: Spearman's correlation of \
      a measure with the spread over the five, 1 at best. Order kept: of pairs of unequal spread, one cloud plain and the \
      other changed in what is no spread, the share that a measure puts in order, 0.5 by chance: changed by an offset of \
      twice the root mean squared length, by 3,000 points, or by another dimension. The sign of each measure is the paper's. \
      "better of the two in use" is the better of average cosine and I(V) for the seed and metric; "last but one of the \
      eight" is the proposed measure with the second lowest mean. Layers of language models are left out.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "EEE orders clouds by their spread where the average cosine does not", at: "abstract; §4",
        metric: order, system: SpreadMeasure.earlyEnrichment.title,
        over: SpreadMeasure.averageCosine.title, margin: 0.2),
      Claim(
        "VRM orders clouds by their spread where the average cosine does not", at: "abstract; §4",
        metric: order, system: SpreadMeasure.entropyRatio.title,
        over: SpreadMeasure.averageCosine.title, margin: 0.2),
      Claim(
        "EEE orders clouds better than I(V)", at: "abstract; §4", metric: order,
        system: SpreadMeasure.earlyEnrichment.title, over: SpreadMeasure.partitionRatio.title,
        margin: 0.05),
      Claim(
        "VRM orders clouds better than I(V)", at: "abstract; §4", metric: order,
        system: SpreadMeasure.entropyRatio.title, over: SpreadMeasure.partitionRatio.title,
        margin: 0.05),
      Claim(
        "All but one of the eight order clouds better than both measures in use",
        at: "abstract (first version)", metric: order, system: "last but one of the eight",
        over: "better of the two in use"),
    ] + steady,
    trial: { lab, seed in
      var trial = SpreadTrial(seed: seed)
      if lab.isQuick {
        (trial.dimensions, trial.points, trial.morePoints) = ([5, 10], 150, 300)
        trial.spreads = [0.05, 0.25, 1]
      }
      return try trial.board(lab)
    })

  /// What is no spread does not upset the order.
  private static let steady = [
    (moved, "an offset, which it takes out itself,"), (numerous, "other numbers of points"),
    (dimension, "other dimensions"),
  ].flatMap { metric, what in
    [("EEE", SpreadMeasure.earlyEnrichment), ("VRM", .entropyRatio)].map { name, measure in
      Claim(
        "\(name) keeps its order through \(what) better than both measures in use",
        at: "abstract: reliable, relative measures", metric: metric, system: measure.title,
        over: "better of the two in use", margin: 0.02)
    }
  }

  static let order = Claim.Metric("order of clouds by spread", unit: "rank correlation", .higher)
  static let moved = Claim.Metric("order kept with an offset", unit: "share of pairs", .higher)
  static let numerous = Claim.Metric(
    "order kept with other numbers of points", unit: "share of pairs", .higher)
  static let dimension = Claim.Metric(
    "order kept in other dimensions", unit: "share of pairs", .higher)
  static let metrics = [order, moved, numerous, dimension]
}
