import Files
import Foundation

/// Runs the built programs as a person does.
struct Command {
  let status: Int32
  let output: String
  let talk: String

  /// The folder that the build put programs and tests in.
  static let products: String = {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
    let folder = bundle.components(separatedBy: "/").prefix { !$0.contains(".xctest") }
    let found = folder.joined(separator: "/")
    if FileManager.default.isExecutableFile(atPath: found + "/latent-engine") { return found }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent(".build/debug").path
  }()

  /// Runs `latent` with `words` in `folder`, with a registry of its own there.
  init(
    _ words: [String], in folder: String, program: String = "latent", input: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    self = try Running(
      words, in: folder, program: program, input: input, environment: environment
    ).ended()
  }

  /// A program that was started.
  struct Running {
    let process = Process()
    private let out, err: String

    /// Starts it; programs of one folder that run side by side have a `name` each for what they say.
    init(
      _ words: [String], in folder: String, program: String = "latent", input: String? = nil,
      environment more: [String: String] = [:], name: String = ""
    ) throws {
      process.executableURL = URL(
        fileURLWithPath: program.hasPrefix("/") ? program : "\(Command.products)/\(program)")
      process.arguments = words
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      var environment = ProcessInfo.processInfo.environment
      environment["LATENT_HOME"] = folder
      environment["OMP_NUM_THREADS"] = "1"
      environment["LATENT_DATA"] = nil
      process.environment = environment.merging(more) { $1 }
      (out, err) = ("\(folder)/stdout\(name)", "\(folder)/stderr\(name)")
      for path in [out, err] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
      process.standardOutput = FileHandle(forWritingAtPath: out)
      process.standardError = FileHandle(forWritingAtPath: err)
      if let input {
        try AtomicFile.write(Data(input.utf8), to: folder + "/stdin")
        process.standardInput = FileHandle(forReadingAtPath: folder + "/stdin")
      }
      try process.run()
    }

    /// What came of it, once it has ended.
    func ended() throws -> Command {
      process.waitUntilExit()
      return Command(
        status: process.terminationStatus,
        output: String(decoding: try MappedFile(out).data, as: UTF8.self),
        talk: String(decoding: try MappedFile(err).data, as: UTF8.self))
    }
  }

  private init(status: Int32, output: String, talk: String) {
    (self.status, self.output, self.talk) = (status, output, talk)
  }

  /// The result as JSON.
  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
  }

  /// The result as a JSON list of objects.
  var array: [[String: Any]] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]]) ?? []
  }

  /// What was said, without the last line break.
  var sentence: String { talk.trimmingCharacters(in: .newlines) }
}
