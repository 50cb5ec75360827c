import Datasets
import Files
import Foundation
import Testing
import Torch

/// The command line, typed as a person types it, on a small file of pictures.
@Suite(.serialized) struct EngineTests {
  let folder = NSTemporaryDirectory() + "engine-" + UUID().uuidString

  init() throws {
    try makeFolder(folder)
    try NPY.write(RandomStream(4).uniform([80, 1, 8, 8]) * 0.9, to: folder + "/x.npy")
  }

  func latent(_ line: String) throws -> Command {
    try Command(line.split(separator: " ").map(String.init), in: folder)
  }

  func fit(_ out: String = "a.latent", _ more: String = "") throws -> Command {
    try latent(
      "fit vae x.npy --latents 3 --epochs 2 --batch 16 --hidden 12 --out \(out) -q \(more)")
  }

  @Test func aNetworkThatIsToldTheClassDrawsTheOneThatIsAskedFor() throws {
    let rows = (0..<90).map {
      ["\(Double($0 % 3) + Double($0) / 900)", "\($0 % 3 * 5)", "k\($0 % 3)"]
    }
    try CSV.write(header: ["a", "b", "kind"], rows: rows, to: folder + "/k.csv")
    let fit =
      "fit attribute-cvae k.csv --label kind --epochs 60 --batch 10 --latents 2 --out k.latent"
    #expect(try latent(fit + " --learning-rate 0.01 -q").status == 0)
    func mean(_ name: String) throws -> Double {
      let words = "sample k.latent --class \(name) --count 50 --out k.npy -q"
      #expect(try latent(words).status == 0)
      return try NPY.read(folder + "/k.npy").selected(1, 1).mean().value()
    }
    let (low, high) = (try mean("k0"), try mean("k2"))
    #expect(high > low + 1, "inputs are standardised, and k2 lies 2.4 above k0")
    #expect(try latent("sample k.latent --count 5 --out k.npy -q").status == 0)
    let unknown = try latent("sample k.latent --class k9 --out k.npy -q")
    #expect(unknown.status != 0 && unknown.sentence.contains("k0, k1, k2"))
    #expect(try latent("encode k.latent --out z.npy -q").status == 0)
    #expect(try NPY.read(folder + "/z.npy").size(1) == 2, "the class is not part of a code")
    #expect(try latent("reconstruct k.latent --out back.npy -q").status == 0)
    #expect(try latent("score k.latent --json -q").json["activeUnits"] is Int)
  }

  @Test func theWholeWayFromDataToAReport() throws {
    #expect(try fit().status == 0)
    #expect(try latent("show a.latent --json").json["method"] as? String == "vae")
    let score = try latent("score a.latent --samples 1,5 --json -q")
    #expect(score.status == 0)
    let scores = score.json["scores"] as? [String: [String: Any]] ?? [:]
    let elbo = scores["negative ELBO"]?["value"] as? Double ?? .nan
    let tighter = scores["negative log-likelihood, 5 samples"]?["value"] as? Double ?? .nan
    #expect(abs(tighter - elbo) < 2, "two bounds on the same likelihood, in nats")
    #expect(try latent("encode a.latent --out codes.npy").status == 0)
    #expect(try NPY.read(folder + "/codes.npy").shape == [8, 3])
    #expect(try latent("encode a.latent x.npy --out codes.csv").status == 0)
    #expect(try latent("decode a.latent codes.npy --out back.npy").status == 0)
    #expect(try NPY.read(folder + "/back.npy").shape == [8, 1, 8, 8])
    for verb in ["sample", "reconstruct", "interpolate"] {
      let result = try latent("\(verb) a.latent --json --out \(verb).png")
      #expect(result.status == 0, "\(result.talk)")
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(verb).png"))
    }
    let way = try latent("interpolate a.latent --path geodesic --json -q")
    let length = way.json["length"] as? Double ?? .nan
    #expect(length <= way.json["straight"] as? Double ?? .nan, "the shortest way is not longer")
    let units = try latent("traverse a.latent --units 2,0 --json -q").json["units"]
    #expect((units as? [[String: Any]])?.compactMap { $0["unit"] as? Int } == [2, 0])
    let missing = try latent("edit a.latent --class bag")
    #expect(missing.status == 1 && missing.talk.contains("data without labels"))
    #expect(try latent("edit a.latent").status == 2)
    #expect(try latent("report a.latent").status == 0)
    #expect(FileManager.default.fileExists(atPath: folder + "/a.latent/report/index.html"))
    let single = try latent("report a.latent --single --json -q")
    let page = String(
      decoding: try MappedFile(folder + "/a.latent/report.html").data, as: UTF8.self)
    #expect(page.contains("href=\"data:text/csv;base64,") && !page.contains("figures/"))
    let figures = (single.json["figures"] as? [[String: Any]])?.compactMap {
      $0["title"] as? String
    }
    for title in ["Largest errors", "Codes by neighbours", "Codes by outlier factor", "Outliers"] {
      #expect(figures?.contains(title) == true, "\(title) of \(figures ?? [])")
    }
    let runs = try latent("runs --json")
    #expect(runs.output.contains("\"status\": \"finished\""))
  }

  @Test func anEditMovesTheFactorThatItIsAskedFor() throws {
    let fit = try latent(
      "fit ae sprites --limit 600 --size 16x16 --latents 8 --hidden 64 --epochs 20 --batch 32 "
        + "--likelihood bernoulli --out s.latent -q")
    #expect(fit.status == 0, "\(fit.talk)")
    let edit = try latent("edit s.latent --factor x --strengths -1,1 --json -q")
    #expect(edit.status == 0, "\(edit.talk)")
    let found = edit.json["edits"] as? [[String: Any]] ?? []
    let after = found.compactMap { $0["after"] as? Double }
    #expect(after.count == 2 && after[0] < after[1])
    #expect((found.first?["others"] as? [String: Any])?.count == 4)
    let wrong = try latent("edit s.latent --factor colour")
    #expect(
      wrong.talk.contains("there is no factor colour; there are shape, scale, rotation, x, y"))
  }

  @Test func aSpaceOfWindowsReadsOtherSeriesAsItsOwn() throws {
    func table(_ rows: Range<Int>) -> String {
      "time,level,flow\n" + rows.map { "t\($0),\($0 % 7),\(1000 + $0 % 5)\n" }.joined()
    }
    try AtomicFile.write(Data(table(0..<100).utf8), to: folder + "/s.csv")
    try AtomicFile.write(Data(table(200..<220).utf8), to: folder + "/new.csv")
    let found = try latent("data s.csv --window 8 --json -q").json
    #expect(
      found["shape"] as? [Int] == [8, 2] && found["columns"] as? [String] == ["level", "flow"])
    #expect(found["train"] as? Int == 77 && found["test"] as? Int == 9)
    let fit = try latent(
      "fit vae s.csv --window 8 --latents 2 --epochs 1 --batch 16 --hidden 8 --out s.latent -q")
    #expect(fit.status == 0, "\(fit.talk)")
    #expect(try latent("encode s.latent new.csv --out codes.npy -q").status == 0)
    #expect(try NPY.read(folder + "/codes.npy").shape == [13, 2])
    let score = try latent("score s.latent new.csv --samples 1 --json -q")
    #expect(score.json["examples"] as? Int == 13, "\(score.talk)")
    #expect(try latent("score s.latent --samples 1 --json -q").json["examples"] as? Int == 9)
  }

  @Test func theSameSeedGivesTheSameFile() throws {
    _ = try fit("a.latent", "--seed 7 --threads 1")
    _ = try fit("b.latent", "--seed 7 --threads 1")
    let weights = ["a", "b"].map { "\(folder)/\($0).latent/weights.safetensors" }
    #expect(try MappedFile(weights[0]).data == MappedFile(weights[1]).data)
  }

  @Test func seedsSideBySideLeaveWhatEachAloneLeaves() throws {
    func weights(_ space: String) throws -> Data {
      try MappedFile("\(folder)/\(space).latent/weights.safetensors").data
    }
    let all = try fit("s.latent", "--seed 5 --seeds 3 --json")
    #expect(all.array.map { $0["seed"] as? Int } == [5, 6, 7], "\(all.talk)")
    var alone: [Data] = []
    for seed in 5...7 {
      _ = try fit("a\(seed).latent", "--seed \(seed) --threads 1")
      alone.append(try weights("a\(seed)"))
      #expect(try weights("s-seed-\(seed)") == alone.last)
    }
    #expect(alone[0] != alone[1])
    #expect(try fit("s.latent", "--seed 5 --seeds 3").sentence.contains("--force replaces it"))
    let other = try fit("s.latent", "--seed 5 --seeds 3 --resume --beta 2")
    #expect(other.status == 1 && other.sentence.contains("s-seed-5.latent holds a fit with other"))
    // What a kill leaves: one without weights yet, one not begun.
    try FileManager.default.removeItem(atPath: folder + "/s-seed-6.latent/weights.safetensors")
    try FileManager.default.removeItem(atPath: folder + "/s-seed-7.latent")
    #expect(try fit("s.latent", "--seed 5 --seeds 3 --resume").status == 0)
    #expect(try (5...7).map { try weights("s-seed-\($0)") } == alone)
  }

  @Test(arguments: [
    ("fit vea x.npy", 2, "latent fit: there is no method vea; did you mean vae?"),
    (
      "fit vae x.npy --latnets 3", 2,
      "latent fit: there is no flag --latnets; did you mean --latents?"
    ),
    ("fit vae x.npy --latents many", 2, "--latents"),
    ("fit vae x.npy --latents 0", 1, "latent: --latents 0: must be from 1 to 100000 latent units"),
    ("fit vae nosuch", 1, "latent: there is no source called nosuch"),
    (
      "fit vae x.npy --window 8", 1,
      "latent: x.npy is not a table with a row for each step, so --window has no meaning"
    ),
    ("fit vae s.csv --window 1", 2, "latent fit: --window takes a whole number from 2"),
    ("data --window 8", 2, "latent data: --window needs a SOURCE to be read"),
    ("data nosuch", 1, "latent: there is no source called nosuch"),
    ("show nosuch", 1, "latent: nosuch is not a space: it holds no space.json"),
    ("check S444", 1, "there is no system S444"),
    ("fti", 2, "latent: there is no verb fti; did you mean fit?"),
  ]) func whatIsWrongIsSaidInOneSentence(_ line: String, _ status: Int32, _ words: String) throws {
    let result = try latent(line)
    #expect(result.status == status)
    #expect(result.sentence.contains(words), "\(result.talk)")
    #expect(!result.sentence.contains("\n"), "\(result.talk)")
    #expect(result.output.isEmpty)
  }

  @Test func aSystemNotBuiltYetHasNoCheck() throws {
    let planned = try #require(try latent("systems --status planned --json").array.first)
    let id = try #require(planned["id"] as? String)
    let result = try latent("check \(id)")
    #expect(result.status == 1)
    #expect(result.sentence.contains("is planned, not built yet; it has no check"))
  }

  @Test func aSpaceIsNotReplacedUnasked() throws {
    _ = try fit()
    let again = try fit()
    #expect(again.status == 1)
    #expect(again.sentence.contains("--force replaces it"))
    #expect(try fit("a.latent", "--force --beta -1").status != 0)
    #expect(try latent("score a.latent -q").status == 0, "a refused setting replaces nothing")
    #expect(try fit("a.latent", "--force").status == 0)
    try makeFolder(folder + "/mine")
    try AtomicFile.write(Data("mine".utf8), to: folder + "/mine/letter")
    #expect(try fit("mine", "--force").status == 1)
    #expect(FileManager.default.fileExists(atPath: folder + "/mine/letter"))
    // What a fit leaves that was killed before it had written anything.
    try makeFolder(folder + "/begun")
    try AtomicFile.write(Data(), to: folder + "/begun/lock")
    #expect(try fit("begun").status == 0)
  }

  @Test func aSecondFitStaysOutOfTheFolder() throws {
    _ = try fit()
    let descriptor = open(folder + "/a.latent/lock", O_RDWR)
    #expect(flock(descriptor, LOCK_EX) == 0)
    let second = try fit("a.latent", "--force")
    close(descriptor)
    #expect(second.status == 1)
    #expect(second.sentence.contains("another fit is at work in a.latent"), "\(second.talk)")
  }

  @Test func badDataLeavesNoSpaceBehind() throws {
    try NPY.write(
      Tensor([1, .nan, 3, 4, 5, 6] as [Float], shape: [3, 2]), to: folder + "/nan.npy")
    try AtomicFile.write(Data("a,b\n1,2\n3\n".utf8), to: folder + "/ragged.csv")
    var lying = try MappedFile(folder + "/x.npy").data
    lying.replaceSubrange(
      try #require(lying.range(of: Data("(80, 1, 8, 8)".utf8))), with: Data("(8000000000,)".utf8))
    try AtomicFile.write(lying, to: folder + "/lying.npy")
    for file in ["nan.npy", "ragged.csv", "lying.npy"] {
      let result = try latent("fit vae \(file) --out bad.latent")
      #expect(result.status == 1, "\(file)")
      #expect(result.sentence.contains(file) && !result.sentence.contains("\n"), "\(result.talk)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/bad.latent"))
    }
  }

  @Test func aDamagedSpaceIsNamed() throws {
    _ = try fit()
    let weights = folder + "/a.latent/weights.safetensors"
    let sound = try MappedFile(weights).data
    try AtomicFile.write(sound.dropLast(40), to: weights)
    let cut = try latent("score a.latent")
    #expect(cut.status == 1 && cut.sentence.contains("is not a sound safetensors file"))
    try FileManager.default.removeItem(atPath: weights)
    #expect(try latent("score a.latent").sentence.contains("has no weights yet"))
  }

  @Test func anOutputThatCannotBeWrittenIsNamed() throws {
    _ = try fit()
    let result = try latent("encode a.latent --out /no/such/folder/codes.npy -q")
    #expect(result.status == 1)
    #expect(
      result.sentence
        == "latent: cannot create /no/such/folder/codes.npy: no such file or directory")
  }

  @Test func aPageOfAProcedureNamesWhatItReadsAndHowItIsCalled() throws {
    let page = try Command(["stats", "tarp", "--help"], in: folder).output
    #expect(page.contains("latent stats tarp data.npz"))
    #expect(page.contains("\nInputs\n") && page.contains("samples"))
    let lab = try Command(["lab", "linear-grokking", "--help"], in: folder).output
    #expect(lab.contains("latent lab linear-grokking\n") && !lab.contains("\nInputs\n"))
  }

  @Test func aPageShowsThePicturesOfAStudy() throws {
    let random = RandomStream(9)
    let masks = (random.uniform([4, 2, 8, 8]) .> 0.5).to(.float32)
    let activations = masks + random.uniform([4, 2, 8, 8]) * 0.5
    let images = random.uniform([4, 1, 8, 8])
    for (name, tensor) in [("masks", masks), ("activations", activations), ("images", images)] {
      try NPY.write(tensor, to: "\(folder)/\(name).npy")
    }
    let found = try latent(
      "stats network-dissection masks.npy activations.npy images.npy --quantile 0.2 --rotations 1 --out d --json -q"
    )
    #expect(found.status == 0, "\(found.talk)")
    #expect((found.json["conclusion"] as? String)?.hasPrefix("2 of 2 concepts") == true)
    let figures = try FileManager.default.contentsOfDirectory(atPath: folder + "/d/figures")
    #expect(figures.contains { $0.hasSuffix(".png") }, "\(figures)")
  }

  @Test func theCatalogueIsAnArrayOf441() throws {
    let result = try latent("systems --json -q")
    let rows = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
    #expect(rows?.count == 441)
    for key in ["id", "slug", "title", "family", "status", "command", "check"] {
      #expect(rows?.first?[key] != nil, "\(key)")
    }
  }
}
