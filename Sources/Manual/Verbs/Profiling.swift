extension Verb {
  /// The time of a training step.
  public static let profile = Verb(
    "profile", .judging, "Show where the time of a training step goes.",
    [
      Positional("METHOD", "What to train, as for latent fit: vae, iwae, ae, …"),
      Positional("SOURCE", "The data, as for latent fit."),
    ],
    flags: [
      Flag("steps", .int(1...1_000_000), default: "50", "Steps to measure, after as many without."),
      Flag("rows", .count, default: "20", "Show the N operators that take longest."),
      Flag(
        "out", short: "o", .path, as: "FOLDER",
        "Also write flame.svg, a picture of what calls what for how long, and profile.json there."),
    ] + fitFlags.filter { ["device", "threads", "precision"].contains($0.name) } + readingFlags,
    takesSettings: true,
    notes: [
      "Settings of the method are those of latent fit; nothing is saved but what --out asks for.",
      "An operator's time is its own, without that of the operators it calls, so that all shares "
        + "add up to one; what a phase spends between operators is a row of its own. On a GPU the "
        + "times are those of starting its work, not of the work.",
    ],
    examples: [
      Example(
        "latent profile vae digits --batch 128",
        "Trains a hundred steps and prints where the time of the last fifty went."),
      Example(
        "latent profile topk-sae digits --steps 20 --out profile",
        "Writes profile/flame.svg, which opens in any browser, beside the table."),
    ])
}
