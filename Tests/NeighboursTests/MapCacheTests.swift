import Datasets
import Files
import Foundation
import KeptMaps
import Neighbours
import Testing
import Torch

@Suite struct MapCacheTests {
  private let folder = NSTemporaryDirectory() + "maps-" + UUID().uuidString

  private func request(_ seed: UInt64) -> MapRequest {
    var embedding = NeighbourEmbedding()
    embedding.epochs = 3
    return .neighbours(embedding, seed: seed)
  }

  @Test func aMapIsFoundByItsPointsSettingsAndSeed() throws {
    let cache = MapCache(space: folder)
    let points = RandomStream(1).normal([30, 3])
    let content = "thirty points"
    #expect(cache.kept(request(1), of: content) == nil)
    let made = try request(1).map(points)
    try cache.keep(made, of: content)
    let file = try #require(cache.kept(request(1), of: content))
    #expect(file.count == 30)
    try file.write(to: folder + "/copy.npy")
    let kept = try #require(PlaneMap(file))
    #expect(try NPY.read(folder + "/copy.npy").bytes() == made.places.bytes())
    #expect(try kept.places.bytes() == made.places.bytes())
    #expect(kept.facts.recall == 1 && kept.facts.epochs == 3)
    #expect(cache.kept(request(2), of: content) == nil)
    #expect(cache.kept(.pca, of: content) == nil)
    #expect(cache.kept(request(1), of: "other points") == nil)
  }

  @Test func damagedFilesAreNoMap() throws {
    let cache = MapCache(space: folder)
    try cache.keep(try request(1).map(RandomStream(1).normal([30, 3])), of: "points")
    let names = try FileManager.default.contentsOfDirectory(atPath: cache.folder)
    let array = try #require(names.first { $0.hasSuffix(".npy") })
    let path = cache.folder + "/" + array
    let whole = try MappedFile(path).data
    let wrong = [
      Data("no array".utf8), Data(), whole.dropLast(8), whole + whole.suffix(8), whole.prefix(9),
      try floats("(60,)"), try floats("(2, 30)"), try floats("(30, 2)", kind: "<f8"),
    ]
    for bytes in wrong {
      try AtomicFile.write(bytes, to: path)
      #expect(cache.kept(request(1), of: "points") == nil)
    }
    try AtomicFile.write(whole, to: path)
    #expect(cache.kept(request(1), of: "points") != nil)
  }

  /// Sixty numbers under a header that says this of them.
  private func floats(_ shape: String, kind: String = "<f4") throws -> Data {
    let text = "{'descr': '\(kind)', 'fortran_order': False, 'shape': \(shape), }\n"
    return Data([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, UInt8(text.utf8.count), 0])
      + Data(text.utf8) + Data(count: 240)
  }

  @Test func aPlaceBelongsToTheItemsAboutIt() {
    let places: [Float] = [0, 0, 1, 0, 0, 1, 9, 9]
    let on = PlaceShares(atX: 1, y: 0, on: places, most: 3)
    #expect(on.items.first == 1 && on.shares[0] > 0.999_999)
    let between = PlaceShares(atX: 0.5, y: 0, on: places, most: 2)
    #expect(Set(between.items) == [0, 1])
    let code = between.code(width: 1) { [Float($0)] }
    #expect(abs(code[0] - 0.5) < 1e-5)
    #expect(PlaceShares(atX: 0, y: 0, on: []).items.isEmpty)
  }

  @Test func theLongestUnusedGoFirst() throws {
    let cache = MapCache(space: folder)
    let map = try MapRequest.pca.map(RandomStream(1).normal([5, 3]))
    for number in 0..<40 { try cache.keep(map, of: "points \(number)") }
    let names = try FileManager.default.contentsOfDirectory(atPath: cache.folder)
    #expect(names.count == 64, "two files each of 32 maps")
    #expect(cache.kept(.pca, of: "points 39") != nil)
  }

  @Test func mapsOfFilesLieWhereTheEnvironmentSays() {
    #expect(MapCache(["LATENT_HOME": "/a"]).folder == "/a/maps")
    #expect(MapCache(["XDG_CACHE_HOME": "/b"]).folder == "/b/latent/maps")
    #expect(MapCache(["HOME": "/c"]).folder == "/c/.cache/latent/maps")
  }
}
