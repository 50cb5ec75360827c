import Files
import Foundation
import Testing

@testable import Exchange
@testable import Learning

/// Logs in a folder of their own.
@Suite struct LogTests {
  let folder = NSTemporaryDirectory() + "log-" + UUID().uuidString

  static func epoch(_ number: Int, loss: Double, validation: Double? = nil) -> EpochMetrics {
    EpochMetrics(
      epoch: number, step: number * 10, train: ["loss": loss, "rate": 2],
      validation: validation.map { ["loss": $0] } ?? [:], rate: 1000, seconds: Double(number))
  }

  static func run(_ name: String, in folder: String) throws -> LoggedRun {
    let text = """
      {"format":1,"status":"training","method":"vae","settings":{"latents":3,"training":{"epochs":2,"average":0.5},
      "likelihood":"bernoulli","tied":true,"hidden":[4,5]},
      "domain":{"shape":[1,8,8],"support":"unit","classes":[],"factors":[],"columns":[]},
      "preprocessing":{"divisor":1,"mean":[],"deviation":[],"columns":[],"binarise":"none"},
      "source":{"spec":"digits","options":{"strict":false,"binarise":"none","seed":0},"fingerprint":"00"},
      "seed":7,"device":"cpu","threads":1,"lowPrecision":false,"versions":{"latent":"0.1.0"},"metrics":{}}
      """
    let description = try JSONDecoder().decode(SpaceDescription.self, from: Data(text.utf8))
    return LoggedRun(description, name: name, group: "digits", space: folder + "/a.latent")
  }

  @Test func settingsHaveNamesWithPoints() throws {
    let names = try Self.run("a", in: folder).parameters.map(\.name)
    #expect(
      names == [
        "method", "source", "seed", "hidden", "latents", "likelihood", "tied", "training.average",
        "training.epochs",
      ])
  }

  @Test func aTensorBoardLogThatGoesOnHasEveryStepOnce() throws {
    let epochs = (1...4).map { Self.epoch($0, loss: 1 / Double($0)) }
    do {
      let log = try TensorBoardLog(folder: folder)
      try log.begin(try Self.run("a", in: folder))
      try log.add(Array(epochs.prefix(1)))
      try log.add(Array(epochs.prefix(2)))
    }
    #expect(try TensorBoardLog.lastStep(in: folder) == 20)
    let again = try TensorBoardLog(folder: folder)
    try again.begin(try Self.run("a", in: folder))
    try again.add(epochs)
    try again.add(figures: ["score/probe": 0.5], step: 40)
    try again.end(.finished)
    #expect(try TensorBoardLog.lastStep(in: folder) == 40)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("events.out.tfevents.") })
    var steps: [UInt64] = []
    for name in names.sorted() {
      for record in Records.whole(in: [UInt8](try MappedFile("\(folder)/\(name)").data)[...]) {
        let text = String(decoding: record, as: UTF8.self)
        guard text.contains("train/loss") else { continue }
        for case (2, .variable(let step)) in Protobuf.fields(of: record) ?? [] {
          steps.append(step)
        }
      }
    }
    #expect(steps == [10, 20, 30, 40])
  }

  @Test func whatIsNoEventFileIsPassedOver() throws {
    try makeFolder(folder)
    try AtomicFile.write(Data("no records at all".utf8), to: folder + "/events.out.tfevents.1.x")
    try AtomicFile.write(Data(), to: folder + "/events.out.tfevents.2.x")
    #expect(try TensorBoardLog.lastStep(in: folder) == nil)
  }

  @Test func anMLflowLogThatGoesOnHasEveryStepOnce() throws {
    let id = MLflowLog.newID()
    #expect(id.count == 32 && id.allSatisfy(\.isHexDigit))
    let epochs = (1...3).map {
      Self.epoch($0, loss: $0 == 3 ? .nan : 1 / Double($0), validation: 2)
    }
    for count in [1, 2, 3, 3] {
      let log = try MLflowLog(folder: folder, id: id)
      try log.begin(try Self.run("a", in: folder))
      try log.add(Array(epochs.prefix(count)))
      try log.end(count < 3 ? .stopped : .finished)
    }
    let other = try MLflowLog(folder: folder, id: MLflowLog.newID())
    try other.begin(try Self.run("b", in: folder))
    let store = try Database(path: folder + "/mlflow.db", patience: 100)
    let mine = "run_uuid = '\(id)'"
    #expect(try store.integer("SELECT count(*) FROM runs") == 2)
    #expect(
      try store.integer("SELECT count(*) FROM experiments") == 2, "the default one, and digits")
    #expect(
      try store.integer("SELECT count(*) FROM metrics WHERE \(mine) AND key = 'train/loss'") == 3)
    #expect(
      try store.integer("SELECT sum(step) FROM metrics WHERE \(mine) AND key = 'validation/loss'")
        == 60)
    #expect(
      try store.integer("SELECT step FROM latest_metrics WHERE \(mine) AND key = 'train/loss'")
        == 30)
    #expect(
      try store.integer("SELECT is_nan FROM latest_metrics WHERE \(mine) AND key = 'train/loss'")
        == 1)
    #expect(try store.integer("SELECT count(*) FROM params WHERE \(mine)") == 9)
    #expect(
      try store.integer("SELECT count(*) FROM runs WHERE \(mine) AND status = 'FINISHED'") == 1)
  }

  @Test func aFileThatIsNoStoreIsRefusedInASentence() throws {
    try makeFolder(folder)
    try AtomicFile.write(
      Data("a diary, a long one, of no interest".utf8), to: folder + "/mlflow.db")
    #expect { try MLflowLog(folder: folder, id: MLflowLog.newID()) } throws: {
      "\($0)".contains("mlflow.db is damaged")
    }
    try FileManager.default.removeItem(atPath: folder + "/mlflow.db")
    try Database(path: folder + "/mlflow.db", patience: 0).run("CREATE TABLE diary (day TEXT)")
    #expect { try MLflowLog(folder: folder, id: MLflowLog.newID()) } throws: {
      "\($0)".contains("is an SQLite file, but not a store of MLflow")
    }
  }
}
