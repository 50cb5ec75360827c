import Catalog
import Datasets
import Evaluation
import Features
import Files
import Foundation
import Language
import Learning
import Manual
import Neighbours
import Sparse
import Torch

/// `latent explain`: the features inside a model, and what they mean.
struct Explain {
  private let arguments: Arguments
  private let console: Console
  private let subject: Subject
  private let folder: String

  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard let path = arguments.positional("MODEL") else {
      throw UsageError("latent explain: which MODEL?")
    }
    let explain = Explain(
      arguments: arguments, console: console,
      subject: try Subject(path, arguments, console),
      folder: arguments.string("out") ?? "\(stem(path))-explained")
    try explain.run()
  }

  private func run() throws {
    try prepare()
    let space = try dictionary()
    guard let network = space.network as? any DirectionDictionary else {
      throw UserError(
        "\(space.folder) is a space of \(space.description.method), which is no dictionary of directions"
      )
    }
    try require(
      space.description.domain.size == subject.width,
      "\(space.folder) is a dictionary of \(space.description.domain.size) numbers, and there are \(subject.width) here"
    )
    var activity = UnitActivity(units: network.latents)
    var tally = DictionaryScores.Tally(units: network.latents)
    let line = console.progress("encode", total: subject.count, unit: subject.unit)
    try withoutGradients {
      try vectors { part in
        let x = space.description.preprocessing.standardised(part), z = network.encode(x)
        try activity.add(z)
        try tally.add(x, codes: z, written: network.decode(z))
        line.update(done: activity.count)
        try goOn()
      }
    }
    line.finish()
    let told = console.progress("explain", total: network.latents, unit: "features")
    let features = ExplainedFeature.all(
      activity, subject.traits, stretch: subject.isText ? RuleScores.stretch : 1,
      seed: Seed(arguments.seed)
    ) { told.update(done: $0) }
    told.finish()
    try require(
      !features.isEmpty,
      "no feature is active at 10 of the \(activity.count) \(subject.unit) that were read; read more"
    )
    let page = try ExplainedPage(
      features, activity, try tally.scores(), network, space, subject,
      show: arguments.int("show") ?? 100, folder: folder, seed: arguments.seed)
    try page.write()
    try console.result(page.summary, text: page.words)
  }

  /// Gives `body` all vectors, some rows at a time: those of the file where they were written, since reading is fast and a
  /// model is not.
  private func vectors(_ body: (Tensor) throws -> Void) throws {
    func parts(of x: Tensor) throws {
      for start in stride(from: 0, to: x.size(0), by: 1024) {
        try body(x.sliced(0, start, min(start + 1024, x.size(0))))
      }
    }
    guard arguments.string("dictionary") == nil else { return try subject.read(parts) }
    let examples = try Source.open(activations, Self.whole).train
    for chunk in examples.chunks(of: 1024) { try body(examples.batch(chunk).x) }
  }

  /// Where the vectors are written.
  private var activations: String { folder + "/activations.npy" }

  /// All rows, as they are.
  private static let whole = {
    var options = SourceOptions()
    (options.validation, options.test, options.raw) = (0, 0, true)
    return options
  }()

  /// Ends the work where that was asked for.
  private func goOn() throws {
    guard Interrupt.requested else { return }
    throw Stopped(
      sentence:
        "stopped; what was finished is saved, and the same latent explain goes on from there")
  }

  /// What the folder's contents follow from.
  private var request: [(String, JSON)] {
    [
      ("model", .string(absolute(subject.path))), ("at", .string(subject.place)),
      ("data", .string(subject.fingerprint)), ("tokens", .int(subject.count)),
      ("split", .string(arguments.string("split") ?? "test")),
      ("dictionary", arguments.string("dictionary").map { .string(absolute($0)) } ?? .null),
      ("latents", .int(arguments.int("latents") ?? 1024)),
      ("active", .int(arguments.int("active") ?? 32)),
      ("epochs", .int(arguments.int("epochs") ?? 5)), ("seed", .int(Int(arguments.seed))),
    ]
  }

  /// Makes the folder, or finds it as the same request left it.
  private func prepare() throws {
    let path = folder + "/request.json", text = request.json.pretty + "\n"
    let files = FileManager.default
    if files.fileExists(atPath: folder) {
      let isSame = (try? String(contentsOfFile: path, encoding: .utf8)) == text
      let isOurs = files.fileExists(atPath: path)
      try require(
        isSame || isOurs && arguments.flag("force"),
        isOurs
          ? "\(folder) was made by another request; --force replaces it, --out names another place"
          : "\(folder) is there already and was not made by latent explain; --out names another place"
      )
      if isSame, !arguments.flag("force") { return }
      for name in ["activations.npy", "dictionary.latent", "features.json", "request.json"] {
        try? files.removeItem(atPath: "\(folder)/\(name)")
      }
    }
    try makeFolder(folder)
    try AtomicFile.write(Data(text.utf8), to: path)
  }

  /// The dictionary that is named, or one that is trained on the vectors; what a killed run left is gone on with.
  private func dictionary() throws -> Space {
    if let path = arguments.string("dictionary") {
      return try OpenSpace(path, arguments).space
    }
    if !FileManager.default.fileExists(atPath: activations) {
      let line = console.progress("read", total: subject.count, unit: subject.unit)
      try subject.write(to: activations) {
        line.update(done: $0)
        try goOn()
      }
      line.finish()
    }
    let path = folder + "/dictionary.latent"
    let known = try? SpaceDescription(opening: path)
    if known?.status == .complete { return try OpenSpace(path, arguments).space }
    var method = TopKSAE()
    method.dictionary.latents = arguments.int("latents") ?? 1024
    method.active = min(arguments.int("active") ?? 32, method.dictionary.latents)
    method.training.epochs = arguments.int("epochs") ?? 5
    method.training.batch = min(1024, max(32, subject.count / 50))
    method.dead.deadAfter = max(1000, subject.count / 4)
    let source = try Source.open(activations, Self.whole)
    try method.validate(for: source.domain)
    var run = FitRun(source, seed: Seed(arguments.seed))
    (run.folder, run.resumes) = (path, known != nil)
    Runtime.threads = ProcessInfo.processInfo.activeProcessorCount
    let origin = SpaceDescription.Origin(
      spec: absolute(activations), options: Self.whole, fingerprint: source.fingerprint)
    let description =
      try known
      ?? SpaceDescription(method, source: source, origin: origin, run: run, versions: versions)
    let progress = FitProgress(console)
    defer { progress.finish() }
    run.progress = progress.show
    return try Fit.train(method, run, description, nil, console).space
  }
}
