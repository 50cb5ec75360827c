import Testing
import Torch

@testable import Datasets

@Suite struct PartScenesTests {
  private func layout(things: Int, size: Int = 48, noise: Double = 0) -> PartScenes.Layout {
    var layout = PartScenes.Layout()
    (layout.things, layout.size, layout.noise) = (things, size, noise)
    return layout
  }

  /// The labels of one kind, in rows.
  private func labels(_ scenes: PartScenes, _ kind: PartScenes.Kind) throws -> [Int] {
    let place = try #require(PartScenes.Kind.allCases.firstIndex(of: kind))
    return try scenes.labels.selected(1, place).to(.int64).places()
  }

  @Test func conceptsAreNamedOnce() {
    let counts = PartScenes.Kind.allCases.map(\.names.count)
    #expect(counts == [36, 8, 6, 12, 9])
    for kind in PartScenes.Kind.allCases { #expect(Set(kind.names).count == kind.names.count) }
    #expect(PartScenes.Kind.shape.names[7] == "ball on bowl")
    #expect(PartScenes.Kind.place.names[5] == "middle right")
  }

  @Test func whatAPixelShowsIsOneThing() throws {
    let scenes = PartScenes(count: 20, layout: layout(things: 1), seed: Seed(3))
    #expect(scenes.pictures.shape == [20, 3, 48, 48] && scenes.labels.shape == [20, 5, 48, 48])
    let causes = try scenes.causes.to(.int64).places()
    let shapes = try labels(scenes, .shape), parts = try labels(scenes, .part)
    let colours = try labels(scenes, .colour), textures = try labels(scenes, .texture)
    for pixel in shapes.indices where shapes[pixel] > 0 {
      let cause = causes[3 * (pixel / 2304)..<3 * (pixel / 2304) + 3]
      #expect([shapes[pixel], colours[pixel], textures[pixel]] == cause.map { $0 + 1 })
      let shape = shapes[pixel] - 1
      #expect([shape / 6 + 1, 6 + shape % 6 + 1].contains(parts[pixel]))
    }
    // Every kind is shown where one of them is, and both parts of each thing.
    #expect(zip(shapes, parts).allSatisfy { ($0 > 0) == ($1 > 0) })
    for scene in 0..<20 {
      let shown = Set(parts[2304 * scene..<2304 * (scene + 1)])
      #expect(shown.count == 3, "the ground, an upper part and a lower one")
    }
  }

  @Test func aPlainThingHasItsColourAboveAndADarkerOneBelow() throws {
    let scenes = PartScenes(count: 30, layout: layout(things: 1), seed: Seed(4))
    let parts = try labels(scenes, .part), colours = try labels(scenes, .colour)
    let textures = try labels(scenes, .texture)
    let levels = try scenes.pictures.values()
    var seen = 0
    for pixel in parts.indices where textures[pixel] == 1 {
      let (scene, place) = (pixel / 2304, pixel % 2304)
      let wanted = PartScenes.colours[colours[pixel] - 1].levels.map {
        Float($0) * (parts[pixel] <= 6 ? 1 : 0.6)
      }
      let found = (0..<3).map { levels[(3 * scene + $0) * 2304 + place] }
      #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
      seen += 1
    }
    #expect(seen > 0)
  }

  @Test func placesAreNinths() throws {
    let scenes = PartScenes(count: 10, layout: layout(things: 3, size: 24), seed: Seed(5))
    let places = try labels(scenes, .place)
    for (pixel, place) in places.enumerated() where place > 0 {
      let (row, column) = (pixel % 576 / 24, pixel % 24)
      #expect(place == row / 8 * 3 + column / 8 + 1)
    }
  }

  @Test func scenesFollowFromTheSeedAndLevelsStayLevels() throws {
    let noisy = layout(things: 2, noise: 0.5)
    let one = PartScenes(count: 3, layout: noisy, seed: Seed(6))
    let same = PartScenes(count: 3, layout: noisy, seed: Seed(6))
    let other = PartScenes(count: 3, layout: noisy, seed: Seed(7))
    #expect(try one.pictures.values() == same.pictures.values())
    #expect(try one.pictures.values() != other.pictures.values())
    #expect(try one.pictures.min().value() == 0)
    #expect(try one.pictures.max().value() == 1)
  }
}
