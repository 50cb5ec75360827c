extension Verb {
  /// Codes in the plane.
  public static let map = Verb(
    "map", .using, "Lay codes out in the plane so that neighbours lie together.",
    [
      Positional(
        "SPACE",
        "A space, whose codes of the test examples are taken, or a file of vectors, one row each: codes.npy."
      )
    ],
    flags: [
      mappedSplit,
      Flag(
        "out", short: "o", .path, as: "FILE.npy", default: "map.npy",
        "Where to write the places, an array of two columns."),
      Flag(
        "kind", .choice(["neighbours", "pca"]), default: "neighbours",
        "By neighbours, as UMAP does, or along the two directions of most variance."),
      Flag(
        "neighbours", .int(2...1000), default: "15",
        "Neighbours that hold each point in place: few show detail, many show the whole."),
      Flag(
        "min-distance", .number(0...1), as: "X", default: "0.1",
        "How near points may lie: less makes denser groups."),
      Flag(
        "epochs", .int(1...100_000),
        "Sweeps over the points; 500 for up to 10,000 points and 200 for more when not given."),
      Flag(
        "picture", .path, as: "FILE",
        "Draw the map as well: FILE.svg, or FILE.html; coloured by class where a space's data have classes."
      ),
      Flag(
        "trustworthiness",
        "Measure how well neighbours on the map are neighbours among the codes (12 neighbours)."),
      Flag("fresh", "Make the map anew where one is kept."),
    ],
    notes: [
      "Maps are kept: of a space in its folder maps, of a file in the folder maps of LATENT_HOME. The same codes, "
        + "settings and seed give the same places, whatever the number of threads."
    ],
    examples: [
      Example(
        "latent map demo.latent --picture map.svg",
        "Lays out the codes of the test pictures, writes map.npy and draws it."),
      Example(
        "latent map codes.npy --neighbours 30 --seed 1 --trustworthiness",
        "Lays out the rows of an array and says how far the map is to be trusted."),
    ])
}
