import Files
import Foundation
import GoldenFixtures

@testable import Datasets

/// A file that `Tests/Golden/archives.py` wrote, and what it holds.
struct Archive: Decodable {
  /// An array in row order.
  struct Array: Decodable {
    let shape: [Int]
    let values: [Double]
  }

  let name: String
  let bytes: Data
  let arrays: [String: Array]
  let texts: [String: [String]]

  /// The archive called `name`.
  init(_ name: String) throws {
    guard let found = try golden("archives", as: [Archive].self).first(where: { $0.name == name })
    else { throw UserError("archives.json has no \(name)") }
    self = found
  }

  /// The bytes with each `old` in them replaced by `new`, which is as long.
  func replacing(_ old: [UInt8], _ new: [UInt8]) throws -> [UInt8] {
    var bytes = self.bytes
    var place = bytes.startIndex
    var found = 0
    while let range = bytes.range(of: Data(old), in: place..<bytes.endIndex) {
      bytes.replaceSubrange(range, with: new)
      place = range.upperBound
      found += 1
    }
    try require(found > 0 && old.count == new.count, "\(name) does not hold \(old)")
    return [UInt8](bytes)
  }
}

/// A whole number in the order of zip and MATLAB files.
func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) }
}

/// The most memory that this process ever had addresses for; 0 where the system does not say.
func peakOfAddresses() throws -> Int {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
    return 0
  }
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmPeak:") }
  return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) << 10
}
