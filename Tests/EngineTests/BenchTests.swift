import Files
import Foundation
import Testing

/// What `latent bench` refuses; what it measures is no matter of tests.
@Suite struct BenchTests {
  @Test(arguments: [("nope", "mlp-eager"), ("mlp-eager,nope", "conv-eager")])
  func aCaseThatThereIsNotListsThoseThatThereAre(_ names: String, _ one: String) throws {
    let folder = NSTemporaryDirectory() + "bench-" + UUID().uuidString
    try makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let refused = try Command(["bench", "--case", names], in: folder)
    #expect(refused.status == 2)
    #expect(refused.sentence.contains("there is no case nope") && refused.sentence.contains(one))
  }
}
