import Foundation

/// What `family.json` holds, which `make.py` wrote.
///
/// - Throws: `DecodingError`, or that there is no such file.
public func golden<Content: Decodable>(
  _ family: String, as type: Content.Type = Content.self
) throws -> Content {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  let data = try Data(contentsOf: folder.appending(path: "\(family).json"))
  return try JSONDecoder().decode(type, from: data)
}
