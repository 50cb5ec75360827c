import Catalog
import Evaluation
import Files
import Foundation
import MCP
import Manual

/// `latent mcp`: the verbs for an assistant, each call a command of its own.
enum Assistant {
  /// The verbs that are offered, where they exist: those that answer, or write where they are told to, and nowhere
  /// else.
  static let offered = [
    "systems", "find", "data", "runs", "show", "score", "encode", "decode", "sample", "reconstruct",
    "interpolate", "traverse", "edit", "neighbours", "map", "export", "report", "doctor",
  ]

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let folder = absoluteFolder(arguments.string("write-to") ?? "latent-mcp")
    let verbs = offered.compactMap { name in Verb.all.first { $0.name == name } }
    let tools = verbs.map(Tool.init).filter { !arguments.flag("read-only") || !$0.writes }
    let conversation = Conversation(tools, version: Latent.version, record: { record(of: $0) }) {
      name, flag, verb in
      try place(name, flag, of: verb, in: folder)
    }
    let process = ToolProcess(
      program: "/proc/self/exe".resolvedLink, seconds: arguments.number("seconds") ?? 300)
    let server = MCP.Server(conversation, output: 1, jobs: arguments.int("jobs") ?? 2) {
      words, ticket in
      var outcome = process.run(words, ticket)
      outcome.picture = picture(of: outcome)
      return outcome
    }
    console.say("latent mcp: \(tools.count) tools; what they write goes to \(folder)")
    server.serve(input: 0) { Interrupt.requested }
  }

  private static func record(of name: String) -> Data? {
    guard let row = try? Catalogue.row(named: name),
      let record = CheckReport.recorded(row.id)
    else { return nil }
    return try? JSONEncoder().encode(record)
  }

  private static func absoluteFolder(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// The path of a file or folder called `name` in `folder`, or of one that is free there.
  ///
  /// - Throws: `UserError` where the name leads out of the folder, also by a link.
  static func place(
    _ name: String?, _ flag: Flag, of verb: Verb, in folder: String
  ) throws -> String {
    try makeFolder(folder)
    guard let name else {
      let standard = flag.standard ?? verb.name
      let stem = (standard as NSString).deletingPathExtension
      let ending = (standard as NSString).pathExtension
      var number = 1
      while true {
        let last = stem + (number > 1 ? "-\(number)" : "") + (ending.isEmpty ? "" : "." + ending)
        guard FileManager.default.fileExists(atPath: "\(folder)/\(last)") else {
          return "\(folder)/\(last)"
        }
        number += 1
      }
    }
    let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
    let parts = path.split(separator: "/")
    guard !parts.contains(".."), !name.isEmpty, !name.contains("\0") else {
      throw UserError("--\(flag.name) \(name): name a place in \(folder)")
    }
    let root = folder.resolvedLink, above = parentFolder(of: path).deepestThere.resolvedLink
    var status = stat()
    let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    try require(
      (above == root || above.hasPrefix(root + "/")) && !isLink,
      "--\(flag.name) \(name) is outside of \(folder), the only folder that tools write to")
    try makeFolder(parentFolder(of: path))
    return path
  }

  /// The picture that a command says it drew, where it is small enough to be shown.
  private static func picture(of outcome: Conversation.Outcome) -> Data? {
    guard outcome.succeeded, let path = JSON(parsing: outcome.output)?["out"]?.text,
      path.hasSuffix(".png"), let file = try? MappedFile(path), file.bytes.count <= 1 << 20
    else { return nil }
    return file.data
  }
}

extension String {
  /// The path with all links followed, or as it is where there is nothing.
  fileprivate var resolvedLink: String {
    guard let found = realpath(self, nil) else { return self }
    defer { free(found) }
    return String(cString: found)
  }

  /// The longest beginning of the path that exists.
  fileprivate var deepestThere: String {
    var path = self
    while path != "/" && path != "." && !FileManager.default.fileExists(atPath: path) {
      path = parentFolder(of: path)
    }
    return path
  }
}
