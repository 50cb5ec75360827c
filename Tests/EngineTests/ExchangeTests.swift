import Datasets
import Files
import Foundation
import TestSupport
import Testing
import Torch

/// Codes, logs and tools for other programs, by the command line.
@Suite(.serialized) struct ExchangeTests {
  let folder = NSTemporaryDirectory() + "exchange-" + UUID().uuidString

  init() throws {
    try makeFolder(folder)
    try NPY.write(RandomStream(4).uniform([80, 1, 8, 8]) * 0.9, to: folder + "/x.npy")
  }

  func latent(_ line: String) throws -> Command {
    try Command(line.split(separator: " ").map(String.init), in: folder)
  }

  func fit(_ more: String = "") throws -> Command {
    try latent(
      "fit vae x.npy --latents 3 --epochs 3 --batch 16 --hidden 12 --out a.latent -q \(more)")
  }

  private func names(_ path: String) -> Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)")) ?? [])
  }

  @Test func everyFormIsWrittenWholeAndNothingElseIsReplaced() throws {
    #expect(try fit().status == 0)
    let projector = try latent("export a.latent --to projector --out p --json")
    #expect(projector.status == 0, "\(projector.talk)")
    #expect(projector.json["count"] as? Int == 8 && projector.json["latents"] as? Int == 3)
    #expect(
      names("p") == [
        "projector_config.pbtxt", "tensors.tsv", "metadata.tsv", "sprite.png", "export.json",
      ])
    let again = try latent("export a.latent --to numpy --out p")
    #expect(again.status == 1 && again.talk.contains("--force replaces it"))
    #expect(try latent("export a.latent --to numpy --out p --force").status == 0)
    #expect(names("p") == ["codes.npy", "index.npy", "error.npy", "export.json"])
    let notOurs = try latent("export a.latent --to numpy --out a.latent --force")
    #expect(notOurs.status == 1 && notOurs.talk.contains("is not an export"))
    #expect(try latent("export a.latent --to atlas").status == 0)
    #expect(names("a-atlas/data") == ["dataset.parquet", "metadata.json"])
    #expect(try latent("export a.latent --to csv --split all").status == 0)
    let csv = String(decoding: try MappedFile(folder + "/a.csv").data, as: UTF8.self)
    #expect(csv.hasPrefix("index,split,error,z0,z1,z2\n0,train,"))
    #expect(csv.split(separator: "\n").count == 81)
    #expect(try latent("export a.latent --to jsonl --limit 2").status == 0)
    #expect(try latent("export a.latent --to parquet --out q.parquet").status == 0)
    let parquet = try MappedFile(folder + "/q.parquet").data
    #expect(parquet.prefix(4) == Data("PAR1".utf8) && parquet.suffix(4) == Data("PAR1".utf8))
    #expect(try latent("export a.latent").status == 2, "--to is missing")
    #expect(try latent("export a.latent --to xml").status == 2)
  }

  @Test func aTableHasItsOwnColumnsBack() throws {
    let rows = (0..<60).map { ["\(Double($0) / 4)", ["red", "blue"][$0 % 2], "k\($0 % 3)"] }
    try CSV.write(header: ["size", "colour", "kind"], rows: rows, to: folder + "/t.csv")
    let fit = "fit ae t.csv --label kind --latents 2 --epochs 2 --hidden 8 --out t.latent -q"
    #expect(try latent(fit).status == 0)
    #expect(try latent("export t.latent t.csv --to csv --out back.csv --split test").status == 0)
    let back = String(decoding: try MappedFile(folder + "/back.csv").data, as: UTF8.self)
    let lines = back.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines[0].prefix(6) == ["index", "label", "class", "error", "size", "colour"])
    #expect(lines.count == 61)
    for (row, line) in lines.dropFirst().enumerated() {
      #expect(abs((Double(line[4]) ?? .nan) - Double(row) / 4) < 1e-4)
      #expect(line[5] == ["red", "blue"][row % 2] && line[2] == "k\(row % 3)")
    }
  }

  @Test func logsGoOnWhereTheyWere() throws {
    #expect(try fit("--log tensorboard,mlflow --log-to logs").status == 0)
    #expect(names("logs") == ["a", "mlflow.db"])
    #expect(names("a.latent").contains("log.json"))
    #expect(names("a.latent/pictures") == ["samples.png", "reconstructions.png"])
    #expect(try latent("fit --resume a.latent --epochs 5 -q").status == 0)
    #expect(names("logs/a").count == 2, "a file for each sitting, and no other run")
    #expect(try fit("--log tensorboard --log-to logs --force").status == 0)
    #expect(names("logs") == ["a", "a-2", "mlflow.db"], "another run beside the first")
    let wrong = try fit("--log wandb --force")
    #expect(wrong.status == 2 && wrong.talk.contains("tensorboard or mlflow"))
    try AtomicFile.write(Data("a file".utf8), to: folder + "/busy")
    let blocked = try fit("--log mlflow --log-to busy --force")
    #expect(blocked.status == 1 && blocked.talk.contains("busy"))
  }

  @Test func runsAreFilteredAndLaidSideBySide() throws {
    #expect(try fit().status == 0)
    #expect(
      try latent("fit ae x.npy --latents 2 --epochs 2 --hidden 12 --out b.latent -q").status == 0)
    let all = try latent("runs --json").array
    #expect(all.count == 2 && all[0]["method"] as? String == "ae")
    #expect(
      try latent("runs --method vae --source x.npy --status finished --json").array.count == 1)
    #expect(try latent("runs --status failed --json").array.isEmpty)
    let ids = all.compactMap { $0["id"] as? String }
    let one = try latent("runs \(ids[1]) --json").json
    #expect((one["history"] as? [[String: Any]])?.compactMap { $0["epoch"] as? Int } == [1, 2, 3])
    let both = try latent("runs \(ids[0]) \(ids[1]) --json").json
    let settings = both["settings"] as? [String: [Any]] ?? [:]
    #expect(settings["method"] as? [String] == ["ae", "vae"])
    #expect(settings["latents"] as? [String] == ["2", "3"])
    #expect(settings["source"] == nil, "what is the same is left out")
    #expect((both["figures"] as? [String: [Any]])?["train/loss"]?.count == 2)
    #expect(try latent("runs nothing").talk.contains("there is no run nothing"))
  }

  @Test func anAssistantCallsVerbsAndWritesInOneFolderOnly() throws {
    #expect(try fit().status == 0)
    let requests = [
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}"#,
      "}{", Self.call(2, "show", #"{"space":"a.latent"}"#),
      Self.call(3, "sample", #"{"space":"a.latent","count":4}"#),
      Self.call(4, "sample", #"{"space":"a.latent","out":"/tmp/x.png"}"#),
      Self.call(5, "sample", #"{"space":"a.latent","out":"link/x.png"}"#),
      Self.call(6, "show", #"{"space":"nothing.latent"}"#),
      Self.call(7, "fit", #"{"method":"vae"}"#),
    ]
    try makeFolder(folder + "/answers")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/answers/link", withDestinationPath: folder)
    let run = try Command(
      ["mcp", "--write-to", "answers"], in: folder, input: requests.joined(separator: "\n") + "\n")
    #expect(run.status == 0, "\(run.talk)")
    var answers: [Int: [String: Any]] = [:]
    for line in run.output.split(separator: "\n") {
      let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      answers[answer["id"] as? Int ?? 0] = answer
    }
    func result(_ id: Int) -> [String: Any] { answers[id]?["result"] as? [String: Any] ?? [:] }
    func text(_ id: Int) -> String {
      ((result(id)["content"] as? [[String: Any]])?.first?["text"] as? String) ?? ""
    }
    #expect(answers.count == 8)
    #expect(result(1)["protocolVersion"] as? String == "2025-06-18")
    #expect((result(2)["structuredContent"] as? [String: Any])?["method"] as? String == "vae")
    #expect((result(3)["content"] as? [[String: Any]])?.last?["type"] as? String == "image")
    #expect(names("answers") == ["link", "samples.png"])
    for id in [4, 5] {
      #expect(result(id)["isError"] as? Bool == true && text(id).contains("the only folder"))
    }
    #expect(result(6)["isError"] as? Bool == true && text(6).contains("is not a space"))
    #expect((answers[7]?["error"] as? [String: Any])?["code"] as? Int == -32602)
  }

  private static func call(_ id: Int, _ name: String, _ arguments: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(name)","arguments":\#(arguments)}}"#
  }
}

/// The same, opened by the programs that it is for.
@Suite(.serialized, .enabled(if: Peer.isThere, Comment(rawValue: Peer.reason)))
struct ExchangePeerTests {
  let folder = NSTemporaryDirectory() + "exchange-peers-" + UUID().uuidString

  init() throws {
    try makeFolder(folder)
    try NPY.write(RandomStream(4).uniform([80, 1, 8, 8]) * 0.9, to: folder + "/x.npy")
    let fit = try latent(
      "fit vae x.npy --latents 3 --epochs 3 --batch 16 --hidden 12 --out a.latent -q "
        + "--log tensorboard,mlflow --log-to logs")
    try require(fit.status == 0, fit.talk)
  }

  func latent(_ line: String) throws -> Command {
    try Command(line.split(separator: " ").map(String.init), in: folder)
  }

  @Test func logsOfAFitAndOfWhatGoesOnAreRead() throws {
    #expect(try latent("fit --resume a.latent --epochs 5 -q").status == 0)
    let board = try Peer.answer("tensorboard_log", folder + "/logs")
    let run = try #require(board["a"] as? [String: Any])
    let loss = (run["scalars"] as? [String: [[Double]]])?["train/loss"] ?? []
    #expect(
      loss.map { $0[0] } == [5, 10, 15, 20, 25], "72 examples in steps of 16, 5 epochs, each once")
    #expect(Set((run["images"] as? [String: Any] ?? [:]).keys) == ["samples", "reconstructions"])
    let store = try Peer.answer("mlflow_log", folder + "/logs/mlflow.db")
    let logged = try #require((store["runs"] as? [[String: Any]])?.first)
    let metrics = logged["metrics"] as? [String: [[Double]]] ?? [:]
    #expect(metrics["train/loss"]?.map { $0[0] } == [5, 10, 15, 20, 25])
    #expect(logged["experiment"] as? String == "x" && logged["status"] as? String == "FINISHED")
    let artifacts = Set(logged["artifacts"] as? [String] ?? [])
    #expect(artifacts.isSuperset(of: ["space.json", "weights.safetensors", "pictures"]))
  }

  @Test func everyRunOfAComparisonIsLogged() throws {
    let line =
      "compare ae:latents=2 vae:latents=2 x.npy --seeds 2 --epochs 2 --metric reconstruction --out c"
    let compare = try latent(line + " --log tensorboard,mlflow --log-to logs -q")
    #expect(compare.status == 0, "\(compare.talk)")
    let board = try Peer.answer("tensorboard_log", folder + "/logs")
    let names = Set(board.keys.filter { $0.hasPrefix("c/") })
    #expect(
      names == [
        "c/ae_latents=2-seed-1", "c/ae_latents=2-seed-2", "c/vae_latents=2-seed-1",
        "c/vae_latents=2-seed-2",
      ])
    for name in names {
      let scalars = (board[name] as? [String: Any])?["scalars"] as? [String: [[Double]]] ?? [:]
      #expect(scalars["epoch"]?.count == 2 && scalars["score/reconstruction"]?.count == 1)
    }
    let store = try Peer.answer("mlflow_log", folder + "/logs/mlflow.db")
    let runs = store["runs"] as? [[String: Any]] ?? []
    #expect(
      runs.filter { $0["experiment"] as? String == "c" && $0["status"] as? String == "FINISHED" }
        .count == 4)
  }

  @Test func embeddingAtlasOpensItsFolder() throws {
    let export = try latent("export a.latent --to atlas --out atlas --neighbours 4")
    #expect(export.status == 0)
    let hint =
      export.talk.split(separator: "\n").last { $0.hasPrefix("next: ") }?.dropFirst(6) ?? ""
    let command = hint.replacingOccurrences(of: " atlas/", with: " \(folder)/atlas/")
    let answer = try Peer.answer("atlas", folder + "/atlas", command)
    let ours = answer["ours"] as? [String: Any] ?? [:],
      theirs = answer["theirs"] as? [String: Any] ?? [:]
    for name in ["neighbors", "image"] { #expect(ours[name] as? String == theirs[name] as? String) }
    #expect(ours["projection"] as? [String: String] == theirs["projection"] as? [String: String])
    #expect(answer["rows"] as? Int == 8)
    let first = answer["first"] as? [Any] ?? []
    #expect(first[2] as? Int == 4)
    #expect((first[4] as? String)?.hasPrefix("data:image/png;base64,iVBOR") == true)
  }

  @Test func aTableIsReadByArrowAndTheAtlas() throws {
    #expect(try latent("export a.latent --to parquet --split all --out t.parquet").status == 0)
    let answer = try Peer.answer("tables", folder + "/t.parquet")
    #expect(answer["rows"] as? Int == 80 && answer["duckdb"] as? Int == 80)
    #expect((answer["types"] as? [String: String])?["split"] == "string")
    #expect((answer["atlas"] as? [Any])?[0] as? Int == 80)
  }

  @Test func theProtocolsOwnClientCallsTools() throws {
    let answer = try Peer.answer(
      "assistant", "\(Command.products)/latent", folder + "/a.latent", folder + "/answers")
    let hello = answer["hello"] as? [String: Any] ?? [:]
    #expect(hello["protocolVersion"] as? String == "2025-11-25")
    #expect((hello["serverInfo"] as? [String: Any])?["name"] as? String == "latent")
    #expect((answer["tools"] as? [String])?.contains("sample") == true)
    func call(_ name: String) -> [String: Any] { answer[name] as? [String: Any] ?? [:] }
    let shown = call("show")["structuredContent"] as? [String: Any]
    #expect(shown?["method"] as? String == "vae" && call("show")["isError"] as? Bool == false)
    let found = call("find")["structuredContent"] as? [String: Any]
    #expect((found?["result"] as? [Any])?.count == 3)
    let kinds = (call("sample")["content"] as? [[String: Any]])?.compactMap {
      $0["type"] as? String
    }
    #expect(kinds == ["text", "text", "image"])
    #expect(
      call("wrong")["isError"] as? Bool == true && call("outside")["isError"] as? Bool == true)
    #expect((answer["unknown"] as? String)?.contains("there is no tool no-such-tool") == true)
    #expect(answer["resource"] as? String == "S057")
    #expect(answer["stateless"] as? String == "2026-07-28")
    #expect(answer["stateless tools"] as? [String] == answer["tools"] as? [String])
    let again = call("stateless show")["structuredContent"] as? [String: Any]
    #expect(again?["method"] as? String == "vae")
  }
}
