extension Verb {
  /// Spaces for a browser and for programs.
  public static let serve = Verb(
    "serve", .using, "Serve spaces to a browser and to programs.",
    [
      Positional(
        "SPACE", .any, "Spaces that latent fit made; without one, the catalogue and the runs.")
    ],
    flags: [
      Flag(
        "host", .string, as: "ADDRESS", default: "127.0.0.1",
        "Where to listen, an address in numbers; other machines reach only what is not loopback."),
      Flag("port", .int(0...65535), default: "8080", "Where to listen; 0 takes any free port."),
      Flag(
        "token",
        "Ask for a random token that is printed with the address; always so where other machines can ask."
      ),
      Flag(
        "allow-host", .list(of: .string), as: "NAME,…",
        "Names by which browsers may ask besides those of this machine."),
      Flag("open", "Open the page in a browser."),
      Flag(
        "split", .choice(["train", "validation", "test", "all"]),
        "The part of the data to show; test when not given, or train where nothing is kept for testing."
      ),
      Flag("requests", .int(1...4096), default: "128", "Requests that are answered at a time."),
      Flag("body-mb", .int(1...4096), default: "64", "Megabytes that a request may hold."),
      Flag(
        "timeout", .number(0.1...86_400), as: "S", default: "60",
        "Seconds after which a request is given up."),
      Flag("log-requests", "Write a line of JSON on standard error for every request."),
    ],
    notes: [
      "Ctrl-C answers what was asked and stops; a second Ctrl-C stops at once. What the server offers to programs is "
        + "described at /openapi.json."
    ],
    examples: [
      Example(
        "latent serve demo.latent --open", "Opens the explorer of a space in the browser."),
      Example(
        "latent serve demo.latent --split all",
        "Shows all examples of the space's data, those that it was fitted on among them."),
      Example(
        "latent serve a.latent b.latent --host 0.0.0.0 --port 8123",
        "Serves two spaces to other machines, for those who have the token."),
    ])

  /// Examples near another.
  public static let neighbours = Verb(
    "neighbours", .using, "Find the examples whose codes are nearest to one's.",
    [space, ownSource],
    flags: [
      Flag("of", .int(0...Int.max), as: "I", default: "0", "Number of the example."),
      Flag("text", .string, "A text instead, where the space is of texts."),
      Flag("count", .count, default: "10", "How many to find."),
      Flag(
        "distance", .choice(["euclidean", "cosine"]), default: "euclidean",
        "What is near: Euclidean distance between codes, or one minus the cosine of their angle."),
      split,
    ],
    examples: [
      Example(
        "latent neighbours demo.latent --of 3 --count 5",
        "Lists the five test pictures nearest to test picture 3, with distances and classes.")
    ])
}
