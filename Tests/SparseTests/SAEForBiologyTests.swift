import Datasets
import Evaluation
import Foundation
import Learning
import Testing
import Torch

@testable import Sparse

@Suite struct SAEForBiologyTests {
  private let random = RandomStream(Seed(5))

  @Test func enrichmentIsTheHypergeometricTail() {
    // 3 of 4 drawn among 5 marked of 10: (10 · 5 + 5) / 210.
    let p = Enrichment.probability(hits: 3, drawn: 4, marked: 5, all: 10)
    #expect(abs(p - 55.0 / 210) < 1e-12)
    #expect(Enrichment.probability(hits: 0, drawn: 4, marked: 5, all: 10) == 1)
    // With 8 marked of 10 two of four drawn are marked in any case.
    #expect(Enrichment.probability(hits: 2, drawn: 4, marked: 8, all: 10) == 1)
    #expect(Enrichment.probability(hits: 5, drawn: 4, marked: 5, all: 10) == 0)
    // Both of the two that are marked: 1 over the ways to draw two.
    let rare = Enrichment.probability(hits: 2, drawn: 2, marked: 2, all: 20_000)
    #expect(abs(rare * 20_000 * 19_999 / 2 - 1) < 1e-6)
  }

  @Test func aProgramIsActiveOnlyWhereTheOneAboveIs() throws {
    var world = ProgramTree(seed: Seed(1))
    (world.trees, world.genes) = (2, 40)
    #expect(
      world.parents.count == 14
        && world.heights == [0, 0, 1, 1, 1, 1] + Array(repeating: 2, count: 8))
    let active = (world.activities(2000) .> 0).to(.float32)
    for (place, above) in world.parents.enumerated() {
      let own = active.selected(1, place)
      guard let above else {
        #expect(abs(try own.mean().value() - 0.3) < 0.05)
        continue
      }
      let parent = active.selected(1, above)
      #expect(try (own * (1 - parent)).sum().value() == 0)
      #expect(abs(try own.sum().value() / parent.sum().value() - 0.5) < 0.12)
    }
  }

  @Test func countsAreThoseOfTheirRates() throws {
    var world = ProgramTree(seed: Seed(2))
    (world.trees, world.genes, world.depth) = (1, 200, 0)
    let off = Tensor.zeros([4000, 7])
    let on = off.replacing(1, 0, 1, with: Tensor.ones([4000, 1]))
    let ratio = (world.counts(on).mean(over: 0) / world.counts(off).mean(over: 0)).log()
    let wanted = world.loadings.selected(0, 0)
    #expect(try (ratio - wanted).abs().mean().value() < 0.05)
  }

  @Test func unitsAreChosenWhereTheyAreNotJudged() throws {
    let hidden = random.child("hidden").normal([400, 2])
    let noise = random.child("noise").normal([400, 30])
    let vectors = try HiddenVectors(noise, hidden, names: ["a", "b"])
    #expect(vectors.train.hidden.size(0) == 300 && vectors.test.hidden.size(0) == 100)
    // The first unit is minus the first variable; noise follows the second by chance alone.
    func units(_ part: HiddenVectors.Part) -> Tensor {
      Tensor.concatenate([-part.hidden.sliced(1, 0, 1).to(.float32), part.embeddings], along: 1)
    }
    let codes = UnitCodes(train: units(vectors.train), test: units(vectors.test))
    let found = try codes.matches(vectors)
    #expect(found[0].unit == 0 && !found[0].rises && found[0].correlation > 0.999)
    #expect(found[1].correlation < 0.3)
  }

  @Test func aUnitIsNamedByTheGenesThatAreHigherWithIt() throws {
    let n = 400
    let unit = random.child("unit").bernoulli(Tensor.full([n], 0.1))
    let own = Tensor((0..<100).map { Float($0 < 15 ? 3 : 0) }).unsqueezed(0)
    let x = random.child("genes").normal([n, 100]) + unit.unsqueezed(1) * own
    func set(_ range: Range<Int>) -> [Float] { (0..<100).map { range.contains($0) ? 1 : 0 } }
    let sets = try AnnotationSets(
      names: ["own", "other"],
      members: Tensor(set(0..<20) + set(40..<60), shape: [2, 100]))
    let table = try GeneTable(x), naming = UnitNaming()
    let name = try #require(try naming.name(unit, table, sets))
    #expect(name.name == "own" && name.hits >= 15 && name.p < 1e-6)
    let chance = random.child("chance").normal([n])
    #expect((try naming.name(chance, table, sets)?.p ?? 1) > 1e-4)
    #expect(try naming.high(unit * 0).isEmpty)
    // Welch's t of two examples against two.
    let t = try GeneTable(Tensor([1, 3, 0, 0, 2] as [Float], shape: [5, 1])).welch([0, 1]).value()
    #expect(abs(t - (2 - 2.0 / 3) / (1 + 4.0 / 9).squareRoot()) < 1e-6)
  }

  @Test func geneSetsAreReadFromTheirFile() throws {
    let path = NSTemporaryDirectory() + "sets-\(UUID().uuidString).gmt"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("ion\tremark\tB\tC\nnone\t\tX\ngas\t\tA\tX\n".utf8).write(
      to: URL(fileURLWithPath: path))
    let sets = try AnnotationSets(gmt: path, genes: ["A", "B", "C"])
    #expect(sets.names == ["ion", "gas"])
    #expect(try sets.members.values(as: Double.self) == [0, 1, 1, 1, 0, 0])
    #expect(throws: (any Error).self) { try AnnotationSets(gmt: path, genes: ["Z"]) }
  }

  @Test func ownEmbeddingsAreReadWithTheirColumns() throws {
    let folder = NSTemporaryDirectory() + "own-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Two causes, one of them a word, mixed into three numbers.
    let causes = random.child("causes").bernoulli(Tensor.full([200, 2], 0.4))
    let mixed = causes.matmul(random.child("mixing").normal([2, 3])) + 0.5
    try NPY.write(mixed, to: folder + "/codes.npy")
    let rows = try causes.values(as: Float.self)
    let words = (0..<200).map {
      "\(rows[2 * $0]),\(rows[2 * $0 + 1] > 0 ? "blood" : "skin"),\($0)"
    }
    try Data((["dose,tissue,id"] + words).joined(separator: "\n").utf8).write(
      to: URL(fileURLWithPath: folder + "/cells.csv"))
    var study = SAEForBiology()
    study.data = "\(folder)/codes.npy,\(folder)/cells.csv"
    study.without = "id"
    (study.latents, study.active, study.steps, study.rates) = (8, 2, 40, [0.01])
    let own = try OwnEmbeddings(study, Seed(1))
    #expect(own.vectors.names == ["dose", "tissue=blood", "tissue=skin"] && own.genes == nil)
    #expect(own.annotations?.names == own.vectors.names)
    let findings = try study.run(StudyRoom(seed: Seed(1)))
    let figures = Dictionary(
      uniqueKeysWithValues: findings.figures.map { ($0.name, $0.value) })
    #expect((figures["mean correlation, supervised probe"] ?? 0) > 0.99)
    #expect(findings.tables.count == 2)
  }

  @Test func aStudyThatCannotBeIsRefused() {
    for change in [
      { (study: inout SAEForBiology) in study.trees = 0 }, { $0.widths = [1] }, { $0.rates = [] },
      { $0.active = 300 }, { $0.share = 0 }, { $0.data = "/nowhere.npy" },
    ] as [(inout SAEForBiology) -> Void] {
      var study = SAEForBiology()
      change(&study)
      #expect(throws: (any Error).self) { try study.run(StudyRoom(seed: Seed(0))) }
    }
  }
}
