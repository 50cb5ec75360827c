extension Verb {
  /// Where a space's own flow comes to rest.
  public static let attractors = Verb(
    "attractors", .using, "Follow codes to where encoding and decoding rest.",
    [space, ownSource],
    flags: [
      Flag(
        "from", .choice(["data", "noise"]), default: "data",
        "Codes to start at: those of training examples, or draws that know nothing of the data."),
      Flag("count", .int(2...100_000), default: "300", "Codes to follow."),
      Flag("steps", .count, default: "300", "Moves of a code at most."),
      Flag(
        "spread", .amount, as: "X", default: "1",
        "Deviation of the draws, with --from noise."),
      Flag(
        "show", .count, default: "16", "Attractors to draw, those that most codes came to first."),
      Flag(
        "out", short: "o", .path, as: "FILE",
        "Draw what attractors decode to: FILE.png, or FILE.npy for the numbers."),
      Flag(
        "scores", .path, as: "FILE.csv",
        "Write how strange each test example is by its way: the mean distance to where training codes come to."
      ),
    ],
    examples: [
      Example(
        "latent attractors demo.latent --from noise --out attractors.png",
        "Says how many attractors there are and draws what the network knows without data."),
      Example(
        "latent attractors clothes.latent digits/ --scores strange.csv",
        "Scores other pictures by how far their ways stay from those of the training pictures."),
    ])
}
