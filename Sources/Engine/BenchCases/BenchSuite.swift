import Files
import Foundation
import Learning
import Manual
import Torch

/// `latent bench`: every case beside its peer, in pairs.
enum BenchSuite {
  /// All cases, in the order of the page.
  static let cases: [any BenchCase] =
    [
      TrainingCase(model: .mlp, peer: .eager), TrainingCase(model: .mlp, peer: .compiled),
      TrainingCase(model: .mlp, peer: .eager, isCoarse: true),
      TrainingCase(model: .conv, peer: .eager),
      TrainingCase(model: .conv, peer: .eager, isCoarse: true),
      FitCommandCase(), PythaeCase(model: "vae"), PythaeCase(model: "iwae"), SeedsCase(),
      NeighbourProbeCase(), BootstrapCase(), ClustersCase(), MapCase(), ColdStartCase(),
      PicturesCase(), DictionaryCase(library: .torch), DictionaryCase(library: .lens),
      LanguageCase(),
    ] + SelfSupervisedCase.Kind.allCases.map { SelfSupervisedCase(kind: $0) }

  /// Runs the cases called `names`, or those of the command line.
  static func run(_ arguments: Arguments, _ console: Console, only names: [String]? = nil) throws {
    let chosen = try chosen(names ?? arguments.list("case"), console)
    let isQuick = arguments.flag("quick")
    let folder = NSTemporaryDirectory() + "latent-bench-\(getpid())"
    try makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // All are looked for before anything runs.
    let peers = try chosen.map { try BenchPeers($0.environment) }
    // NumPy, which pythae seeds, takes 32 bits.
    let first = Int(arguments.seed % 1_000_000_000)
    // What the commands of a bench leave behind is nobody's.
    setenv("LATENT_HOME", folder, 1)
    let results = try zip(chosen, peers).map { each, peers in
      let result = try pairs(of: each, isQuick ? 2 : 5, console) {
        BenchRun(peers: peers, seed: first + $0, isQuick: isQuick, folder: folder)
      }
      // Each as soon as it is there: a bench that is stopped keeps what it has measured.
      if arguments.flag("write") { try BenchmarksPage.keep(result) }
      return result
    }
    let (table, json) = (try BenchmarksPage.table(results), try results.map { try $0.json })
    try console.result(.array(json), text: table.text())
  }

  /// The cases called `names`; where none is named, all that this machine can run.
  ///
  /// - Throws: ``UsageError`` for a name that no case has, ``UserError`` for one that cannot be run here.
  private static func chosen(
    _ names: [String]?, _ console: Console
  ) throws -> [any BenchCase] {
    guard let names else {
      return cases.filter { each in
        if let obstacle = each.obstacle { console.say("\(each.id) is left out: \(obstacle)") }
        return each.obstacle == nil
      }
    }
    return try named(names).map { each in
      if let obstacle = each.obstacle { throw UserError("\(each.id): \(obstacle)") }
      return each
    }
  }

  private static func named(_ names: [String]) throws -> [any BenchCase] {
    try names.map { name in
      guard let each = cases.first(where: { $0.id == name }) else {
        throw UsageError(
          "latent bench: there is no case \(name); there are \(cases.map(\.id).joined(separator: ", "))"
        )
      }
      return each
    }
  }

  private static func pairs(
    of each: any BenchCase, _ count: Int, _ console: Console, _ run: (Int) -> BenchRun
  ) throws -> BenchResult {
    let line = console.progress(each.id, total: count, unit: "pairs")
    var result = BenchResult(each)
    for pair in 1...count {
      let run = run(pair)
      result.ours.append(try each.ours(run))
      result.theirs.append(try each.theirs(run))
      line.update(done: pair)
    }
    line.finish()
    return result
  }

  /// Does our side of one case in this process and prints its figures as a line of JSON.
  static func child(_ words: [String]) throws {
    guard words.count == 4, let seed = Int(words[1]) else {
      throw UsageError("latent \(Bench.childVerb): CASE SEED quick|full FOLDER")
    }
    let each = try named([words[0]])[0]
    let run = BenchRun(
      peers: try BenchPeers(each.environment), seed: seed, isQuick: words[2] == "quick",
      folder: words[3])
    Runtime.threads = run.peers.threads
    try Console().result(try each.work(run).json.compact)
  }
}
