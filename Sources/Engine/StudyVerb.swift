import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Reporting
import Torch

/// `latent stats` and `latent lab`: studies of a person's own numbers, and of worlds with a known truth.
enum StudyVerb {
  static let names = ["stats", "lab"]

  /// Parses in two passes, as `latent fit` does: the first finds the study, whose settings the second knows.
  static func begin(_ verb: Verb, _ words: [String]) throws {
    let isHelp = words.contains("--help") || words.contains("-h")
    guard let name = words.first(where: { !$0.hasPrefix("-") }) else {
      if isHelp { return try page(verb, words, nil) }
      return try list(verb, Console(Arguments.parse(words, verb: verb)))
    }
    let study: any Study.Type
    do {
      study = try Catalogue.study(named: name, verb: verb.name).study
    } catch let error as UserError {
      throw UsageError("latent \(verb.name): \(error)")
    }
    if isHelp { return try page(verb, words, study) }
    let arguments = try Arguments.parse(words, verb: verb.knowing(settings: study.flags))
    try carryOut(study, arguments, Console(arguments))
  }

  private static func list(_ verb: Verb, _ console: Console) throws {
    let studies = Catalogue.studies.filter { $0.verb == verb.name }
    var table = TextTable(["name", "system", "what it is"])
    for each in studies { table.add([each.card.id, each.card.system ?? "", each.card.title]) }
    let json = studies.map { each -> JSON in
      [
        ("name", .string(each.card.id)), ("title", .string(each.card.title)),
        ("system", each.card.system.map { .string($0) } ?? .null),
      ].json
    }
    try console.result(.array(json), text: table.text(width: Terminal.width(.output)))
  }

  private static func page(_ verb: Verb, _ words: [String], _ study: (any Study.Type)?) throws {
    let known =
      study.map { study in
        verb.page(
          of: study.card.id, study.card.title,
          inputs: study.inputs.map { ($0.name, $0.help, $0.isOptional) },
          settings: study.flags, notes: [study.card.summary, study.card.source])
      } ?? verb
    guard !words.contains("--json") else {
      return try Console().result(HelpPage.json(known).pretty)
    }
    let width = min(100, Terminal.width(.output))
    try Console().result(
      HelpPage.render(known, width: width, bold: Terminal.allowsBold(.output)))
  }

  private static func carryOut<S: Study>(
    _ type: S.Type, _ arguments: Arguments, _ console: Console
  ) throws {
    let study = try S().configured(by: arguments)
    let threads = arguments.int("threads") ?? ProcessInfo.processInfo.activeProcessorCount
    Runtime.threads = threads
    let line = console.progress(S.card.id, total: nil, unit: "parts")
    let room = StudyRoom(
      try inputs(S.inputs, arguments), seed: Seed(arguments.seed), threads: threads,
      progress: { done, of in line.update(done: done, label: "of \(of)") },
      shouldStop: { Interrupt.requested })
    let findings = try study.run(room)
    line.finish()
    if let folder = arguments.string("out") {
      let page = try findings.page(S.card, settings: study.encoded())
      try page.write(to: folder, plotly: Share.file("plotly.min.js"))
      let json = Data((findings.json.pretty + "\n").utf8)
      try AtomicFile.write(json, to: folder + "/findings.json")
      console.say("the page is \(folder)/index.html")
    }
    try console.result(findings.json, text: findings.text)
  }

  /// The arrays of the files, under the names that the study knows them by.
  private static func inputs(_ wanted: [StudyInput], _ arguments: Arguments) throws -> NamedArrays {
    guard !wanted.isEmpty else { return NamedArrays() }
    let files = Array(arguments.positionals.dropFirst())
    let names = wanted.map { $0.isOptional ? "\($0.name) (optional)" : $0.name }
      .joined(separator: ", ")
    guard !files.isEmpty else {
      // Without files such a study makes a world of its own.
      if wanted.allSatisfy(\.isOptional) { return NamedArrays() }
      throw UsageError("latent stats \(arguments.positionals[0]): a file with \(names) is needed")
    }
    var arrays = try NamedArrays(opening: files)
    for pair in arguments.list("columns") ?? [] {
      let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
      try require(
        sides.count == 2, "--columns \(pair): must be NAME=COLUMN, where NAME is one of \(names)")
      try arrays.call(sides[1], sides[0])
    }
    return arrays
  }
}
