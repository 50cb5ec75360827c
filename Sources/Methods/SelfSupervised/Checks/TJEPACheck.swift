import Evaluation

extension TJEPA {
  /// Re-tests what Thimonier et al., 2025, say of predicting columns from columns.
  static let check = Check(
    "S077",
    protocol: """
      Adult (census income, 14 columns) and electricity prices (6 columns), 2,400 rows each to learn from and 600 to choose \
      by (else the 8×8 digits as 64 columns, which decide nothing), judged on up to 3,000 test rows. t-jepa: width 32, two \
      blocks, a predictor of one block of width 32, four sets of columns, 20% to 40% read and predicted, a token, target decay 0.99 that \
      rises to 1, since the training is short; Adam at 0.001 along half a cosine, batches of 64, 30 passes without labels; nothing tuned. no tokens: the \
      same without the token. untrained: a pass at a rate of 1e-12. On the vectors of all columns, or on the columns as \
      they are (standardised numbers and a unit for each category), a network with a layer of 64 units learns the class \
      by Adam in batches of 64 for 20 passes, at the rate of 0.0003, 0.001 and 0.003 that serves best with seed 0 on the \
      validation rows. Effective rank: exp of the entropy of the singular values of the vectors of all columns of the \
      test rows of Adult. Relevant columns: in a made table of 2,400 rows, 6 columns are noisy functions of three hidden \
      numbers and 6 are noise; the influence of a column is how far, relative to their variance, the vectors of the \
      others move when it is shuffled among the rows; scored by the area under the curve that it has as a detector of \
      relevant columns.
      """,
    minutes: 8, seeds: 3,
    claims: [
      Claim(
        "A network learns Adult better from the frozen vectors than from the columns",
        at: "abstract", metric: adult, system: "t-jepa", over: "columns"),
      Claim(
        "So it does the electricity prices", at: "abstract", metric: electricity,
        system: "t-jepa", over: "columns"),
      Claim(
        "It learns Adult better from them than from those of the untrained network",
        at: "abstract", metric: adult, system: "t-jepa", over: "untrained"),
      Claim(
        "So it does the electricity prices", at: "abstract", metric: electricity,
        system: "t-jepa", over: "untrained"),
      Claim(
        "Without the token the vectors lose rank", at: "abstract: regularisation tokens",
        metric: rank, system: "t-jepa", over: "no tokens"),
      Claim(
        "Relevant columns move the others' vectors more than noise does, beyond the untrained network's",
        at: "abstract: identifies relevant features", metric: relevance, system: "t-jepa",
        over: "untrained", margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      let trial = ColumnTrial(lab: lab, seed: seed)
      try trial.learn("adult", adult.name, &board)
      try trial.learn("electricity", electricity.name, &board)
      try trial.findRelevant(&board)
      return board
    })

  static let adult = Claim.Metric("accuracy on adult", unit: "share", .higher)
  static let electricity = Claim.Metric("accuracy on electricity", unit: "share", .higher)
  static let rank = Claim.Metric("effective rank", unit: "", .higher)
  static let relevance = Claim.Metric("relevant columns found", unit: "area", .higher)
}
