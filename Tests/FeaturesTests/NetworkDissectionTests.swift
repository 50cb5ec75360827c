import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Testing
import Torch

@testable import Features

@Suite struct NetworkDissectionTests {
  init() { Runtime.threads = 1 }

  /// Two pictures of 4 × 4 whose first concept is the left half and whose second is the top row of the second picture.
  private var masks: Tensor {
    var values = [Float](repeating: 0, count: 64)
    for picture in 0..<2 {
      for row in 0..<4 { for column in 0..<2 { values[32 * picture + 4 * row + column] = 1 } }
    }
    for column in 0..<4 { values[32 + 16 + column] = 1 }
    return Tensor(values, shape: [2, 2, 4, 4])
  }

  /// Unit 1 is highest at the first picture's left column, unit 2 at the top row of the second picture.
  private var maps: Tensor {
    var high = [Float](repeating: 0, count: 64)
    for row in 0..<4 { high[4 * row] = 2 }
    for column in 0..<4 { high[32 + 16 + column] = 2 }
    return RandomStream(1).uniform([2, 2, 4, 4]) + Tensor(high, shape: [2, 2, 4, 4])
  }

  @Test func overlapIsTheIntersectionOverTheUnion() throws {
    let named = try ConceptMasks(masks, names: ["side:left", "top"])
    // 4 of the 32 places of a unit are active.
    let found = try UnitDissection(maps, named, share: 0.125, least: 0.3)
    #expect(found.units.map(\.concept) == [0, 1])
    #expect(abs(found.units[0].overlap - 4.0 / 16) < 1e-9)
    #expect(abs(found.units[1].overlap - 1) < 1e-9)
    #expect(found.detectors.map(\.unit) == [1] && found.unique() == 1)
    #expect(found.unique("side") == 0 && found.unique("concept") == 1)
    #expect(found.best == [found.units[1]])
    #expect(named.kinds == ["side", "concept"])
  }

  @Test func aSilentUnitIsNowhereActive() throws {
    let found = try UnitDissection(
      Tensor.zeros([2, 1, 4, 4]), ConceptMasks(masks, names: []), share: 0.1, least: 0)
    #expect(found.units[0].overlap == 0 && found.detectors.isEmpty)
  }

  @Test func smallMapsAreBroughtToTheSizeOfPictures() throws {
    // A map of 2 × 2, high at the left.
    let maps = Tensor([1, 0, 1, 0, 0, 0, 0, 0] as [Float], shape: [2, 1, 2, 2])
    let found = try UnitDissection(
      maps + RandomStream(2).uniform([2, 1, 2, 2]) * 0.01, ConceptMasks(masks, names: []),
      share: 0.3, least: 0.04)
    // At 4 × 4 a row is 1, ¾, ¼, 0: three columns of the first picture are above the level, two of them at the left.
    #expect(found.units[0].concept == 0 && abs(found.units[0].overlap - 8.0 / 20) < 1e-9)
  }

  @Test func masksOfScenesAreThoseOfTheirLabels() throws {
    let scenes = PartScenes(count: 4, seed: Seed(1))
    let named = ConceptMasks(scenes)
    #expect(named.concepts.count == 71 && named.kinds.count == 5 && named.size == [48, 48])
    let pixels = named.pixels(1..<3)
    #expect(pixels.shape == [2 * 2304, 71])
    let shown = try (scenes.labels[1..<3, 0] .== 5).to(.float32).flattened().values()
    #expect(try pixels.selected(1, 4).values() == shown)
    // No pixel shows two concepts of a kind, and one that shows a shape shows one of each kind.
    let each = try pixels.sum(over: 1).values()
    #expect(Set(each) == [0, 5])
    let moved = named.ofOthers().pixels(0..<1)
    #expect(try moved.values() == named.pixels(2..<3).values())
  }

  @Test(arguments: [2, 7, 16])
  func aRotationKeepsLengthsAndMayBeGoneInParts(_ count: Int) throws {
    let rotation = try AxisRotation(count, seed: Seed(UInt64(count)))
    func miss(_ a: Tensor, _ b: Tensor) throws -> Double { try (a - b).abs().max().value() }
    let (whole, half) = (rotation.matrix(), rotation.matrix(0.5))
    let identity = Tensor.identity(count, type: .float64)
    #expect(try miss(whole.matmul(whole.transposed()), identity) < 1e-10)
    #expect(try abs(whole.determinant().value() - 1) < 1e-10)
    #expect(try miss(half.matmul(half), whole) < 1e-10)
    #expect(try miss(rotation.matrix(0), identity) < 1e-10)
    #expect(try miss(half.matmul(half.transposed()), identity) < 1e-10)
    let maps = RandomStream(3).normal([2, count, 3, 3])
    let turned = rotation(maps)
    #expect(turned.shape == maps.shape)
    #expect(try miss(turned.squared().sum(over: 1), maps.squared().sum(over: 1)) < 1e-4)
    let first = turned[1, .all, 2, 0].to(.float64)
    #expect(try miss(first, whole.matmul(maps[1, .all, 2, 0].to(.float64))) < 1e-5)
  }

  @Test func aQuarterTurnIsTold() throws {
    let x = Tensor((0..<36).map { Float($0 % 9) }, shape: [4, 1, 3, 3])
    let (turned, turns) = SceneRecipe.turned(x)
    #expect(try turns.places() == [0, 1, 2, 3])
    #expect(try turned[0].values() == [0, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try turned[1].values() == [2, 5, 8, 1, 4, 7, 0, 3, 6])
    #expect(try turned[2].values() == [8, 7, 6, 5, 4, 3, 2, 1, 0])
    #expect(try turned[3].values() == [6, 3, 0, 7, 4, 1, 8, 5, 2])
  }

  private var small: NetworkDissection {
    var study = NetworkDissection()
    (study.examples, study.epochs, study.scenes, study.pixels) = (64, 1, 8, 16)
    (study.units, study.rotations, study.quantile, study.shown) = (8, 1, 0.05, 2)
    return study
  }

  @Test(arguments: SceneTask.allCases)
  func everyTaskGivesMapsThatAreDissected(_ task: SceneTask) throws {
    var study = small
    (study.task, study.normed, study.dropout) = (task, true, 0.5)
    let findings = try study.run(StudyRoom(seed: Seed(2)))
    #expect(findings.tables[0].rows.count == 5 && findings.charts[0].curves[0].y.count == 6)
    #expect(findings.figures.allSatisfy { $0.value.isFinite })
    let hasAccuracy = findings.figures.contains { $0.name == "accuracy of the network" }
    #expect(hasAccuracy == (task.column != nil))
    for picture in findings.galleries.flatMap(\.pictures) {
      #expect(picture.pixels.count == 3 * picture.width * picture.height)
    }
  }

  @Test func aTrainingStartsAsTheUntrainedNetworkIs() throws {
    let study = small
    let trial = try DissectionTrial(study, Lab(quick: true), Seed(3))
    var still = study.recipe
    (still.training.learningRate, still.training.weightDecay) = (1e-12, 0)
    let (trained, untrained) = (
      try trial.maps(trial.trained(still, as: "still")), try trial.maps(trial.untrained(still))
    )
    #expect(try (trained - untrained).abs().max().value() < 1e-4)
  }

  private func arrays(_ given: [(String, Tensor)]) throws -> StudyRoom {
    var inputs = NamedArrays()
    for (name, tensor) in given {
      try inputs.add(name, .numbers(tensor.values(as: Double.self), shape: tensor.shape))
    }
    return StudyRoom(inputs, seed: Seed(4))
  }

  @Test func aPersonsOwnActivationsAreDissected() throws {
    var study = small
    (study.concepts, study.quantile) = ("side:left,side:top", 0.125)
    let activations = Tensor.concatenate([maps, RandomStream(5).uniform([2, 1, 4, 4])], along: 1)
    let images = RandomStream(7).uniform([2, 1, 4, 4]) * 255
    let room = try arrays([("masks", masks), ("activations", activations), ("images", images)])
    let findings = try study.run(room)
    #expect(findings.figures[0].value == 2 && findings.conclusion.hasPrefix("2 of 2 concepts"))
    #expect(findings.galleries[0].pictures[0].name == "unit 2: side top")
    #expect(findings.galleries[0].pictures[0].height == 96)
    let without = try study.run(arrays([("masks", masks), ("activations", activations)]))
    #expect(without.galleries.isEmpty)
  }

  @Test func whatDoesNotFitIsSaid() throws {
    func sentence(_ study: NetworkDissection, _ given: [(String, Tensor)]) throws -> String {
      do {
        _ = try study.run(arrays(given))
        return ""
      } catch { return "\(error)" }
    }
    var study = small
    study.quantile = 0.125
    #expect(try sentence(study, [("activations", maps)]).contains("a file called masks"))
    #expect(try sentence(study, [("masks", masks)]).contains("activations or by --network"))
    #expect(
      try sentence(study, [("masks", masks), ("activations", maps[..<1])])
        .contains("1 pictures, and the masks are of 2"))
    #expect(
      try sentence(study, [("masks", masks[0]), ("activations", maps)]).contains("masks have shape")
    )
    let odd = Tensor.zeros([2, 5, 4, 4])
    #expect(
      try sentence(study, [("masks", masks), ("activations", maps), ("images", odd)])
        .contains("images have shape [2, 5, 4, 4]"))
    study.concepts = "one"
    #expect(
      try sentence(study, [("masks", masks), ("activations", maps)])
        .contains("1 names, and the masks are of 2 concepts"))
    study = small
    study.quantile = 1e-4
    #expect(
      try sentence(study, [("masks", masks), ("activations", maps)]).contains("more pictures"))
    study.pixels = 20
    #expect(try sentence(study, []).contains("--pixels 20: must be a multiple of 8"))
    study = small
    study.network = "/nowhere"
    #expect(throws: UserError.self) { try study.run(StudyRoom(seed: Seed(1))) }
  }
}
