import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Exchange
@testable import Learning

/// What is written, opened by the programs that it is written for.
@Suite(.enabled(if: Peer.isThere, Comment(rawValue: Peer.reason))) struct PeerTests {
  let folder = NSTemporaryDirectory() + "peers-" + UUID().uuidString

  init() throws { try makeFolder(folder) }

  private let epochs = (1...4).map { LogTests.epoch($0, loss: 1 / Double($0), validation: 0.5) }

  /// A PNG of two rows of three grey pixels.
  private func picture() throws -> LoggedPicture {
    let thumbnails = Projector.Thumbnails(
      height: 2, width: 3, channels: 1, pictures: [[UInt8](repeating: 9, count: 6)])
    let one = ExportedTable(codes: [0], width: 1, known: [TableColumn("a", .integers([1]))])
    try makeFolder(folder + "/picture")
    _ = try Projector.write(one, title: "a", thumbnails, in: folder + "/picture")
    let png = try MappedFile(folder + "/picture/sprite.png").data
    return LoggedPicture("samples", width: 3, height: 2, channels: 1, png: png)
  }

  @Test func tensorBoardReadsScalarsSettingsTextAndPictures() throws {
    for count in [2, 4] {
      let log = try TensorBoardLog(folder: folder + "/logs/c/a")
      try log.begin(try LogTests.run("c/a", in: folder))
      try log.add(Array(epochs.prefix(count)))
      if count < 4 {
        try log.end(.stopped)
      } else {
        try log.add(picture: picture(), step: 40)
        try log.add(figures: ["score/probe": 0.75], step: 40)
        try log.end(.finished)
      }
    }
    let run = try #require(
      try Peer.answer("tensorboard_log", folder + "/logs")["c/a"] as? [String: Any])
    let scalars = run["scalars"] as? [String: [[Double]]] ?? [:]
    #expect(
      scalars["train/loss"] == [[10, 1], [20, 0.5], [30, Double(Float(1) / 3)], [40, 0.25]])
    #expect(scalars["validation/loss"]?.count == 4 && scalars["epoch"]?.last == [40, 4])
    #expect(scalars["score/probe"] == [[40, 0.75]])
    let image = (run["images"] as? [String: [Any]])?["samples"]
    #expect(image?[0] as? Int == 3 && image?[1] as? Int == 2 && image?[2] as? String == "89504e47")
    let text = (run["text"] as? [String: String])?["settings"] ?? ""
    #expect(text.contains("| training.epochs | 2 |") && text.contains("| hidden | 4,5 |"))
    let settings = run["hparams"] as? [String: Any] ?? [:]
    #expect(settings["latents"] as? Double == 3 && settings["method"] as? String == "vae")
    #expect(settings["tied"] as? Bool == true && settings["training.average"] as? Double == 0.5)
    #expect(run["status"] as? Int == 1)
  }

  @Test func mlflowReadsRunsMetricsAndArtifactsAndGoesOnInTheStore() throws {
    let id = MLflowLog.newID(), store = folder + "/logs/mlflow.db"
    try makeFolder(folder + "/a.latent")
    func sitting(_ count: Int, _ status: RunStatus) throws {
      let log = try MLflowLog(folder: folder + "/logs", id: id)
      try log.begin(try LogTests.run("a", in: folder))
      try log.add(Array(epochs.prefix(count)))
      if status == .finished { try log.add(picture: picture(), step: 40) }
      try log.end(status)
    }
    try sitting(2, .stopped)
    let early = try Peer.answer("mlflow_log", store, "go on")
    #expect((early["runs"] as? [[String: Any]])?.first?["status"] as? String == "KILLED")
    // The store now has the form of the MLflow that opened it.
    try sitting(4, .finished)
    let answer = try Peer.answer("mlflow_log", store)
    #expect(answer["experiments"] as? [String] == ["Default", "digits"])
    let runs = answer["runs"] as? [[String: Any]] ?? []
    #expect(runs.count == 2)
    let run = try #require(runs.first { $0["name"] as? String == "a" })
    #expect(run["experiment"] as? String == "digits" && run["status"] as? String == "FINISHED")
    let metrics = run["metrics"] as? [String: [[Double]]] ?? [:]
    #expect(metrics["train/loss"] == [[10, 1], [20, 0.5], [30, 1.0 / 3], [40, 0.25]])
    let params = run["params"] as? [String: String] ?? [:]
    #expect(params["latents"] == "3" && params["training.epochs"] == "2" && params["seed"] == "7")
    #expect((run["tags"] as? [String: String])?["latent.method"] == "vae")
    #expect(run["artifacts"] as? [String] == ["pictures"])
  }

  @Test func theProjectorShowsCodesNamesAndPictures() throws {
    let table = ExportedTable(
      codes: (0..<15).map { Float($0) / 4 }, width: 3,
      known: [
        TableColumn("index", .integers(Array(0..<5))),
        TableColumn("class", .texts(["a", "b", nil, "a", "b"])),
      ])
    let pictures = (0..<5).map { [UInt8](repeating: UInt8($0 * 50), count: 3 * 8) }
    _ = try Projector.write(
      table, title: "codes of \"it\"", .init(height: 4, width: 2, channels: 3, pictures: pictures),
      in: folder)
    let answer = try Peer.answer("projector", folder)
    #expect(answer["active"] as? Bool == true && answer["name"] as? String == "codes of \"it\"")
    #expect(answer["shape"] as? [Int] == [5, 3] && answer["first"] as? [Double] == [0, 0.25, 0.5])
    #expect((answer["metadata"] as? [Any])?[0] as? String == "index\tclass")
    #expect((answer["metadata"] as? [Any])?[1] as? Int == 6)
    #expect(answer["sprite"] as? [Int] == [6, 12] && answer["dimensions"] as? [Int] == [2, 4])
  }

  @Test func parquetIsReadWithItsTypesGapsAndLists() throws {
    let count = ParquetFile.rowsInGroup + 5
    let table = ExportedTable(
      codes: (0..<count * 2).map { Float($0) }, width: 2,
      known: [
        TableColumn("index", .integers((0..<count).map { $0 == 1 ? nil : $0 })),
        TableColumn("class", .texts((0..<count).map { $0 % 2 == 0 ? "é\($0)" : nil })),
        TableColumn("error", .numbers((0..<count).map { $0 == 2 ? nil : Float($0) / 2 })),
        TableColumn(
          "neighbours",
          .neighbours(
            (0..<count * 3).map { $0 }, distances: (0..<count * 3).map { Float($0) }, width: 3)),
      ], about: [("space", "a.latent")])
    try table.writeParquet(to: folder + "/t.parquet")
    let answer = try Peer.answer("tables", folder + "/t.parquet")
    #expect(answer["rows"] as? Int == count && answer["groups"] as? Int == 2)
    let types = answer["types"] as? [String: String] ?? [:]
    #expect(types["index"] == "int64" && types["class"] == "string" && types["z1"] == "float")
    #expect(types["neighbours"]?.hasPrefix("struct<ids: list<element: int64") == true)
    #expect((answer["about"] as? [String: String])?["space"] == "a.latent")
    let first = answer["first"] as? [[String: Any]] ?? []
    #expect(first.count == 3)
    #expect(
      first[1]["index"] is NSNull && first[1]["class"] is NSNull && first[2]["error"] is NSNull)
    #expect(first[2]["class"] as? String == "é2" && first[1]["z1"] as? Double == 3)
    let nearest = first[2]["neighbours"] as? [String: [Double]]
    #expect(nearest?["ids"] == [6, 7, 8] && nearest?["distances"] == [6, 7, 8])
    let last = (answer["last"] as? [[String: Any]])?.first
    #expect(last?["index"] as? Int == count - 1)
    if let counted = answer["duckdb"] { #expect(counted as? Int == count) }
  }
}
