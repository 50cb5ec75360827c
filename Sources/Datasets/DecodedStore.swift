import Files
import Synchronization

/// Examples that are slow to fetch, kept as they were fetched first: whatever an epoch has seen once costs a copy.
final class DecodedStore: Store {
  private let base: any Store
  private let kept: ScratchMemory
  private let isKept: Mutex<[Bool]>

  var count: Int { base.count }
  var shape: [Int] { base.shape }
  var element: Element { base.element }
  var swapped: Bool { base.swapped }
  var checked: Bool { base.checked }

  /// - Throws: `UserError` where the disk has no room for all examples.
  init(_ base: any Store) throws {
    self.base = base
    kept = try ScratchMemory(count: base.count * base.bytesPerExample)
    isKept = Mutex([Bool](repeating: false, count: base.count))
  }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let start = row * bytesPerExample
    let place = UnsafeMutableRawBufferPointer(
      rebasing: kept.bytes[start..<start + bytesPerExample])
    if isKept.withLock({ $0[row] }) { return out.copyMemory(from: UnsafeRawBufferPointer(place)) }
    try base.copy(row, to: out)
    isKept.withLock { isKept in
      guard !isKept[row] else { return }
      place.copyMemory(from: UnsafeRawBufferPointer(out))
      isKept[row] = true
    }
  }
}
