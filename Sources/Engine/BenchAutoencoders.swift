import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// `latent bench autoencoders`: autoencoders beside pythae's, with the same networks, data and epochs: how fast they
/// train, and how well they then do on test examples.
enum BenchAutoencoders {
  /// The verb of a child process that measures one fit; not for people.
  static let childVerb = "bench-autoencoder"

  /// A method of ours with the settings that make it the peer's.
  struct Case {
    let peer: String
    let method: String
    let settings: [String: String]
  }

  static let cases = [
    Case(peer: "vae", method: "vae", settings: [:]),
    Case(peer: "beta-vae", method: "vae", settings: ["beta": "4"]),
    Case(
      peer: "infovae", method: "infovae", settings: ["aggregate-divergence": "10", "kernel": "rbf"]),
    Case(
      peer: "wae", method: "wae",
      settings: ["discrepancy": "10", "kernel": "inverse-multiquadratic"]),
    Case(
      peer: "vq-vae", method: "vq-vae",
      settings: [
        "codebook": "512", "code-width": "8", "tokens": "16", "commitment": "0.25",
        "prior-epochs": "0",
      ]),
    Case(peer: "iwae", method: "iwae", settings: ["samples": "5"]),
  ]

  /// Images of an epoch, epochs, and the batch, the same for both sides.
  struct Budget {
    var images = 20_000
    var epochs = 5
    var batch = 100
    var seeds = 5
  }

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let peers = try BenchPeers()
    var budget = Budget()
    if arguments.flag("quick") { (budget.images, budget.epochs, budget.seeds) = (5000, 2, 2) }
    var rows: [BenchAutoencoderRow] = []
    for each in cases {
      let line = console.progress(each.peer, total: budget.seeds, unit: "rounds")
      var row = BenchAutoencoderRow(name: each.peer)
      for seed in 1...budget.seeds {
        let common = [
          "--model", each.peer, "--images", "\(budget.images)", "--epochs", "\(budget.epochs)",
          "--batch", "\(budget.batch)", "--threads", "\(peers.threads)", "--seed", "\(seed)",
        ]
        row.ours.append(
          try peers.figures(
            CommandLine.arguments[0],
            [
              childVerb, each.peer, "\(budget.images)", "\(budget.epochs)", "\(budget.batch)",
              "\(peers.threads)", "\(seed)",
            ]))
        row.theirs.append(
          try peers.figures(peers.python, [peers.scripts + "/pythae_models.py"] + common))
        line.update(done: seed)
      }
      line.finish()
      rows.append(row)
    }
    try BenchAutoencoderPage(rows: rows, budget: budget).print(arguments, console)
  }

  /// Fits one case in this process and prints its figures as a line of JSON.
  static func child(_ words: [String]) throws {
    let numbers = words.dropFirst().compactMap(Int.init)
    guard words.count == 6, numbers.count == 5,
      let each = cases.first(where: { $0.peer == words[0] })
    else { throw UsageError("latent \(childVerb): CASE IMAGES EPOCHS BATCH THREADS SEED") }
    Runtime.threads = numbers[3]
    let budget = Budget(images: numbers[0], epochs: numbers[1], batch: numbers[2])
    let recipe = try Catalogue.method(named: each.method).recipe
    let found = try figures(of: recipe, each, budget, seed: UInt64(numbers[4]))
    try Console().result(found.json.compact)
  }

  /// Fits one case in this process and judges it by the test examples.
  static func figures<Method: Recipe>(
    of type: Method.Type, _ each: Case, _ budget: Budget, seed: UInt64
  ) throws -> BenchAutoencoderRow.Figures {
    var options = SourceOptions()
    options.validation = 0
    options.limit = budget.images
    let source = try Source.open("fashion-mnist", options)
    var method = try Method().setting("batch", to: "\(budget.batch)")
      .setting("epochs", to: "\(budget.epochs)").setting("architecture", to: "mlp")
    if each.peer != "vq-vae" { method = try method.setting("latents", to: "20") }
    for (flag, value) in each.settings { method = try method.setting(flag, to: value) }
    let (network, result) = try Space.fitted(method, FitRun(source, seed: Seed(seed)))
    let scores = Scores(source.test, seed: Seed(seed))
    guard let coding = network as? any Encoding & Decoding else {
      throw UserError("\(Method.card.id) does not reconstruct")
    }
    let error = try scores.squaredError(coding).mean
    // The first epoch warms up, on both sides.
    let timed = result.history.dropFirst().map { Double(budget.images) / $0.rate }
    let rate = Double(timed.count * budget.images) / timed.reduce(0, +)
    var bound: Double?
    if let network = network as? any Bounding {
      let values =
        each.peer == "iwae"
        ? try scores.logLikelihood(network, draws: 5) : try scores.elbo(network)
      bound = values.mean
    }
    return BenchAutoencoderRow.Figures(
      items_per_second: rate, peak_memory_bytes: Double(peakMemory()), reconstruction: error,
      bound: bound)
  }
}

/// Figures of one case over its seeds, ours and the peer's.
struct BenchAutoencoderRow {
  let name: String
  var ours: [Figures] = []
  var theirs: [Figures] = []

  init(name: String) { self.name = name }

  struct Figures: Codable {
    let items_per_second: Double
    let peak_memory_bytes: Double
    let reconstruction: Double
    let bound: Double?

    var json: JSON {
      [
        ("items_per_second", .number(items_per_second)),
        ("peak_memory_bytes", .number(peak_memory_bytes)),
        ("reconstruction", .number(reconstruction)), ("bound", bound.map { .number($0) } ?? .null),
      ].json
    }
  }

  var ratios: [Double] { zip(ours, theirs).map { $0.items_per_second / $1.items_per_second } }

  /// Quality in one figure; nothing where either side has none.
  ///
  /// - Throws: ``UserError`` with fewer than two seeds.
  func quality(_ direction: Direction, _ figure: (Figures) -> Double?) throws
    -> BenchQuality?
  {
    let mine = ours.compactMap(figure), other = theirs.compactMap(figure)
    guard mine.count == ours.count, other.count == theirs.count else { return nil }
    return try BenchQuality(direction, mine, other)
  }
}
