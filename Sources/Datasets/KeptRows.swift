import Files
import Foundation

/// Rows of numbers in a file of the cache, each with a sum that says whether it was written in full.
final class KeptRows: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  private let scratch: ScratchMemory?
  private let width: Int
  private var stride: Int { 4 * width + 8 }

  /// The rows called `name`, of which none is there at first; where the cache cannot be written they last as long as the
  /// process.
  ///
  /// - Throws: ``UserError`` where there is no room for them.
  init(name: String, count: Int, width: Int, folder: String) throws {
    self.width = width
    let size = max(count, 1) * (4 * width + 8)
    if let mapped = Self.mapped("\(folder)/\(name)-\(count)x\(width).rows", size, folder) {
      (memory, scratch) = (mapped, nil)
    } else {
      let made = try ScratchMemory(count: size)
      (memory, scratch) = (made.bytes, made)
    }
  }

  deinit { if scratch == nil { munmap(memory.baseAddress, memory.count) } }

  private static func mapped(
    _ path: String, _ size: Int, _ folder: String
  ) -> UnsafeMutableRawBufferPointer? {
    guard (try? makeFolder(folder)) != nil else { return nil }
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard ScratchMemory.allocate(size, to: descriptor),
      let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      start != MAP_FAILED
    else { return nil }
    return UnsafeMutableRawBufferPointer(start: start, count: size)
  }

  /// What a row's numbers come to: never 0, so that what was not written is not taken for a row of zeros.
  private func sum(_ row: UnsafeRawBufferPointer) -> UInt64 {
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    for place in 0..<width {
      let bits = row.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)
      sum = (sum ^ UInt64(bits)) &* 0x100_0000_01b3
    }
    return sum | 1
  }

  private func record(_ row: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[row * stride..<(row + 1) * stride])
  }

  /// Whether a row is there, whole.
  func has(_ row: Int) -> Bool {
    let record = UnsafeRawBufferPointer(record(row))
    return record.loadUnaligned(fromByteOffset: 4 * width, as: UInt64.self) == sum(record)
  }

  /// Copies a row's numbers to `out`; false where it is not there.
  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) -> Bool {
    guard has(row) else { return false }
    out.copyMemory(from: UnsafeRawBufferPointer(rebasing: record(row)[0..<4 * width]))
    return true
  }

  /// Keeps the numbers of a row where all of them are finite.
  func keep(_ values: ArraySlice<Float>, at row: Int) {
    guard values.count == width, values.allSatisfy(\.isFinite) else { return }
    let record = record(row)
    values.withUnsafeBytes { record.copyMemory(from: $0) }
    record.storeBytes(
      of: sum(UnsafeRawBufferPointer(record)), toByteOffset: 4 * width, as: UInt64.self)
  }
}
