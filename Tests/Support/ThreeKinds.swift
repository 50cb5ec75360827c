import Datasets
import Foundation
import Torch

/// Points around three centres, as a person's table with the label `kind`.
///
/// - Throws: ``UserError``.
public func threeKinds() throws -> Source {
  let path = NSTemporaryDirectory() + "kinds-\(UUID().uuidString).csv"
  defer { try? FileManager.default.removeItem(atPath: path) }
  let noise = try RandomStream(3).normal([120, 2]).values(as: Double.self)
  let cells = (0..<120).map { row -> [String] in
    let kind = row % 3
    return [
      "\(Double(kind) * 2 + noise[2 * row])", "\(Double(kind * kind) + noise[2 * row + 1])",
      "kind\(kind)",
    ]
  }
  try CSV.write(header: ["a", "b", "kind"], rows: cells, to: path)
  var options = SourceOptions()
  options.labelColumn = "kind"
  return try Source.open(path, options)
}
