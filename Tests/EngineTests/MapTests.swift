import Datasets
import Files
import Foundation
import Testing
import Torch

/// `latent map`, typed as a person types it.
@Suite(.serialized) struct MapTests {
  let folder = NSTemporaryDirectory() + "map-" + UUID().uuidString

  init() throws {
    try makeFolder(folder)
    try NPY.write(RandomStream(4).normal([90, 5]), to: folder + "/codes.npy")
  }

  func latent(_ line: String) throws -> Command {
    try Command(line.split(separator: " ").map(String.init), in: folder)
  }

  @Test func vectorsOfAFileAreMappedOnceAndKept() throws {
    let line = "map codes.npy --neighbours 8 --epochs 20 --seed 3 --json -q"
    let first = try latent(line)
    #expect(first.status == 0, "\(first.talk)")
    #expect(first.json["kept"] as? Bool == false && first.json["recall"] as? Double == 1)
    let places = try NPY.read(folder + "/map.npy")
    #expect(places.shape == [90, 2])
    let second = try latent(line + " --out again.npy")
    #expect(second.json["kept"] as? Bool == true)
    #expect(try NPY.read(folder + "/again.npy").bytes() == places.bytes())
    let fresh = try latent(line + " --out fresh.npy --fresh")
    #expect(fresh.json["kept"] as? Bool == false)
    #expect(try NPY.read(folder + "/fresh.npy").bytes() == places.bytes())
    let judged = try latent(line + " --trustworthiness")
    #expect(judged.json["kept"] as? Bool == true)
    let trust = judged.json["trustworthiness"] as? Double ?? .nan
    #expect(0.5 < trust && trust < 1)
  }

  @Test func aKeptMapIsToldWithoutTheEngine() throws {
    let program = folder + "/latent"
    try FileManager.default.copyItem(atPath: Command.products + "/latent", toPath: program)
    let line = "map codes.npy --epochs 20 -q"
    func alone(_ words: String) throws -> Command {
      try Command(words.split(separator: " ").map(String.init), in: folder, program: program)
    }
    #expect(try alone(line).sentence.contains("cannot start the engine"))
    let told = try latent(line)
    #expect(told.status == 0, "\(told.talk)")
    let places = try MappedFile(folder + "/map.npy").data
    let kept = try alone(line + " --out kept.npy")
    #expect(kept.status == 0, "\(kept.talk)")
    #expect(kept.output.contains("places of 90 points, kept from before"))
    #expect(try MappedFile(folder + "/kept.npy").data == places)
    for more in ["--fresh", "--trustworthiness", "--seed 1", "--picture map.svg"] {
      #expect(try alone(line + " " + more).sentence.contains("cannot start the engine"), "\(more)")
    }
    try NPY.write(RandomStream(5).normal([90, 5]), to: folder + "/codes.npy")
    #expect(try alone(line).sentence.contains("cannot start the engine"))
  }

  @Test func aMapIsDrawn() throws {
    for picture in ["map.svg", "map.html"] {
      let drawn = try latent("map codes.npy --kind pca --picture \(picture) -q")
      #expect(drawn.status == 0, "\(drawn.talk)")
      let text = String(decoding: try MappedFile(folder + "/" + picture).data, as: UTF8.self)
      #expect(text.contains("<svg") && text.contains("</svg>"))
    }
    let wrong = try latent("map codes.npy --picture map.bmp")
    #expect(wrong.status == 2 && wrong.sentence.contains("must end in .svg or .html"))
  }

  @Test func whatIsWrongIsOneSentence() throws {
    try NPY.write(
      ([[0, 1], [TensorLiteral.number(.nan), 2], [3, 4]] as Tensor), to: folder + "/n.npy")
    let missing = try latent("map n.npy")
    #expect(missing.status == 1)
    #expect(missing.sentence.contains("n.npy: row 1 of the 3 points"), "\(missing.talk)")
    #expect(!FileManager.default.fileExists(atPath: folder + "/map.npy"))
    try AtomicFile.write(Data("hello".utf8), to: folder + "/t.npy")
    #expect(try latent("map t.npy").sentence.contains("t.npy is not a NumPy array"))
    #expect(try latent("map nowhere").sentence.contains("there is no space or file nowhere"))
    #expect(try latent("map .").sentence.contains("holds no space.json"))
    #expect(try latent("map codes.npy --neighbours 1").status == 2)
    let few = try latent("map codes.npy --kind pca --trustworthiness -q")
    #expect(few.status == 0, "\(few.talk)")
    try NPY.write(RandomStream(4).normal([9, 5]), to: folder + "/few.npy")
    let refused = try latent("map few.npy --trustworthiness -q")
    #expect(refused.status == 1 && refused.sentence.contains("fewer than half of the points"))
  }

  @Test func onePointAndOneColumnHavePlaces() throws {
    try NPY.write(RandomStream(4).normal([1, 5]), to: folder + "/one.npy")
    #expect(try latent("map one.npy -q").status == 0)
    #expect(try NPY.read(folder + "/map.npy").shape == [1, 2])
    try NPY.write(RandomStream(4).normal([40]), to: folder + "/column.npy")
    #expect(try latent("map column.npy -q").status == 0)
    #expect(try NPY.read(folder + "/map.npy").shape == [40, 2])
  }

  @Test func codesOfASpaceAreMappedAndKeptInItsFolder() throws {
    try NPY.write(RandomStream(4).uniform([200, 1, 8, 8]) * 0.9, to: folder + "/x.npy")
    let fit = try latent(
      "fit ae x.npy --latents 3 --epochs 1 --batch 16 --hidden 12 --out a.latent -q")
    #expect(fit.status == 0, "\(fit.talk)")
    let first = try latent("map a.latent --epochs 20 --json -q --picture map.svg")
    #expect(first.status == 0, "\(first.talk)")
    #expect(first.json["count"] as? Int == 20 && first.json["kept"] as? Bool == false)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/a.latent/maps")
    #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("neighbours-") })
    let place = try latent("decode a.latent --place=0.5,-1 --out place.npy -q")
    #expect(place.status == 0, "\(place.talk)")
    #expect(try NPY.read(folder + "/place.npy").shape == [1, 1, 8, 8])
    #expect(try latent("decode a.latent --place 1 --out x.npy").status == 2)
    #expect(try latent("decode a.latent codes.npy --place 1,2 --out x.npy").status == 2)
    #expect(try latent("decode a.latent --out x.npy").sentence.contains("CODES is missing"))
    let measured = try latent("export a.latent --to csv --measures cluster,density --out m.csv -q")
    #expect(measured.status == 0, "\(measured.talk)")
    let rows = String(decoding: try MappedFile(folder + "/m.csv").data, as: UTF8.self)
    let header = rows.prefix { $0 != "\n" }.split(separator: ",")
    #expect(header.contains("density") && header.contains("cluster") && rows.contains("cluster 10"))
    // Found without the data.
    try FileManager.default.removeItem(atPath: folder + "/x.npy")
    #expect(try latent("map a.latent --epochs 20 --json -q").json["kept"] as? Bool == true)
  }
}
