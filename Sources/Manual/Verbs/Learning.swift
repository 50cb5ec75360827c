extension Verb {
  /// Learning a space from data.
  public static let fit = Verb(
    "fit", .learning, "Learn a latent space from data.",
    [
      Positional(
        "METHOD", "How to learn: vae, iwae, ae, …; latent systems lists them."),
      Positional(
        "SOURCE", .unless("resume"),
        "A known data set (latent data lists them), a file, or a folder of pictures, "
          + "sounds or texts."),
    ],
    flags: fitFlags + logFlags + splitFlags + readingFlags,
    otherForms: ["latent fit --resume SPACE [flags]"],
    takesSettings: true,
    notes: [
      "Each method adds settings of its own, such as --latents, --epochs, --batch, "
        + "--learning-rate and --beta; latent fit METHOD --help lists them with their defaults.",
      "Ctrl-C saves a checkpoint and stops; latent fit --resume SPACE goes on to the same result "
        + "as an unbroken run. A second Ctrl-C stops at once.",
      "Where RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT are set, as torchrun does, so many "
        + "processes train one space together: each computes its share of every batch, and the "
        + "loss is that of one process to about five digits. A method whose batches cannot be "
        + "shared is refused. A process that ends stops the others; --resume goes on with any "
        + "number of them, all of which must see the folder.",
    ],
    examples: [
      Example(
        "latent fit vae fashion-mnist --latents 20 --epochs 10 --seed 1 --out demo.latent",
        "Trains a variational autoencoder with 20 latents and writes the space demo.latent."),
      Example(
        "latent fit ae photos/ --size 32x32 --strict",
        "Learns from a folder of pictures, each scaled to 32 by 32, and refuses a broken one."),
      Example(
        "latent fit vae measurements.csv --window 48 --out m.latent",
        "Learns stretches of 48 consecutive rows of all number columns."),
      Example(
        "latent fit vae digits --log tensorboard --log-to runs-log",
        "Writes every epoch where tensorboard --logdir runs-log shows it while it trains."),
      Example(
        "latent fit vae digits --seeds 8 --out d.latent",
        "Learns d-seed-0.latent to d-seed-7.latent side by side, each as a fit of its seed with "
          + "--threads 1; the same with --resume goes on with those that were stopped."),
      Example(
        "latent fit --resume demo.latent",
        "Goes on with a run that was stopped, from its last checkpoint."),
    ])

  static let fitFlags: [Flag] = [
    Flag(
      "out", short: "o", .path, as: "NAME.latent",
      "The space to write; METHOD-SOURCE.latent when not given."),
    Flag("resume", "Go on with a run that was stopped."),
    Flag(
      "seeds", .int(1...10_000), "Learn N spaces side by side, with the seeds from --seed on."),
    Flag("force", "Replace a space of that name."),
    Flag(
      "device", .choice(["auto", "cpu", "cuda", "mps"]), default: "auto",
      "Where to compute; auto takes the fastest there is."),
    Flag(
      "threads", .int(1...4096),
      "Processor threads to use, all cores when not given, one for each of --seeds; it changes "
        + "the last bits of a result."),
    Flag(
      "precision", .choice(["float32", "bf16"]), default: "float32",
      "Numbers to compute with; bf16 is faster where the processor has it, and coarser."),
    Flag(
      "checkpoint-seconds", .amount, as: "S", default: "60",
      "Seconds of training between checkpoints."),
  ]

  /// Logs for other programs, for each verb that trains.
  static let logFlags: [Flag] = [
    Flag(
      "log", .list(of: .choice(["tensorboard", "mlflow"])), as: "NAME,…",
      "Also keep a log that tensorboard or mlflow opens; a run that is resumed goes on with it."),
    Flag(
      "log-to", .path, as: "FOLDER", default: "runs-log",
      "The folder of such logs, for all runs; mlflow's is mlflow.db there."),
  ]

  private static let splitFlags: [Flag] = [
    Flag(
      "validation", .number(0...0.9), as: "F",
      "Fraction of the training data kept aside for validation; none when not given, a tenth or "
        + "less with --patience."),
    Flag(
      "test", .number(0...0.9), as: "F",
      "Fraction kept aside for testing, where the source has no test part of its own."),
  ]

  /// How a source is read, for each verb that reads one for the first time.
  static let readingFlags: [Flag] = [
    Flag("limit", .count, "Use only the first N examples."),
    Flag("size", .size, "Scale pictures to this height and width."),
    Flag(
      "strict", "Refuse the source when one of its files is broken, rather than skip that file."),
    Flag(
      "encoder", .string, as: "NAME",
      "Take the vectors that an encoder makes of texts or pictures: minilm (make encoder brings it), or a folder with "
        + "published weights of a model like BERT, of a ResNet or of a vision transformer."),
    Flag(
      "raw",
      "Take the numbers of an array as they are, and do not bring each input to mean 0 and deviation 1."
    ),
    Flag(
      "binarise", .choice(["none", "fixed", "threshold", "stochastic"]), default: "none",
      "Make grey levels black and white: drawn once, cut at one half, or drawn anew each epoch."),
    Flag(
      "label", .string, as: "COLUMN",
      "The table's column that holds the class, not an input; of cells, a column of obs."),
    Flag(
      "text", .string, as: "COLUMN",
      "The table's column whose texts are the examples; all but the class is left out."),
    Flag(
      "window", .int(2...1 << 20),
      "Take the table for a series in the order of time: each N consecutive rows of its number "
        + "columns are one example."),
    Flag(
      "length", .int(1...1 << 20),
      "Cut sounds to N samples and fill shorter ones up with silence; the longest, up to 16384, "
        + "when not given."),
  ]

  /// The list of runs, one run, or several side by side.
  public static let runs = Verb(
    "runs", .learning, "List the runs made here, show one, or compare several.",
    [Positional("ID", .any, "A run, as the list names it; several are compared.")],
    flags: [
      Flag("method", .string, as: "NAME", "Only runs of this method."),
      Flag("source", .string, as: "NAME", "Only runs on this data, by its path or name."),
      Flag(
        "status", .choice(["running", "finished", "stopped", "failed", "killed"]),
        "Only runs that are so now."),
      Flag("limit", .count, default: "20", "Show the N newest."),
    ],
    notes: ["A run that trains is shown with the epochs that it has so far."],
    examples: [
      Example(
        "latent runs --method vae --status finished --limit 5",
        "Lists the five newest finished runs of vae."),
      Example(
        "latent runs 1x9k2mab --json", "Shows one run with its settings and every epoch, as JSON."),
      Example(
        "latent runs 1x9k2mab 7f3c0qzt",
        "Lays two runs side by side: settings that differ, and figures."),
    ])

  /// What a space is.
  public static let show = Verb(
    "show", .learning, "Show what a space is: method, settings, data, metrics.", [space],
    flags: [
      Flag(
        "selection", .string, as: "NAME",
        "Show the items of a selection instead, which latent serve keeps with the space.")
    ],
    examples: [
      Example(
        "latent show demo.latent", "Prints how the space was made and how well it does."),
      Example(
        "latent show demo.latent --selection odd-ones",
        "Lists the items that were picked on the page and kept under this name."),
    ])
}
