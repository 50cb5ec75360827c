import Files
import Foundation
import Testing

@testable import Learning

@Suite struct RunsListingTests {
  let folder = NSTemporaryDirectory() + "listing-" + UUID().uuidString
  let registry: RunRegistry

  init() throws {
    try makeFolder(folder)
    registry = try RunRegistry(path: folder + "/runs.sqlite")
  }

  private func add(
    _ number: Int, method: String = "vae", source: String = "/data/x.npy", seed: UInt64 = 1,
    settings: String = #"{"latents":20,"training":{"epochs":5}}"#, space: String = "a.latent"
  ) throws -> RunRecord {
    let record = RunRecord(
      started: "2026-01-02T03:04:0\(number)Z", method: method, source: source, seed: seed,
      device: "cpu", threads: 2, settings: settings, codeVersion: "0.1", torchVersion: "2.13.0",
      space: "\(folder)/\(space)")
    try registry.insert(record)
    return record
  }

  private func write(_ losses: [Double], in space: String = "a.latent") throws {
    try makeFolder("\(folder)/\(space)")
    let epochs = losses.enumerated().map { index, loss in
      EpochMetrics(
        epoch: index + 1, step: 10 * (index + 1), train: ["loss": loss], validation: [:],
        rate: 100, seconds: Double(index + 1))
    }
    try History(epochs: epochs, terms: ["loss"]).write(in: "\(folder)/\(space)")
  }

  @Test func aRunThatTrainsIsSeenWithItsEpochsSoFar() throws {
    let record = try add(1)
    let listing = RunsListing(registry)
    #expect(try listing.entry(record.id).history.isEmpty)
    try write([3, 2])
    let early = try listing.entry(record.id)
    #expect(early.status == .running && early.steps == 20 && early.seconds == 2 && !early.hasSpace)
    #expect(early.metrics == ["train/loss": 2])
    try write([3, 2, 1])
    #expect(try listing.entry(record.id).history.map(\.epoch) == [1, 2, 3])
  }

  @Test func aFolderThatAnotherRunTookIsNotTheFirstOnes() throws {
    let first = try add(1)
    try write([3])
    let sitting = try add(2)
    let listing = RunsListing(registry)
    #expect(try listing.entry(first.id).history.count == 1, "the second goes on with the first")
    _ = try add(3, seed: 2)
    #expect(try listing.entry(first.id).history.isEmpty)
    #expect(try listing.entry(sitting.id).history.isEmpty)
  }

  @Test func whatTheRegistryKeptIsTheFigureOfARunWithoutFolder() throws {
    var record = try add(1)
    record.status = .finished
    record.duration = 12
    record.metrics = """
      {"epoch":5,"step":50,"train":{"loss":1.5},"validation":{"loss":2},"rate":1,"seconds":11}
      """
    try registry.update(record)
    let entry = try RunsListing(registry).entry(record.id)
    #expect(entry.metrics == ["train/loss": 1.5, "validation/loss": 2])
    #expect(entry.steps == 50 && entry.seconds == 12)
  }

  @Test func filtersHoldTogether() throws {
    let a = try add(1)
    let b = try add(2, method: "ae", space: "b.latent")
    let c = try add(3, source: "digits", space: "c.latent")
    let listing = RunsListing(registry)
    func ids(_ change: (inout RunsListing.Filter) -> Void) throws -> [String] {
      var filter = RunsListing.Filter()
      change(&filter)
      return try listing.entries(filter).map(\.record.id)
    }
    #expect(try ids { _ in } == [c.id, b.id, a.id])
    #expect(try ids { $0.source = "x.npy" } == [b.id, a.id])
    #expect(
      try ids {
        $0.source = "/data/x.npy"; $0.limit = 1
      } == [b.id])
    #expect(
      try ids {
        $0.method = "vae"; $0.source = "digits"
      } == [c.id])
    #expect(try ids { $0.status = .finished } == [])
    #expect(throws: UserError.self) { try listing.entry("nothing") }
  }

  @Test func aComparisonHasWhatDiffersAndAllFigures() throws {
    let a = try add(1)
    let b = try add(
      2, settings: #"{"latents":10,"training":{"epochs":5},"beta":4.5}"#, space: "b.latent")
    try write([3, 2])
    let listing = RunsListing(registry)
    let comparison = RunsComparison([try listing.entry(a.id), try listing.entry(b.id)])
    #expect(
      comparison.settings == [
        .init(name: "beta", cells: [nil, "4.5"]), .init(name: "latents", cells: ["20", "10"]),
      ])
    let loss = comparison.figures.first { $0.name == "train/loss" }
    #expect(loss?.values == [2, nil])
  }
}
