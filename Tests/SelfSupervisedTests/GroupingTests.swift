import Datasets
import Learning
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

@Suite struct GroupingTests {
  init() { Runtime.threads = 1 }

  @Test func aRampIsAsSteepEverywhereInside() throws {
    let x = Tensor((0..<49).map { Float($0 % 7) * 0.1 }, shape: [1, 1, 7, 7])
    for (blur, edge) in [(0.0, 1), (0.5, 3)] {
      let inside = x.contourStrength(blur: blur).sliced(2, edge, 7 - edge)
      #expect(try inside.values(as: Double.self).allSatisfy { near($0, 0.1, 1e-5) })
    }
    // The lengths of the channels' gradients are taken together.
    let three = Tensor.concatenate([x, x * 2, x * 2], along: 1).contourStrength(blur: 0)
    #expect(try near(three[0, 3, 3].value(), 0.3, 1e-5))
  }

  @Test func waterRunsIntoTheNearestBasin() {
    let basins = Watershed([0, 1, 3, 1, 0], height: 1, width: 5)
    #expect(basins.basins == [0, 0, 0, 1, 1] && basins.count == 2)
    // A plain is one basin, and its own border has no ridge.
    #expect(Watershed([2, 2, 2, 2, 2, 2], height: 2, width: 3).count == 1)
    var borders: [[Int]] = []
    Watershed([0, 1, 0, 0, 1, 0], height: 2, width: 3).forEachBorder { borders.append([$0, $1]) }
    #expect(borders == [[1, 2], [4, 5]])
  }

  @Test func theWeakestMeanBorderIsMergedFirst() {
    // Borders of mean 3 and 3.5; by their greatest, 4 and 3.5, the order would be the other.
    let tree = RegionTree([0, 2, 0, 3.5, 0, 0, 4, 0, 3.5, 0], height: 2, width: 5)
    #expect(tree.regions == [0, 0, 1, 1, 2, 0, 0, 1, 1, 2] && tree.leaves == 3)
    #expect(near(tree.distance(0, 1), 3 / 3.5, 1e-6) && tree.distance(1, 1) == 0)
    #expect(tree.distance(0, 2) == 1 && tree.distance(2, 1) == 1)
    #expect(tree.regions(cutAt: 0.9) == [3, 3, 3, 3, 2, 3, 3, 3, 3, 2])
    #expect(tree.regions(cutAt: 0.5) == tree.regions)
    #expect(Set(tree.regions(cutAt: 1)).count == 1)
  }

  @Test func ofThreeDistancesTheTwoLargestAreEqual() throws {
    let relief = try RandomStream(3).uniform([144]).values()
    let tree = RegionTree(relief[...], height: 12, width: 12)
    #expect(tree.leaves > 10 && tree.parents.count == 2 * tree.leaves - 1)
    for a in 0..<tree.leaves {
      for b in 0..<a {
        let c = (a * 7 + b * 3) % tree.leaves
        let sides = [tree.distance(a, b), tree.distance(b, c), tree.distance(a, c)].sorted()
        #expect(sides[1] == sides[2])
      }
    }
  }

  @Test func anImageWithoutContoursHasNoDistances() {
    let tree = RegionTree(Array(repeating: 0, count: 16)[...], height: 4, width: 4)
    #expect(tree.leaves == 1 && tree.distance(0, 0) == 0)
  }

  @Test func pixelsOfAMirroredViewAreFoundInTheImage() throws {
    let x = Tensor((0..<64).map { $0 % 8 < 4 ? 0 : 1 as Float }, shape: [1, 1, 8, 8])
    // The first view is the image itself, the second its mirror image.
    let row = Tensor((0..<64).map { (Float($0 / 8) + 0.5) / 8 })
    let column = Tensor((0..<64).map { (Float($0 % 8) + 0.5) / 8 })
    let straight = Tensor.stack([row, column], along: 1).unsqueezed(0)  // [1, 64, 2]
    let mirrored = Tensor.stack([row, 1 - column], along: 1).unsqueezed(0)
    let pairs = GroupingPairs(
      x, .concatenate([straight, mirrored], along: 1), count: 12, blur: 0,
      { RandomStream(5).child($0) }
    ) { tree in { 1 - tree.distance($0, $1) } }
    let pixels = try pairs.pixels.places()
    let left = pixels.prefix(12).map { $0 % 8 < 4 }
    let right = pixels.suffix(12).map { $0 % 8 >= 4 }
    let wanted = left.flatMap { side in right.map { Float($0 == side ? 1 : 0) } }
    #expect(try pairs.nearness.values() == wanted)
  }

  @Test func contrastIsThatOfThePartnerAgainstOtherImages() throws {
    let a = Tensor([1, 0, 0, 1] as [Float], shape: [2, 1, 2])
    let near = Tensor.ones([2, 1, 1])
    let lost = try a.groupingContrast(with: a * 3, nearness: near, temperature: 1)
      .values(as: Double.self)
    // log(1 + e⁰ / e¹)
    #expect(lost.allSatisfy { TestSupport.near($0, 0.313262, 1e-4) })
    // What has nobody near pulls nothing.
    let alone = a.groupingContrast(with: a, nearness: near * 0, temperature: 1)
    #expect(try alone.values() == [0, 0])
  }

  @Test func somePixelsHaveTheVectorsThatAllHave() throws {
    for size in [9, 27] {
      let network = UNet([2, size, size + 3], channels: 8, depth: 2, RandomStream(1))
      let x = RandomStream(2).uniform([2, 2, size, size + 3])
      let pixels = RandomStream(3).integers(0..<size * (size + 3), [2, 20])
      let all = network.vectors(x).flattened(from: 2).transposed()  // [2, pixels, k]
      #expect(all.shape == [2, size * (size + 3), network.features])
      let wanted = all.gather(1, pixels.unsqueezed(2).expanded([2, 20, network.features]))
      #expect(try (network.vectors(x, at: pixels) - wanted).abs().max().value() < 1e-4)
    }
  }

  @Test func pixelsOfOneRegionComeTogether() throws {
    let levels = RandomStream(4).uniform([32, 2])
    let left = levels.sliced(1, 0, 1).reshaped(32, 1, 1, 1).expanded([32, 1, 8, 4])
    let right = levels.sliced(1, 1, 2).reshaped(32, 1, 1, 1).expanded([32, 1, 8, 4])
    let x = Tensor.concatenate([left, right], along: 3)
    let examples = try Examples(given: x)
    let source = try Source(
      given: "halves", Domain(shape: [1, 8, 8], support: .unit), train: examples,
      validation: examples.prefix(0), test: examples.prefix(0))
    var method = HierarchicalGrouping()
    (method.channels, method.depth, method.training.epochs) = (8, 1, 30)
    method.training.batch = 8
    let network = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    // The middles of the left half, twice, and of the right half.
    let pixels = Tensor([25, 33, 30] as [Int64], shape: [1, 3]).tiled(32, 1)
    let codes = withoutGradients {
      network.head(network.reader.vectors(x, at: pixels).flattened(from: 0, through: 1))
        .reshaped(32, 3, -1).ofUnitLength
    }
    let same = try (codes.selected(1, 0) * codes.selected(1, 1)).sum(over: 1).mean().value()
    let across = try (codes.selected(1, 0) * codes.selected(1, 2)).sum(over: 1).mean().value()
    #expect(same > across + 0.2)
  }

  @Test func overlapIsSharedPixelsOverAll() {
    let found = ClassOverlap.ofEachClass(found: [0, 0, 1, 1], truth: [0, 1, 1, 1], classes: 3)
    #expect(found.count == 2 && near(found[0], 0.5) && near(found[1], 2.0 / 3))
  }

  @Test func aGratingLiesOnTheGroundAlone() throws {
    var layout = ObjectScenes.Layout()
    (layout.ground, layout.texture, layout.objects) = (0, 0.2, 1...1)
    let scenes = try ObjectScenes(
      of: .ones([1, 1, 8, 8]), labels: [0], count: 2, layout: layout, seed: Seed(1))
    let levels = try scenes.images.values()
    let masks = try scenes.masks.places()
    #expect(zip(levels, masks).allSatisfy { $1 == 0 ? (0...0.2).contains($0) : $0 == 1 })
    #expect(zip(levels, masks).contains { $1 == 0 && $0 > 0.15 })
    #expect(zip(levels, masks).contains { $1 == 0 && $0 < 0.05 })
  }

  @Test func settingsThatMakeNoGroupingAreRefused() throws {
    let image = Domain(shape: [1, 16, 16], support: .unit)
    for (change, flag) in [
      ({ $0.channels = 12 }, "--channels 12"), ({ $0.depth = 0 }, "--depth 0"),
      ({ $0.reach = 0 }, "--reach 0.0"), ({ $0.cut = 2 }, "--cut 2.0"),
      ({ $0.blur = -1 }, "--blur -1.0"), ({ $0.pixels = 0 }, "--pixels 0"),
      ({ $0.projection = [] }, "--projection"), ({ $0.temperature = 0 }, "--temperature 0.0"),
    ] as [((inout HierarchicalGrouping) -> Void, String)] {
      var method = HierarchicalGrouping()
      change(&method)
      #expect { try method.validate(for: image) } throws: { "\($0)".contains(flag) }
    }
    let table = Domain(shape: [16], support: .real)
    #expect(throws: (any Error).self) { try HierarchicalGrouping().validate(for: table) }
  }
}
