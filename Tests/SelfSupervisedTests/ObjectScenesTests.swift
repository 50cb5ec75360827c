import Files
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

@Suite struct ObjectScenesTests {
  init() { Runtime.threads = 1 }

  /// A bright square and a dim one, full to the border.
  private let pictures = Tensor.concatenate([
    Tensor.full([1, 1, 8, 8], 1), Tensor.full([1, 1, 8, 8], 0.5),
  ])

  @Test func aPixelIsAsBrightAsTheObjectThatItsMaskNames() throws {
    var layout = ObjectScenes.Layout()
    (layout.size, layout.sides, layout.ground) = (24, 6...8, 0.3)
    let scenes = try ObjectScenes(
      of: pictures, labels: [0, 1], count: 20, layout: layout, seed: Seed(1))
    let levels = try scenes.images.values(as: Double.self)
    let classes = try scenes.masks.places()
    let objects = try scenes.objects.places()
    for (level, (kind, object)) in zip(levels, zip(classes, objects)) {
      #expect((kind == 0) == (object == 0))
      #expect(kind == 0 ? level <= 0.3 : near(level, kind == 1 ? 1 : 0.5, 1e-6))
    }
    #expect(Set(objects).isSuperset(of: [0, 1, 2]) && Set(objects).isSubset(of: 0...4))
  }

  @Test func theSameSeedMakesTheSameScenesAndMoreOfThem() throws {
    func images(_ count: Int, _ seed: UInt64) throws -> [Float] {
      try ObjectScenes(of: pictures, labels: [0, 1], count: count, seed: Seed(seed)).images.values()
    }
    #expect(try images(3, 1) == Array(images(5, 1).prefix(3 * 32 * 32)))
    #expect(try images(3, 1) != images(3, 2))
  }

  @Test func aPatchIsOfTheClassWithMostOfItsPixels() throws {
    var layout = ObjectScenes.Layout()
    (layout.size, layout.sides, layout.objects, layout.ground) = (8, 8...8, 1...1, 0)
    // The upper half and a bit of the lower left belong to the object.
    let rows = (0..<64).map { Float($0 < 32 || ($0 / 8 < 6 && $0 % 8 < 2) ? 1 : 0) }
    let scenes = try ObjectScenes(
      of: Tensor(rows, shape: [1, 1, 8, 8]), labels: [2], count: 1, layout: layout, seed: Seed(1))
    #expect(try scenes.patchClasses(side: 4, classes: 4).places() == [3, 3, 0, 0])
  }

  @Test func whatMakesNoScenesIsRefused() {
    var layout = ObjectScenes.Layout()
    layout.sides = 30...40
    #expect(throws: UserError.self) {
      try ObjectScenes(of: pictures, labels: [0, 1], count: 1, layout: layout, seed: Seed(1))
    }
    #expect(throws: UserError.self) {
      try ObjectScenes(of: pictures, labels: [0], count: 1, seed: Seed(1))
    }
  }

  @Test func theNearestKnownPatchesVote() throws {
    let segmentation = PatchSegmentation(classes: 3)
    let known = Tensor([1, 0, 0, 1] as [Float], shape: [2, 2])
    let patches = Tensor([5, 1, 1, 3] as [Float], shape: [2, 2])
    let labels = Tensor([2, 1] as [Int64])
    #expect(try segmentation.nearest(patches, among: known, labels).places() == [2, 1])
  }
}
