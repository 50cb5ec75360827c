import Files
import Foundation
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
    let content = try MapCache.content(of: points)
    #expect(cache.map(request(1), of: content) == nil)
    let made = try request(1).map(points)
    try cache.keep(made, of: content)
    let kept = try #require(cache.map(request(1), of: content))
    #expect(try kept.places.bytes() == made.places.bytes())
    #expect(kept.facts.recall == 1 && kept.facts.epochs == 3)
    #expect(cache.map(request(2), of: content) == nil)
    #expect(cache.map(.pca, of: content) == nil)
    #expect(cache.map(request(1), of: try MapCache.content(of: points + 1)) == nil)
  }

  @Test func damagedFilesAreNoMap() throws {
    let cache = MapCache(space: folder)
    try cache.keep(try request(1).map(RandomStream(1).normal([30, 3])), of: "points")
    let names = try FileManager.default.contentsOfDirectory(atPath: cache.folder)
    let array = try #require(names.first { $0.hasSuffix(".npy") })
    try AtomicFile.write(Data("no array".utf8), to: cache.folder + "/" + array)
    #expect(cache.map(request(1), of: "points") == nil)
  }

  @Test func theLongestUnusedGoFirst() throws {
    let cache = MapCache(space: folder)
    let map = try MapRequest.pca.map(RandomStream(1).normal([5, 3]))
    for number in 0..<40 { try cache.keep(map, of: "points \(number)") }
    let names = try FileManager.default.contentsOfDirectory(atPath: cache.folder)
    #expect(names.count == 64, "two files each of 32 maps")
    #expect(cache.map(.pca, of: "points 39") != nil)
  }

  @Test func mapsOfFilesLieWhereTheEnvironmentSays() {
    #expect(MapCache(["LATENT_HOME": "/a"]).folder == "/a/maps")
    #expect(MapCache(["XDG_CACHE_HOME": "/b"]).folder == "/b/latent/maps")
    #expect(MapCache(["HOME": "/c"]).folder == "/c/.cache/latent/maps")
  }
}
