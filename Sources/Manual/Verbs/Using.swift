extension Verb {
  /// Examples to codes.
  public static let encode = Verb(
    "encode", .using, "Turn examples into codes.", [space, ownSource],
    flags: [
      Flag(
        "out", short: "o", .path, as: "FILE", isRequired: true,
        "Where to write the codes, one row each: codes.npy or codes.csv."),
      Flag("classes", "Write how likely each class is instead, where the space classifies."),
      Flag(
        "at", .string, as: "PLACE",
        "Write what passes at a place of a language model instead, a row for each token: blocks.1.resid_post."
      ),
      column, split,
    ],
    examples: [
      Example(
        "latent encode demo.latent fashion-mnist --out codes.npy",
        "Writes the codes of the test pictures as a NumPy array."),
      Example(
        "latent encode demo.latent photos/ --split all --out codes.csv",
        "Writes the codes of every picture in a folder as a table."),
      Example(
        "latent encode classifier.latent new.csv --split all --classes --out classes.csv",
        "Writes the probability of each class for every row of a table."),
      Example(
        "latent encode lm.latent --at blocks.1.mlp_out --split train --out activations.npy",
        "Writes a language model's activations, to fit a dictionary on: latent fit topk-sae activations.npy --raw."
      ),
    ])

  /// Codes to examples.
  public static let decode = Verb(
    "decode", .using, "Turn codes into examples.",
    [space, Positional("CODES", .unless("place"), "A file of codes, one row each: codes.npy.")],
    flags: [
      mappedSplit,
      Flag(
        "out", short: "o", .path, as: "FILE", isRequired: true,
        "Where to write: decoded.npy for the values, decoded.png for a picture of them."),
      Flag(
        "place", .list(of: .number(-1e9...1e9)), as: "X,Y",
        "Decode a place of the space's map instead: the code between those of the test examples about it."
      ),
      Flag(
        "map", .choice(["neighbours", "pca"]), default: "neighbours",
        "The map that has the place, as latent map makes it with the same --seed."),
    ],
    otherForms: ["latent decode SPACE --place X,Y --out FILE [flags]"],
    examples: [
      Example(
        "latent decode demo.latent codes.npy --out decoded.png",
        "Draws what the codes stand for."),
      Example(
        "latent decode demo.latent --place=-1.5,2 --out between.png",
        "Draws what lies at a place of the map by neighbours."),
    ])

  /// New examples.
  public static let sample = Verb(
    "sample", .using, "Draw new examples.", [space],
    flags: [
      Flag("count", .count, default: "64", "How many to draw."),
      Flag("columns", .count, default: "8", "How many side by side."),
      Flag(
        "temperature", .amount, as: "T", default: "1",
        "Spread of the codes about the prior's centre, or of the tokens of a language model; below 1 is safer, above 1 is "
          + "bolder."),
      Flag("top", .count, as: "N", "Choose among the N likeliest tokens; for language models."),
      Flag(
        "share", .amount, as: "P",
        "Choose among the likeliest tokens that together have this probability; for language models."
      ),
      Flag(
        "steps", .count,
        "Steps in which a masked generator draws the tokens; without it as many as the space was fitted with."
      ),
      Flag(
        "class", .string, as: "NAME",
        "Draw only this class; for networks that are told the class. Else classes occur as in training."
      ),
      out(default: "samples.png"),
    ],
    examples: [
      Example(
        "latent sample demo.latent --count 16 --columns 4 --seed 7",
        "Draws 16 new pictures as a grid of four by four into samples.png."),
      Example(
        "latent sample lm.latent --count 4 --temperature 0.8",
        "Prints four new texts of a language model, rather safe ones."),
    ])

  /// Examples beside what the space makes of them.
  public static let reconstruct = Verb(
    "reconstruct", .using, "Show examples beside what the space makes of them.",
    [space, ownSource],
    flags: [
      split,
      Flag("count", .count, default: "16", "How many to show."),
      Flag(
        "items", .list(of: .int(0...Int.max)), as: "I,…",
        "Numbers of the examples to show; the first ones when not given."),
      out(default: "reconstructions.png"),
    ],
    examples: [
      Example(
        "latent reconstruct demo.latent --count 8",
        "Draws eight test pictures over their reconstructions into reconstructions.png.")
    ])

  /// The way from one example to another.
  public static let interpolate = Verb(
    "interpolate", .using, "Walk from one example to another through the space.",
    [space, ownSource],
    flags: [
      split,
      Flag("from", .int(0...Int.max), as: "I", default: "0", "Number of the first example."),
      Flag("to", .int(0...Int.max), as: "J", default: "1", "Number of the last example."),
      Flag("steps", .int(2...Int.max), default: "10", "Number of pictures, both ends included."),
      Flag(
        "path", .choice(["linear", "spherical", "geodesic"]), default: "linear",
        "The way between the codes: straight, along a sphere, or the shortest as decoded."),
      out(default: "interpolation.png"),
    ],
    examples: [
      Example(
        "latent interpolate demo.latent --from 3 --to 8 --path spherical",
        "Draws ten pictures on the way from test picture 3 to test picture 8.")
    ])

  /// What single units do.
  public static let traverse = Verb(
    "traverse", .using, "Move one latent unit at a time and see what it does.",
    [space, ownSource],
    flags: [
      split,
      Flag("from", .int(0...Int.max), as: "I", default: "0", "Number of the example to start at."),
      Flag(
        "units", .list(of: .int(0...Int.max)), as: "I,…",
        "The units to move; the most active ones when not given."),
      Flag("count", .count, default: "10", "How many units, the most active first."),
      Flag(
        "reach", .amount, as: "X", default: "2.5",
        "How far to either side, in standard deviations of the unit's code."),
      Flag("steps", .int(2...Int.max), default: "11", "Number of pictures in a row."),
      out(default: "traversal.png"),
    ],
    examples: [
      Example(
        "latent traverse demo.latent --from 3 --count 5",
        "Draws a row for each of the five most active units into traversal.png.")
    ])

  /// Examples with more or less of an attribute.
  public static let edit = Verb(
    "edit", .using, "Give examples more or less of an attribute by moving their codes.",
    [space, ownSource],
    flags: [
      split,
      Flag("class", .string, as: "NAME", "Move towards this class of the source."),
      Flag("factor", .string, as: "NAME", "Raise this known factor of the source."),
      Flag(
        "strengths", .list(of: .number(-Double.infinity...Double.infinity)), as: "X,…",
        default: "0,0.5,1,1.5",
        "How far: 1 is from the mean of the other classes to that of the class, or one standard "
          + "deviation of the factor."),
      Flag("count", .count, default: "8", "How many examples to show."),
      Flag(
        "fitted", .count, default: "10000",
        "Training examples from which the direction is learned, at most."),
      out(default: "edit.png"),
    ],
    examples: [
      Example(
        "latent edit demo.latent --class bag --strengths 0.5,1,2",
        "Draws eight test pictures and what they become on the way to bags into edit.png."),
      Example(
        "latent edit shapes.latent --factor scale --strengths -2,-1,1,2",
        "Makes shapes smaller and larger, and says what else changed."),
    ])

  private static func out(default name: String) -> Flag {
    Flag("out", short: "o", .path, as: "FILE.png", default: name, "Where to draw the picture.")
  }
}
