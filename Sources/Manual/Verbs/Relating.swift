extension Verb {
  /// One space's decoder or head on another's codes.
  public static let stitch = Verb(
    "stitch", .using, "Read one space's codes with what was made for another.",
    [
      Positional("SPACE", "The space that encodes."),
      Positional("OTHER", "The space that decodes, and whose linear head classifies."),
      ownSource,
    ],
    flags: [
      Flag(
        "by", .choice(["auto", "relative", "orthogonal", "affine"]), default: "auto",
        "How codes are brought over: by their likenesses to anchors, which needs decoders that read these, by a "
          + "rotation and a scale, or by any linear map; auto is relative where both decoders can, else orthogonal."
      ),
      Flag(
        "anchors", .int(2...1_000_000), default: "300",
        "Training examples by which the spaces are aligned; relative decoders bring their own."),
      Flag("limit", .count, default: "2000", "Test examples to judge by."),
      Flag(
        "out", short: "o", .path, as: "FILE",
        "Draw test pictures over what their own space and the other make of them: FILE.png."),
    ],
    examples: [
      Example(
        "latent stitch a.latent b.latent --out stitched.png",
        "Says what b's decoder and head make of a's codes of the test pictures.")
    ])

  /// How alike spaces are.
  public static let relate = Verb(
    "relate", .using, "Say how alike the codes of several spaces are.",
    [
      Positional(
        "SPACE", .any,
        "Two or more spaces, whose codes of the same test examples are taken, or files of vectors with as many rows: "
          + "codes.npy.")
    ],
    flags: [
      split,
      Flag(
        "measure",
        .list(
          of: .choice(["cka", "unbiased-cka", "cca", "svcca", "procrustes", "rsa", "neighbours"])),
        as: "NAME,…", default: "unbiased-cka",
        "What to measure: cka, unbiased-cka, cca, svcca, procrustes, rsa or neighbours."),
      Flag(
        "limit", .int(20...20_000), default: "2000",
        "Examples to measure by, drawn by --seed where there are more."),
    ],
    otherForms: ["latent relate SPACE SPACE… [flags]"],
    notes: [
      "Intervals are for other examples of the same kind: from 40 halves of the examples, by the delete-half "
        + "jackknife."
    ],
    examples: [
      Example(
        "latent relate a.latent b.latent codes.npy --measure cka,procrustes",
        "Prints a matrix of similarities for each measure, with 95% intervals.")
    ])

  /// What one space is like.
  public static let geometry = Verb(
    "geometry", .using, "Say how codes fill their space: spread, rank, dimension, loops.",
    [
      Positional(
        "SPACE",
        "A space, whose codes of the test examples are taken, or a file of vectors, one row each: codes.npy."
      )
    ],
    flags: [
      Flag(
        "neighbours", .int(3...1000), default: "20", "Neighbours of each code that are looked at."),
      Flag(
        "limit", .int(20...1_000_000), default: "20000",
        "Codes to look at, drawn by --seed where there are more."),
    ],
    examples: [
      Example(
        "latent geometry demo.latent",
        "Prints figures of the codes, and in words what to beware of."),
      Example(
        "latent geometry embeddings.npy --json", "The same of vectors made elsewhere, as JSON."),
    ])
}
