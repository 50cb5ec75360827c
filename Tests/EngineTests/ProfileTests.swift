import Datasets
import Files
import Foundation
import Testing
import Torch

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ProfileTests {
  let folder = NSTemporaryDirectory() + "profile-" + UUID().uuidString

  init() throws {
    try makeFolder(folder)
    try NPY.write(RandomStream(4).uniform([80, 1, 8, 8]) * 0.9, to: folder + "/x.npy")
  }

  func latent(_ line: String) throws -> Command {
    try Command(line.split(separator: " ").map(String.init), in: folder)
  }

  @Test func theSharesOfAStepAddUpToOne() throws {
    let result = try latent("profile vae x.npy --batch 16 --steps 5 --hidden 12 --out p --json -q")
    #expect(result.status == 0, "\(result.talk)")
    let (phases, operators) = (rows(result, "phases"), rows(result, "operators"))
    #expect(
      phases.map { $0["name"] as? String } == ["data", "forward", "backward", "optimiser", "rest"])
    for list in [phases, operators] {
      let shares = list.compactMap { $0["share"] as? Double }
      #expect(shares.count == list.count && shares.allSatisfy { $0 >= 0 })
      #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    }
    for phase in phases {
      let parts = operators.filter { $0["phase"] as? String == phase["name"] as? String }
      let sum = parts.compactMap { $0["seconds"] as? Double }.reduce(0, +)
      #expect(abs(sum - (phase["seconds"] as? Double ?? .nan)) < 1e-9)
    }
    let adam = operators.first { $0["name"] as? String == "latent::adam" }
    #expect(adam?["phase"] as? String == "optimiser" && adam?["calls"] as? Int == 5)
    #expect(operators.contains { $0["name"] is NSNull }, "what lies between operators is told")
    let picture = try MappedFile(folder + "/p/flame.svg").data
    #expect(XMLParser(data: picture).parse())
    #expect(String(decoding: picture, as: UTF8.self).contains(">backward"))
    #expect(FileManager.default.fileExists(atPath: folder + "/p/profile.json"))
    #expect(try latent("profile vae x.npy --batch 16 --steps 5").output.contains("(between oper"))
  }

  @Test func whatHasNoStepsIsRefusedInASentence() throws {
    let closed = try latent("profile pca x.npy")
    #expect(closed.status == 1 && closed.sentence.hasPrefix("latent: pca is not trained in steps"))
    #expect(try latent("profile vae").status == 2)
    #expect(try latent("profile nosuch x.npy").status == 2)
    #expect(try latent("profile vae --help").output.contains("--latents"))
  }

  private func rows(_ result: Command, _ name: String) -> [[String: Any]] {
    result.json[name] as? [[String: Any]] ?? []
  }
}
