import Files
import Foundation
import HTTP

/// Files of the explorer page, all read when the server starts: what is not among them cannot be asked for.
struct Assets: Sendable {
  private struct File: Sendable {
    let type: String
    let bytes: Data
    let tag: String
  }

  private let files: [String: File]

  /// Whether there is no page.
  var isEmpty: Bool { files["index.html"] == nil }

  /// The files of the folder `explorer` beside the program, or of a checkout's sources.
  ///
  /// - Throws: ``UserError`` where one cannot be read.
  init() throws {
    var files: [String: File] = [:]
    if let folder = Share.folder("explorer", inSources: "Sources/Serving/Assets") {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
        guard let type = Self.types[(name as NSString).pathExtension] else { continue }
        files[name] = Self.file(try MappedFile("\(folder)/\(name)").data, type)
      }
    }
    if let path = Share.file("plotly.min.js"), let file = try? MappedFile(path) {
      files["plotly.min.js"] = Self.file(file.data, "text/javascript; charset=utf-8")
    }
    self.files = files
  }

  private static func file(_ bytes: Data, _ type: String) -> File {
    // FNV-1a: it only tells one version of a file from another.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return File(type: type, bytes: bytes, tag: "\"\(String(hash, radix: 36))\"")
  }

  private static let types = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
    "woff2": "font/woff2", "json": "application/json", "webmanifest": "application/manifest+json",
  ]

  /// The file called `name`, or that it has not changed since.
  func response(_ name: String, _ request: Request) throws -> Response {
    guard let file = files[name] else { throw Refusal(404, "there is no page \(printable(name))") }
    let isKnown = request.headers["if-none-match"] == file.tag
    return Response(
      isKnown ? 304 : 200, file.type, isKnown ? Data() : file.bytes,
      headers: [("Cache-Control", "no-cache"), ("ETag", file.tag)])
  }
}
