import Files
import Foundation

/// The programs in Python that open what Latent writes, where `Scripts/peers exchange` has brought them.
public enum Peer {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Whether they are there; tests that need them are skipped where they are not.
  public static let isThere = FileManager.default.fileExists(atPath: root + "/.venv-exchange/made")

  /// What a test that is skipped says.
  public static let reason =
    "the programs in Python are not there; Scripts/peers exchange brings them"

  /// The JSON object that the script `Tests/Peers/NAME.py` prints for `words`.
  public static func answer(_ name: String, _ words: String...) throws -> [String: Any] {
    let folder = NSTemporaryDirectory() + "peer-" + UUID().uuidString
    try makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: root + "/.venv-exchange/bin/python")
    process.arguments = ["-W", "ignore", "\(root)/Tests/Peers/\(name).py"] + words
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let (out, err) = (folder + "/stdout", folder + "/stderr")
    for path in [out, err] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    try process.run()
    process.waitUntilExit()
    let said = String(decoding: try MappedFile(err).data, as: UTF8.self)
    try require(process.terminationStatus == 0, "\(name).py failed: \(said.suffix(2000))")
    // Programs may print a line of their own before the answer.
    let last = try MappedFile(out).data.split(separator: UInt8(ascii: "\n")).last ?? Data()
    return try JSONSerialization.jsonObject(with: Data(last)) as? [String: Any] ?? [:]
  }
}
