extension Verb {
  private static let model = Positional(
    "MODEL",
    "A language model: a space of the method lm, or a folder with a published one (config.json, model.safetensors, "
      + "tokenizer.json).")
  private static let texts = Positional(
    "SOURCE", .optional,
    "Texts to read; what a space was fitted on when not given. A published model needs them.")

  private static func place(_ help: String) -> Flag {
    Flag("at", .string, as: "PLACE", help)
  }

  /// How a table of texts is read.
  private static let columns = [
    column,
    Flag("label", .string, as: "COLUMN", "With a table as SOURCE, the column of its classes."),
  ]

  private static let limit = Flag("limit", .count, default: "500", "Texts to read, at most.")

  /// What features a model has, and what they mean.
  public static let explain = Verb(
    "explain", .using, "Find the features inside a model, and say what they mean.",
    [
      Positional(
        "MODEL",
        "A language model (a space of the method lm, or a folder with a published one), another space, whose codes are "
          + "explained, or vectors of your own: activations.npy."), texts,
    ],
    flags: [
      place("The activations to explain: blocks.1.resid_post; the middle block's where not given."),
      Flag(
        "dictionary", .path, as: "SPACE",
        "A dictionary that latent fit made of these activations; one is trained where none is given."
      ),
      Flag("latents", .count, default: "1024", "Features of the dictionary that is trained."),
      Flag("active", .count, default: "32", "Features that are active at once in it."),
      Flag("epochs", .count, default: "5", "Passes of its training over the vectors."),
      Flag("tokens", .count, default: "200000", "Tokens or examples to read, at most."),
      Flag("show", .count, default: "100", "Features on the page, those that are told best."),
      Flag(
        "labels", .path, as: "FILE", "With vectors of your own, their classes: labels.npy."),
      split,
      Flag("force", "Replace what a former run left in the folder."),
      Flag(
        "out", short: "o", .path, as: "FOLDER",
        "Where the page, features.json, the activations and the dictionary go; MODEL-explained when not given."
      ),
    ] + columns,
    notes: [
      "A feature is told by a rule that is learned on every second text and judged on the others: detection says how well "
        + "it finds stretches of text in which the feature is active, fuzzing how well it finds the tokens, simulation "
        + "how well it follows how active the feature is."
    ],
    examples: [
      Example(
        "latent explain lm-text8-sample.latent --at blocks.2.resid_post --out features",
        "Trains a sparse dictionary on a block's activations and opens its features on a page."),
      Example(
        "latent explain gpt2/ reviews.csv --column text --latents 4096 --out features",
        "The same for a published model that reads your own texts."),
    ])

  /// What can be read from a model, place by place.
  public static let probe = Verb(
    "probe", .using, "Say what a linear probe reads from a model, layer by layer.",
    [
      Positional(
        "MODEL",
        "A language model (a space of the method lm, or a folder with a published one), another space, or vectors of your "
          + "own with --labels."), texts,
    ],
    flags: [
      Flag(
        "at", .list(of: .string), as: "PLACE,…",
        "The activations to read: the embedding's and every block's where not given."),
      Flag(
        "pool", .choice(["mean", "last"]), default: "mean",
        "What stands for a text: the mean over its tokens, or its last token."),
      Flag(
        "labels", .path, as: "FILE", "With vectors of your own, their classes: labels.npy."),
      Flag("limit", .count, default: "2000", "Examples to learn from, and to judge by, at most."),
    ] + columns,
    notes: [
      "The control is the same probe with the labels of other examples: what a probe can learn by heart. Selectivity is the "
        + "accuracy less that (Hewitt & Liang, 2019)."
    ],
    examples: [
      Example(
        "latent probe lm-newsgroups.latent --pool last",
        "Prints how well each block tells the group of a text, with 95% intervals."),
      Example(
        "latent probe activations.npy --labels labels.npy --json",
        "The same of vectors made elsewhere, as JSON."),
    ])

  /// What a model would say after each of its blocks.
  public static let lens = Verb(
    "lens", .using, "Say what a model would write next after each of its blocks.",
    [model, texts],
    flags: [
      Flag("text", .string, "Show the likeliest next token after each token of this text."),
      Flag(
        "by", .choice(["logits", "linear"]), default: "logits",
        "How a block's vectors are written: as they are, or by a linear map to the last block's, learned from the training "
          + "texts."),
      split, limit,
      Flag("out", short: "o", .path, as: "FILE", "Draw the loss of each block: FILE.svg."),
    ] + columns,
    examples: [
      Example(
        "latent lens lm-text8-sample.latent --text queens",
        "Prints what each block would say, and how well it does on the test texts.")
    ])

  /// Which activations carry a difference.
  public static let patch = Verb(
    "patch", .using, "Say which activations carry what tells two texts apart.",
    [model],
    flags: [
      Flag("clean", .string, as: "TEXT", isRequired: true, "The text with the right answer."),
      Flag(
        "corrupted", .string, as: "TEXT", isRequired: true,
        "A text of as many tokens with another answer."),
      Flag(
        "answer", .string, as: "TEXT",
        "What follows the clean text, its first token counts; the model's own answer where not given."
      ),
      Flag("wrong", .string, as: "TEXT", "What follows the corrupted text, likewise."),
      Flag(
        "at",
        .choice(["resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out", "attn_heads"]),
        default: "resid_post",
        "What is put in the corrupted pass: a place's vector token by token, or attn_heads head by head."
      ),
      Flag("out", short: "o", .path, as: "FILE", "Draw the table: FILE.svg."),
    ],
    notes: [
      "A share of 1 says that all of the difference between the answers' logits comes back, 0 that nothing does."
    ],
    examples: [
      Example(
        "latent patch lm-sums.latent --clean 3+4= --corrupted 3+5=",
        "Prints the share of the answer that each block and token carries.")
    ])

  /// A model that writes otherwise.
  public static let steer = Verb(
    "steer", .using, "Make a model write otherwise, and say what else changes.",
    [model, texts],
    flags: [
      place(
        "Where the direction is added: blocks.1.resid_post; the middle block's where not given."),
      Flag("feature", .int(0...10_000_000), as: "N", "A feature of --dictionary, by its number."),
      Flag(
        "dictionary", .path, as: "SPACE",
        "A dictionary of the place's activations, such as latent explain leaves in its folder."),
      Flag("wanted", .path, as: "SOURCE", "Texts that are to be written like."),
      Flag("unwanted", .path, as: "SOURCE", "Texts that are not."),
      Flag(
        "strength", .number(-1e6...1e6), as: "S", default: "1",
        "How much is added: times the most that the feature is active in the texts read, or times the difference of means."
      ),
      Flag("text", .string, "What the model goes on from; nothing where not given."),
      Flag("count", .count, default: "5", "Continuations to write."),
      Flag("length", .count, default: "60", "Tokens of a continuation."),
      Flag(
        "temperature", .amount, as: "T", default: "0.8",
        "How bold tokens are chosen; 0 takes the likeliest."),
      split, limit,
    ] + columns,
    otherForms: [
      "latent steer MODEL --dictionary SPACE --feature N --strength S [flags]",
      "latent steer MODEL --wanted SOURCE --unwanted SOURCE --strength S [flags]",
    ],
    notes: [
      "Side effects are measured on the texts of SOURCE: how much less likely they become, and, where they have classes, how "
        + "well a probe of the last block still reads them."
    ],
    examples: [
      Example(
        "latent steer lm-text8-sample.latent --dictionary features/dictionary.latent --feature 17 --strength 2",
        "Writes with and without a feature, and says what it costs."),
      Example(
        "latent steer lm-reviews.latent --wanted good.txt --unwanted bad.txt --text film",
        "Writes more like one set of texts than like another."),
    ])
}
