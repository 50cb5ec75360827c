import Datasets
import Files
import Foundation
import Testing
import Torch

@Suite struct CompareTests {
  let folder = NSTemporaryDirectory() + "compare-" + UUID().uuidString

  init() throws {
    Runtime.threads = 1
    try makeFolder(folder)
    var random = SplitMix(Seed(1))
    let rows = (0..<120).map { row -> [String] in
      let label = row % 3
      let numbers = (0..<4).map { "\(Double(label * ($0 + 1)) + random.uniform())" }
      return numbers + ["class\(label)"]
    }
    try CSV.write(header: ["a", "b", "c", "d", "label"], rows: rows, to: folder + "/x.csv")
  }

  private func compare(_ words: String...) throws -> Command {
    try Command(["compare"] + words, in: folder)
  }

  @Test func aComparisonRanksGoesOnAndGrows() throws {
    let command = [
      "ae:latents=2", "vae:latents=2", "x.csv", "--seeds", "2", "--epochs", "2", "--out", "c",
      "--json",
    ]
    let first = try Command(["compare"] + command, in: folder)
    #expect(first.status == 0, "\(first.talk)")
    let measures = first.json["measures"] as? [[String: Any]] ?? []
    #expect(measures.first?["measure"] as? String == "probe")
    #expect((measures.first?["arms"] as? [Any])?.count == 2)
    #expect((first.json["conclusion"] as? String)?.contains("With two seeds") == true)
    #expect(FileManager.default.fileExists(atPath: folder + "/c/report/index.html"))

    // What a kill would leave: one run without scores. The rest is not made again.
    let scores = folder + "/c/scores/"
    let kept = scores + "vae_latents=2-seed-1.json"
    let before = try MappedFile(kept).data
    try FileManager.default.removeItem(atPath: scores + "ae_latents=2-seed-2.json")
    let again = try Command(["compare"] + command, in: folder)
    let figures = [first, again].map { $0.json["measures"] as? NSArray ?? [] }
    #expect(figures[0] == figures[1])
    #expect(try MappedFile(kept).data == before)

    let more = try compare("--again", "c", "iwae:latents=2", "--json")
    #expect(((more.json["measures"] as? [[String: Any]])?.first?["arms"] as? [Any])?.count == 3)
    #expect(try MappedFile(kept).data == before)
  }

  @Test(arguments: [("detect", "detection", 1.0), ("impute", "imputation", 1e3)])
  func aTaskHasItsOwnMeasure(_ task: String, _ measure: String, _ most: Double) throws {
    let found = try compare(
      "ae:latents=2", "vae:latents=2", "x.csv", "--for", task, "--seeds", "2",
      "--steps", "20", "--out", task, "--json")
    #expect(found.status == 0, "\(found.talk)")
    let first = (found.json["measures"] as? [[String: Any]])?.first
    #expect(first?["measure"] as? String == measure)
    for arm in first?["arms"] as? [[String: Any]] ?? [] {
      #expect((0...most).contains(arm["value"] as? Double ?? .nan))
    }
    #expect((found.json["front"] as? [String])?.isEmpty == false)
  }

  @Test func whatIsToDisentangleIsJudgedByTrueFactors() throws {
    let found = try compare(
      "ae:latents=2", "vae:latents=2", "rings", "--for", "disentangle", "--seeds", "2",
      "--steps", "20", "--out", "f", "--json")
    #expect(found.status == 0, "\(found.talk)")
    let first = (found.json["measures"] as? [[String: Any]])?.first
    #expect(first?["measure"] as? String == "mig")
    #expect((first?["arms"] as? [Any])?.count == 2)
    let without = try compare("ae", "vae", "x.csv", "--for", "disentangle", "--out", "none")
    #expect(without.status == 1)
    #expect(without.talk.contains("x.csv has no known factors"))
  }

  @Test func allStandsForWhatAppliesAndATableHasARowForEach() throws {
    let found = try compare(
      "all:latents=2", "x.csv", "--metric", "reconstruction", "--seeds", "2", "--steps", "2",
      "--out",
      "all", "--table", "all.md", "--json")
    #expect(found.status == 0, "\(found.talk)")
    let runs = found.json["runs"] as? [[String: Any]] ?? []
    let names = runs.compactMap { $0["method"] as? String }
    #expect(names.contains("vae") && names.contains("ae") && !names.contains("classifier"))
    let table = try String(contentsOfFile: folder + "/all.md", encoding: .utf8)
    for name in names { #expect(table.contains("\n| \(name) ")) }
    #expect(table.contains("`latent compare all:latents=2 x.csv"))
  }

  @Test func aMethodThatJoinsHasTheBudgetOfTheOthers() throws {
    let first = try compare(
      "ae:latents=2", "ae:latents=1", "x.csv", "--seeds", "2", "--steps", "30", "--out", "s")
    #expect(first.status == 0, "\(first.talk)")
    #expect(try compare("--again", "s", "vae:latents=2").status == 0)
    let run = folder + "/s/runs/vae_latents=2-seed-1.latent"
    let shown = try Command(["show", run, "--json"], in: folder)
    #expect((shown.json["metrics"] as? [String: Any])?["steps"] as? Double == 30, "\(shown.talk)")
  }

  @Test func aMethodThatDivergesIsNamedAndTheOthersStand() throws {
    let found = try compare(
      "ae:latents=2", "vae:latents=2:learning-rate=1e30", "x.csv", "--seeds", "2", "--epochs", "2",
      "--out", "d", "--json")
    #expect(found.status == 0, "\(found.talk)")
    #expect((found.json["conclusion"] as? String)?.contains("failed with 2 of 2 seeds") == true)
    let runs = found.json["runs"] as? [[String: Any]] ?? []
    #expect((runs.last?["failures"] as? [Any])?.count == 2)
  }

  @Test(arguments: [
    (["vae"], "two or more words are needed"),
    (["vae", "vae", "x.csv"], "named twice"),
    (["vae:beat=4", "ae", "x.csv"], "did you mean --beta?"),
    (["vae:beta", "ae", "x.csv"], "a setting is NAME=VALUE"),
    (["vae", "ae", "x.csv", "--seeds", "1"], "at least 2 seeds"),
    (["vae", "ae", "x.csv", "--epochs", "1", "--steps", "3"], "one budget is enough"),
    (["vae", "ae", "x.csv", "--metric", "prob"], "did you mean probe?"),
    (["vae", "ae", "nowhere.csv"], "nowhere.csv"),
  ])
  func wrongUseIsNamedInOneSentence(_ words: [String], _ part: String) throws {
    let found = try Command(["compare"] + words, in: folder)
    #expect(found.status == 1 || found.status == 2)
    #expect(found.sentence.contains(part), "\(found.sentence)")
    #expect(!found.sentence.contains("\n"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/compare-x"))
  }
}
