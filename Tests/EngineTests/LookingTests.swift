import Datasets
import Files
import Foundation
import Testing
import Torch

/// `latent explain`, `probe`, `lens`, `patch` and `steer`, typed as a person types them.
@Suite(.serialized) struct LookingTests {
  let folder = NSTemporaryDirectory() + "looking-" + UUID().uuidString

  init() throws {
    try makeFolder(folder)
    let lines = (0..<120).map { $0 % 2 == 0 ? "the cat sat on the mat" : "a dog ran to a hut" }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder + "/t.txt"))
    try Data("the cat\nthe mat\n".utf8).write(to: URL(fileURLWithPath: folder + "/cats.txt"))
    try Data("a dog\na hut\n".utf8).write(to: URL(fileURLWithPath: folder + "/dogs.txt"))
  }

  func latent(_ line: String) throws -> Command {
    try Command(line.split(separator: " ").map(String.init), in: folder)
  }

  @Test func aModelIsExplainedLookedThroughAndSteered() throws {
    let fit = try latent(
      "fit lm t.txt --blocks 2 --width 16 --heads 2 --epochs 4 --test 0.3 --out lm.latent -q")
    #expect(fit.status == 0, "\(fit.talk)")
    let words = "explain lm.latent --at blocks.0.resid_post --latents 32 --active 4 --out f"
    let explained = try latent(words + " --json -q")
    #expect(explained.status == 0, "\(explained.talk)")
    #expect(explained.json["units"] as? Int == 32 && explained.json["best"] is [Any])
    for name in ["index.html", "features.json", "dictionary.latent", "activations.npy"] {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/f/\(name)"))
    }
    // The same again reads and trains nothing; another request is refused.
    #expect(try latent(words + " -q").status == 0)
    #expect(try latent(words + " --seed 3").sentence.contains("--force replaces it"))
    let best = (explained.json["best"] as? [[String: Any]])?.first?["feature"] as? Int ?? 0
    let steer = try latent(
      "steer lm.latent --dictionary f/dictionary.latent --feature \(best) --at blocks.0.resid_post --count 2 --length 8 "
        + "--json -q")
    #expect(steer.status == 0, "\(steer.talk)")
    #expect((steer.json["continuations"] as? [Any])?.count == 2 && steer.json["addedLoss"] != nil)
    let contrast = try latent("steer lm.latent --wanted cats.txt --unwanted dogs.txt --json -q")
    #expect(contrast.status == 0, "\(contrast.talk)")
    let lens = try latent("lens lm.latent --text cat --json -q")
    #expect((lens.json["places"] as? [Any])?.count == 3, "\(lens.talk)")
    let patch = try latent(
      "patch lm.latent --clean cat --corrupted dog --answer s --wrong r --out p.svg --json -q")
    #expect((patch.json["shares"] as? [[Double]])?.count == 2, "\(patch.talk)")
    #expect(FileManager.default.fileExists(atPath: folder + "/p.svg"))
    let codes = try latent("encode lm.latent --at blocks.1.mlp_out --out a.npy --json -q")
    #expect(codes.json["latents"] as? Int == 16, "\(codes.talk)")
    let raw = try latent("fit topk-sae a.npy --raw --latents 16 --active 4 --epochs 1 --out d -q")
    #expect(raw.status == 0, "\(raw.talk)")
  }

  @Test func classesAreProbedPlaceByPlace() throws {
    try Data(
      ((["text,class"]
        + (0..<120).map { $0 % 2 == 0 ? "the cat sat,cat" : "a dog ran,dog" }).joined(
          separator: "\n"))
        .utf8
    ).write(to: URL(fileURLWithPath: folder + "/t.csv"))
    let fit = try latent(
      "fit lm t.csv --text text --label class --blocks 1 --width 16 --heads 2 --epochs 1 --test 0.3 --out c.latent -q"
    )
    #expect(fit.status == 0, "\(fit.talk)")
    let probe = try latent("probe c.latent --json -q")
    let places = probe.json["places"] as? [[String: Any]]
    #expect(places?.count == 2, "\(probe.talk)")
    let last = (places?.last?["accuracy"] as? [String: Any])?["value"] as? Double
    #expect(last == 1)
    // A table that the space has not seen, with classes of its own.
    try Data(
      ((["said,kind"] + (0..<60).map { $0 % 2 == 0 ? "the mat,x" : "a hut,y" })
        .joined(separator: "\n")).utf8
    ).write(to: URL(fileURLWithPath: folder + "/new.csv"))
    let other = try latent("probe c.latent new.csv --column said --label kind --json -q")
    #expect(other.json["classes"] as? [String] == ["x", "y"], "\(other.talk)")
    let lens = try latent("lens c.latent new.csv --column said --by linear --json -q")
    #expect((lens.json["places"] as? [Any])?.count == 2, "\(lens.talk)")
  }

  @Test func vectorsOfAFileAreProbedAndExplained() throws {
    let labels = (0..<200).map { Int64($0 % 2) }
    let noise = RandomStream(4).normal([200, 6])
    let shift = Tensor(labels.map { Float($0) * 4 }, shape: [200, 1])
    try NPY.write(noise + shift, to: folder + "/x.npy")
    try NPY.write(Tensor(labels), to: folder + "/y.npy")
    let probe = try latent("probe x.npy --labels y.npy --json -q")
    let accuracy =
      ((probe.json["places"] as? [[String: Any]])?.first?["accuracy"] as? [String: Any])?["value"]
      as? Double ?? 0
    #expect(accuracy > 0.95, "\(probe.talk)")
    let explained = try latent(
      "explain x.npy --labels y.npy --latents 8 --active 2 --out fx --json -q")
    #expect(explained.status == 0, "\(explained.talk)")
  }

  @Test func whatIsWrongIsOneSentence() throws {
    try NPY.write(Tensor.ones([40, 3]), to: folder + "/x.npy")
    try NPY.write(Tensor.ones([4]), to: folder + "/y.npy")
    #expect(try latent("probe x.npy").sentence.contains("name them with --labels"))
    #expect(try latent("probe x.npy --labels y.npy").sentence.contains("has 40 rows"))
    #expect(try latent("lens nowhere.latent").sentence.contains("nowhere.latent"))
    #expect(try latent("steer nowhere.latent --feature 1").status != 0)
    #expect(try latent("patch nowhere.latent --clean a").status == 2)
  }
}
