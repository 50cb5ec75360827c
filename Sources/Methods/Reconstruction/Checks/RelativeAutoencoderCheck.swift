import Evaluation

extension RelativeAutoencoder {
  /// Re-tests what Moschella et al., 2023, say of stitching without training.
  static let check = Check(
    "S010",
    protocol: """
      Fashion-MNIST: 5,000 training pictures, 784-256-100 and back with ReLU, Bernoulli likelihood, Adam at 0.001, batches \
      of 100 for 10 passes; nothing is tuned. For each seed two trainings of either kind that differ in nothing but their \
      seeds: a plain autoencoder, whose codes are read as they are, and the relative one with 300 anchors, the same for \
      both. Either decoder is given the codes of either encoder for 2,000 test pictures, without further training. \
      Explained variance: one less the squared error over the pixels' variance; below 0 where the mean picture would be \
      nearer. Accuracy: of a logistic regression on one space's codes of the training pictures, asked about the other's \
      codes of the test pictures; chance is 0.1. "alone" is a space read by its own decoder and head, and "nine tenths" \
      is 0.9 of that.
      """,
    minutes: 2, seeds: 3,
    claims: [
      Claim(
        "A decoder reads another training's encoder by relative coordinates where it does not by codes",
        at: "abstract; §5.1", metric: Communication.explained, system: "relative",
        over: "absolute", margin: 0.2),
      Claim(
        "Stitched reconstruction keeps nine tenths of what the space's own explains", at: "§5.1",
        metric: Communication.explained, system: "relative", over: "relative, nine tenths"),
      Claim(
        "A linear head reads another training's relative coordinates where it does not read its codes",
        at: "§5.2", metric: Communication.accuracy, system: "relative", over: "absolute",
        margin: 0.2),
      Claim(
        "A stitched head keeps nine tenths of the space's own accuracy", at: "§5.2",
        metric: Communication.accuracy, system: "relative", over: "relative, nine tenths"),
      Claim(
        "Relative coordinates cost the space itself less than a twentieth of the explained variance",
        at: "§5.1", metric: Communication.explained, system: "relative alone",
        over: "absolute, less a twentieth"),
    ],
    trial: { lab, seed in
      let trial = try CommunicationTrial(lab, seed)
      var board = Scoreboard()
      var plain = Autoencoder()
      plain.networks = trial.networks(lab.pick(full: 256, quick: 32))
      plain.latents = lab.pick(full: 100, quick: 10)
      plain.training = trial.training()
      try trial.score(
        (try trial.plain(plain, 1), try trial.plain(plain, 2)), "absolute", &board)
      var method = RelativeAutoencoder()
      method.anchors = lab.pick(full: 300, quick: 30)
      (method.networks, method.latents) = (plain.networks, plain.latents)
      method.training = plain.training
      let pair = try (1...2).map { try trial.relative(method, $0, as: "relative") }
      try trial.score((pair[0], pair[1]), "relative", &board)
      for metric in [Communication.explained.name, Communication.accuracy.name] {
        board[metric, "relative, nine tenths"] = board[metric, "relative alone"].map { $0 * 0.9 }
      }
      let explained = Communication.explained.name
      board[explained, "absolute, less a twentieth"] = board[explained, "absolute alone"].map {
        $0 * 0.95
      }
      return board
    })
}
