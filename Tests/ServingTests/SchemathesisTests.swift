import Files
import Foundation
import HTTP
import Testing

@testable import Serving

/// The program that asks a server all that its OpenAPI document allows, and what it forbids.
enum Schemathesis {
  static let program: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent(".venv-serving/bin/schemathesis").path
  }()

  static let isHere = FileManager.default.isExecutableFile(atPath: program)
}

@Suite struct SchemathesisTests {
  /// What the document says, the server does: no failure of its own, no status, type or body that is not named, nothing
  /// taken that the document forbids, 405 for other methods.
  ///
  /// That all which the document allows is taken is not asked: shapes of examples are a space's own.
  @Test(.enabled(if: Schemathesis.isHere, "Scripts/peers serving brings schemathesis"))
  func theServerDoesWhatItsDocumentSays() throws {
    let access = Access(host: "127.0.0.1", token: "secret")
    let service = try Service(
      ["pictures", "table", "texts"].map(Spaces.path), access: access)
    let server = try Server(refusal: Service.refusal) { service.answer($0, $1) }
    defer { server.stop() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Schemathesis.program)
    process.arguments = [
      "run", "http://127.0.0.1:\(server.port)/openapi.json", "--header",
      "Authorization: Bearer secret",
      "--max-examples", "15", "--seed", "1", "--phases", "examples,coverage,fuzzing", "--no-color",
      "--exclude-checks", "positive_data_acceptance", "--request-timeout", "60",
    ]
    process.currentDirectoryURL = URL(fileURLWithPath: NSTemporaryDirectory())
    let log = NSTemporaryDirectory() + "schemathesis-\(getpid()).txt"
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    process.standardOutput = FileHandle(forWritingAtPath: log)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: try MappedFile(log).data, as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(text.suffix(4000))")
  }
}
