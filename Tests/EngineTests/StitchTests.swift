import Datasets
import Files
import Foundation
import Testing
import Torch

/// `latent stitch`, `latent relate` and `latent geometry`, typed as a person types them.
@Suite(.serialized) struct StitchTests {
  let folder = NSTemporaryDirectory() + "stitch-" + UUID().uuidString

  init() throws { try makeFolder(folder) }

  func latent(_ line: String) throws -> Command {
    try Command(line.split(separator: " ").map(String.init), in: folder)
  }

  @Test func aDecoderReadsTheEncoderOfAnotherSeed() throws {
    for seed in 1...2 {
      let fit = try latent(
        "fit relative-ae digits --limit 300 --anchors 40 --epochs 4 --hidden 32 --latents 8 --seed \(seed) "
          + "--out \(seed).latent -q")
      #expect(fit.status == 0, "\(fit.talk)")
    }
    let pair = try latent("stitch 1.latent 2.latent --limit 60 --out pair.png --json -q")
    #expect(pair.status == 0, "\(pair.talk)")
    #expect(pair.json["by"] as? String == "relative" && pair.json["anchors"] as? Int == 40)
    for figure in ["squaredError", "accuracy"] {
      let figures = pair.json[figure] as? [String: Any]
      for key in ["alone", "stitched", "plain"] { #expect(figures?[key] is [String: Any]) }
    }
    let turned = try latent("stitch 1.latent 2.latent --by orthogonal --limit 60 --json -q")
    #expect(turned.json["by"] as? String == "orthogonal")
    let related = try latent("relate 1.latent 2.latent --measure cka,procrustes --json -q")
    let found = related.json["similarities"] as? [[String: Any]]
    #expect(found?.count == 2, "\(related.talk)")
  }

  @Test func vectorsOfAFileAreDescribedAndRelated() throws {
    let codes = RandomStream(4).normal([120, 5])
    try NPY.write(codes, to: folder + "/codes.npy")
    try NPY.write(codes[.all, 0..<2] * 2, to: folder + "/two.npy")
    let one = try latent("geometry codes.npy --json -q")
    #expect(one.status == 0, "\(one.talk)")
    #expect(one.json["width"] as? Int == 5 && one.json["warnings"] is [Any])
    let pair = try latent("relate codes.npy two.npy --json -q")
    #expect(pair.status == 0, "\(pair.talk)")
  }

  @Test func whatIsWrongIsOneSentence() throws {
    try NPY.write(Tensor.ones([40, 3]), to: folder + "/still.npy")
    #expect(try latent("geometry still.npy").sentence.contains("all rows are the same"))
    try NPY.write(RandomStream(4).normal([9, 3]), to: folder + "/few.npy")
    #expect(try latent("geometry few.npy").sentence.contains("need at least 21"))
    #expect(try latent("relate few.npy still.npy").sentence.contains("has 9 rows"))
    #expect(try latent("relate few.npy").status == 2)
    try NPY.write(
      ([[0, 1], [TensorLiteral.number(.nan), 2], [3, 4]] as Tensor), to: folder + "/n.npy")
    #expect(try latent("geometry n.npy").sentence.contains("row 1 of 3"))
    #expect(try latent("stitch a.latent b.latent").status == 1)
  }
}
