import Files
import Foundation
import Synchronization
import Testing

@testable import Learning

@Suite struct RegistryTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "registry-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func record(_ moment: String = "2026-01-02T03:04:05Z", method: String = "vae")
    -> RunRecord
  {
    RunRecord(
      started: moment, method: method, source: "fashion-mnist", seed: .max - 1, device: "cpu",
      threads: 2, settings: #"{"latents":20}"#, codeVersion: "0.1", torchVersion: "2.13.0")
  }

  /// A process that cannot be: no machine has booted under this name.
  private func gone() -> RunProcess {
    var process = RunProcess.current
    process.start = "another boot/1"
    return process
  }

  @Test func aRunComesBackAsItWasWritten() throws {
    try withFolder { folder in
      let registry = try RunRegistry(path: folder + "/deep/runs.sqlite")
      var run = record()
      try registry.insert(run)
      #expect(try registry.run(run.id) == run)
      run.status = .failed
      run.finished = "2026-01-02T03:05:05Z"
      run.duration = 60.25
      run.message = "the loss is not a number at step 7"
      run.space = "demo.latent"
      run.metrics = #"{"elbo":-244.6}"#
      try registry.update(run)
      let reopened = try RunRegistry(path: folder + "/deep/runs.sqlite")
      #expect(try reopened.run(run.id) == run)
      #expect(try reopened.run("nothing") == nil)
    }
  }

  @Test func textIsNeverTakenForSQL() throws {
    try withFolder { folder in
      let registry = try RunRegistry(path: folder + "/runs.sqlite")
      let hostile = "x'); DROP TABLE runs; --\0 \" ?1 :a 🙂 e\u{301}"
      var run = record(method: hostile)
      run.id = hostile
      run.message = ""
      run.source = hostile
      try registry.insert(run)
      #expect(try registry.run(hostile) == run)
      #expect(try registry.runs(method: hostile) == [run])
      #expect(try registry.runs(method: "' OR 1=1 --").isEmpty)
      try registry.update(run)
      #expect(try registry.runs().count == 1)
    }
  }

  @Test func newestComeFirstAndFiltersHold() throws {
    try withFolder { folder in
      let registry = try RunRegistry(path: folder + "/runs.sqlite")
      for i in 0..<10 {
        var run = record("moment \(i)", method: i % 2 == 0 ? "vae" : "ae")
        run.status = i < 4 ? .finished : .running
        if i >= 8 { run.process = gone() }
        try registry.insert(run)
      }
      func moments(_ runs: [RunRecord]) -> [String] { runs.map { String($0.started.suffix(1)) } }
      #expect(try moments(registry.runs(limit: 3)) == ["9", "8", "7"])
      #expect(try moments(registry.runs(method: "ae")) == ["9", "7", "5", "3", "1"])
      #expect(try moments(registry.runs(method: "vae", status: .finished)) == ["2", "0"])
      #expect(try moments(registry.runs(limit: 2, status: .running)) == ["7", "6"])
      #expect(try moments(registry.runs(status: .killed)) == ["9", "8"])
      #expect(try registry.runs(limit: 0).isEmpty && registry.runs(limit: -1).isEmpty)
    }
  }

  @Test func anIdentifierIsTakenOnceAndMustExistToChange() throws {
    try withFolder { folder in
      let registry = try RunRegistry(path: folder + "/runs.sqlite")
      let run = record()
      #expect(run.id.count == 8 && run.id == record().id && run.id != record("later").id)
      #expect(throws: UserError("the registry \(registry.path) has no run \(run.id)")) {
        try registry.update(run)
      }
      try registry.insert(run)
      #expect(throws: UserError("the registry \(registry.path) already has a run \(run.id)")) {
        try registry.insert(run)
      }
    }
  }

  @Test func aRunWhoseProcessIsGoneCountsAsKilled() {
    var run = record()
    #expect(run.status() == .running)
    #expect(run.status(now: { _ in false }) == .killed)
    run.process = gone()
    #expect(run.status() == .killed)
    run.process.host = "a machine elsewhere"
    #expect(run.status() == .running)
    run.process = gone()
    run.status = .finished
    #expect(run.status() == .finished)
    run.status = .running
    run.process.pid = .max
    #expect(run.status() == .killed)
  }

  @Test func aProcessThatEndsStopsBeingAlive() throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/bin/sleep")
    child.arguments = ["60"]
    try child.run()
    let pid = Int(child.processIdentifier)
    let start = try #require(RunProcess.start(of: pid))
    let process = RunProcess(host: RunProcess.current.host, pid: pid, start: start)
    #expect(process.isAlive)
    #expect(kill(child.processIdentifier, SIGKILL) == 0)
    child.waitUntilExit()
    #expect(!process.isAlive)
  }

  @Test func aDamagedFileIsNamedInOneSentence() throws {
    try withFolder { folder in
      try makeFolder(folder)
      let path = folder + "/runs.sqlite"
      try AtomicFile.write(Data(repeating: 0x41, count: 5000), to: path)
      let error = #expect(throws: UserError.self) { try RunRegistry(path: path) }
      let sentence = try #require(error?.description)
      #expect(sentence.contains(path) && sentence.contains("damaged"))
      #expect(!sentence.contains("\n"))
      #expect(FileManager.default.contents(atPath: path)?.count == 5000)
    }
  }

  @Test func aTableThatIsOverwrittenIsNamedInOneSentence() throws {
    try withFolder { folder in
      let path = folder + "/runs.sqlite"
      do {
        let registry = try RunRegistry(path: path)
        for i in 0..<100 { try registry.insert(record("moment \(i)")) }
      }
      var bytes = try #require(FileManager.default.contents(atPath: path))
      #expect(bytes.count > 8192)
      bytes.replaceSubrange(4096..., with: Data(repeating: 0x55, count: bytes.count - 4096))
      try AtomicFile.write(bytes, to: path)
      let error = #expect(throws: UserError.self) { try RunRegistry(path: path).runs() }
      #expect(try #require(error?.description).contains("damaged"))
    }
  }

  @Test func aNewerFormIsRefusedAndLeftAlone() throws {
    try withFolder { folder in
      let path = folder + "/runs.sqlite"
      do {
        _ = try RunRegistry(path: path)
        try Database(path: path, patience: 0).run("PRAGMA user_version = 7")
      }
      let error = #expect(throws: UserError.self) { try RunRegistry(path: path) }
      #expect(try #require(error?.description).contains("newer version"))
      let after = try Database(path: path, patience: 0)
      #expect(try after.integer("PRAGMA user_version") == 7)
    }
  }

  @Test(arguments: [0, 1])
  func anotherProgramsDatabaseIsRefusedAndLeftAlone(_ version: Int) throws {
    try withFolder { folder in
      try makeFolder(folder)
      let path = folder + "/bookmarks.sqlite"
      do {
        let other = try Database(path: path, patience: 0)
        try other.run("CREATE TABLE bookmarks (url TEXT)")
        try other.run("PRAGMA user_version = \(version)")
      }
      let before = FileManager.default.contents(atPath: path)
      #expect(throws: UserError("\(path) is an SQLite file, but not a registry of runs")) {
        try RunRegistry(path: path)
      }
      #expect(FileManager.default.contents(atPath: path) == before)
    }
  }

  @Test func aRowThatIsNotARunNamesItsColumn() throws {
    try withFolder { folder in
      let path = folder + "/runs.sqlite"
      let registry = try RunRegistry(path: path)
      try registry.insert(record())
      try Database(path: path, patience: 1000).run("UPDATE runs SET status = 'asleep'")
      let sentence = "the registry of runs \(path) has a run with a bad column status"
      #expect(throws: UserError(sentence)) { try registry.runs() }
    }
  }

  @Test func aPlaceThatCannotHoldAFileIsNamed() throws {
    try withFolder { folder in
      try makeFolder(folder)
      let error = #expect(throws: UserError.self) { try RunRegistry(path: folder) }
      #expect(try #require(error?.description).contains(folder))
      #expect(throws: UserError.self) { try RunRegistry(path: "") }
    }
  }

  @Test func manyConnectionsOpenAndWriteAtOnce() throws {
    try withFolder { folder in
      let path = folder + "/runs.sqlite"
      let failures = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 4) { writer in
        do {
          let registry = try RunRegistry(path: path)
          for i in 0..<25 {
            var run = record("writer \(writer), run \(i)")
            try registry.insert(run)
            run.status = .finished
            try registry.update(run)
          }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
      let registry = try RunRegistry(path: path)
      #expect(try registry.runs(limit: 1000, status: .finished).count == 100)
      let database = try Database(path: path, patience: 0)
      var mode: Database.Value?
      try database.run("PRAGMA journal_mode") { row in
        mode = row[0]
        return false
      }
      #expect(mode == .text("wal"))
    }
  }

  @Test func oneConnectionServesManyThreads() throws {
    try withFolder { folder in
      let registry = try RunRegistry(path: folder + "/runs.sqlite")
      DispatchQueue.concurrentPerform(iterations: 8) { i in
        try? registry.insert(record("moment \(i)"))
      }
      #expect(try registry.runs().count == 8)
    }
  }

  @Test func theFileIsWhereTheEnvironmentSays() {
    let home = ["HOME": "/home/ada"]
    func path(_ extra: [String: String]) -> String {
      RunRegistry.defaultPath(home.merging(extra) { $1 })
    }
    #expect(path([:]) == "/home/ada/.local/state/latent/runs.sqlite")
    #expect(path(["XDG_STATE_HOME": "/state"]) == "/state/latent/runs.sqlite")
    #expect(path(["XDG_STATE_HOME": "state"]) == "/home/ada/.local/state/latent/runs.sqlite")
    #expect(path(["XDG_STATE_HOME": "/state", "LATENT_HOME": "/work"]) == "/work/runs.sqlite")
    #expect(path(["LATENT_HOME": ""]) == "/home/ada/.local/state/latent/runs.sqlite")
  }
}
