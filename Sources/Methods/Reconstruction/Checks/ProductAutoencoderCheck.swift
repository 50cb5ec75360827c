import Evaluation
import Networks

extension ProductAutoencoder {
  /// Re-tests what Cannistraci et al., 2024, say of several invariances at once.
  static let check = Check(
    "S102",
    protocol: """
      Fashion-MNIST: 5,000 training pictures, one hidden layer, ReLU, Bernoulli likelihood, Adam at 0.001, batches of 100 \
      for 10 passes, 200 anchors that all have; nothing is tuned. For each seed two pairings: two trainings of 784-256-64 \
      and back, and one of these with one of 784-400-100 and back, which plain codes cannot be exchanged with. Arms: the \
      four likenesses to anchors at once, each alone, and plain codes in the pairing of equal widths. Explained variance \
      and accuracy as in S010, a figure for each pairing and direction. "best single" is, for each of these, the likeness \
      that does best there, known only afterwards, and "mean single" the mean of the four, which is what a choice by lot \
      gives; "best single, less a twentieth" is 0.95 of the best.
      """,
    minutes: 8, seeds: 3,
    claims: [
      Claim(
        "The product stitches at least as well as the likeness that turns out best, within a twentieth",
        at: "abstract; §4.2", metric: Communication.explained, system: "product",
        over: "best single, less a twentieth"),
      Claim(
        "The product's stitched head is within a twentieth of the best likeness's", at: "§4.2",
        metric: Communication.accuracy, system: "product", over: "best single, less a twentieth"),
      Claim(
        "The product stitches better than a likeness chosen by lot", at: "abstract",
        metric: Communication.explained, system: "product", over: "mean single", margin: 0.01),
      Claim(
        "The product's stitched head is better than that of a likeness chosen by lot",
        at: "abstract",
        metric: Communication.accuracy, system: "product", over: "mean single", margin: 0.01),
      Claim(
        "Plain codes of equal width do not stitch", at: "§4.2", metric: Communication.explained,
        system: "product, equal widths", over: "absolute", margin: 0.2),
    ],
    trial: { lab, seed in
      let trial = try CommunicationTrial(lab, seed)
      var board = Scoreboard()
      let arms: [(String, [AnchorLikeness])] =
        [("product", AnchorLikeness.allCases)]
        + AnchorLikeness.allCases.map { ($0.rawValue, [$0]) }
      for (arm, likenesses) in arms {
        let sides = try (1...3).map { number in
          try trial.relative(
            method(likenesses, wide: number == 3, trial), number, as: arm)
        }
        try trial.score((sides[0], sides[1]), arm, &board)
        try trial.score((sides[0], sides[2]), arm, &board)
      }
      var plain = Autoencoder()
      plain.networks = trial.networks(lab.pick(full: 256, quick: 32))
      (plain.latents, plain.training) = (lab.pick(full: 64, quick: 8), trial.training())
      try trial.score(
        (try trial.plain(plain, 1), try trial.plain(plain, 2)), "absolute", &board)
      let explained = Communication.explained.name
      board[explained, "product, equal widths"] = Array(board[explained, "product"].prefix(2))
      for metric in [Communication.explained.name, Communication.accuracy.name] {
        let single = AnchorLikeness.allCases.map { board[metric, $0.rawValue] }
        let best = (single.first ?? []).indices.map { place in single.map { $0[place] }.max() ?? 0 }
        board[metric, "best single, less a twentieth"] = best.map { $0 * 0.95 }
        board[metric, "mean single"] = best.indices.map { place in single.map { $0[place] }.mean }
      }
      return board
    })

  private static func method(
    _ likenesses: [AnchorLikeness], wide: Bool, _ trial: CommunicationTrial
  ) -> ProductAutoencoder {
    let lab = trial.lab
    var method = ProductAutoencoder()
    method.cosine = likenesses.contains(.cosine)
    method.euclidean = likenesses.contains(.euclidean)
    method.manhattan = likenesses.contains(.manhattan)
    method.chebyshev = likenesses.contains(.chebyshev)
    method.anchors = lab.pick(full: 200, quick: 20)
    let size =
      wide ? lab.pick(full: (400, 100), quick: (48, 12)) : lab.pick(full: (256, 64), quick: (32, 8))
    method.networks = trial.networks(size.0)
    (method.latents, method.training) = (size.1, trial.training())
    return method
  }
}
