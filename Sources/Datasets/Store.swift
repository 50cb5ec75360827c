import Files
import Foundation

/// Examples in the form in which they were stored, fetched one at a time.
protocol Store: Sendable {
  /// Number of examples.
  var count: Int { get }
  /// Shape of one example.
  var shape: [Int] { get }
  /// Type of one number.
  var element: Element { get }
  /// Whether the bytes of a number are in the order this machine does not use.
  var swapped: Bool { get }
  /// Whether all examples are in memory or mapped, and known to be finite.
  var checked: Bool { get }
  /// Writes the numbers of example `row` to `out`, which has room for exactly one example.
  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws
  /// Told which examples are fetched next, so that what is slow for one may be done for all.
  func prepare(_ rows: [Int]) throws
}

extension Store {
  var swapped: Bool { false }
  var checked: Bool { true }
  func prepare(_ rows: [Int]) throws {}
  var width: Int { shape.reduce(1, *) }
  var bytesPerExample: Int { width * element.width }
}

/// Bytes of this process, or of a file that the system pages in.
enum Bytes: Sendable {
  case owned([UInt8])
  case mapped(MappedFile)

  var count: Int {
    switch self {
    case .owned(let bytes): bytes.count
    case .mapped(let file): file.bytes.count
    }
  }

  /// Tells the system that a file too large to stay in memory is read here and there from now on:
  /// reading ahead would fetch thirty times as much as shuffled examples need.
  func expectShuffledReads() {
    guard case .mapped(let file) = self, let start = file.bytes.baseAddress,
      UInt64(file.bytes.count) > ProcessInfo.processInfo.physicalMemory / 2
    else { return }
    madvise(UnsafeMutableRawPointer(mutating: start), file.bytes.count, MADV_RANDOM)
  }

  func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    switch self {
    case .owned(let bytes): try bytes.withUnsafeBytes(body)
    case .mapped(let file): try withExtendedLifetime(file) { try body(file.bytes) }
    }
  }
}

/// Examples of one shape, one after another, or overlapping where they are windows of a series.
struct ArrayStore: Store {
  let bytes: Bytes
  /// Where the first example starts.
  var offset = 0
  let count: Int
  let shape: [Int]
  let element: Element
  var swapped = false
  /// Bytes from one example to the next; less than an example's size for overlapping windows.
  var stride: Int
  /// Whether the file has `[h, w, c]`, while an example is `[c, h, w]`.
  var channelsLast = false
  var checked = true

  init(_ bytes: Bytes, offset: Int = 0, count: Int, shape: [Int], element: Element) {
    self.bytes = bytes
    self.offset = offset
    self.count = count
    self.shape = shape
    self.element = element
    stride = shape.reduce(1, *) * element.width
  }

  init(_ values: [Float], count: Int, shape: [Int]) {
    self.init(
      .owned(values.withUnsafeBytes { Array($0) }), count: count, shape: shape, element: .float32)
  }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let start = offset + row * stride
    bytes.withUnsafeBytes { all in
      let example = UnsafeRawBufferPointer(rebasing: all[start..<start + bytesPerExample])
      if channelsLast, shape[0] > 1 {
        transpose(example, to: out)
      } else {
        out.copyMemory(from: example)
      }
    }
  }

  private func transpose(
    _ example: UnsafeRawBufferPointer, to out: UnsafeMutableRawBufferPointer
  ) {
    let channels = shape[0], pixels = shape[1] * shape[2], width = element.width
    var to = 0
    for c in 0..<channels {
      var from = c * width
      for _ in 0..<pixels {
        for byte in 0..<width { out[to + byte] = example[from + byte] }
        to += width
        from += channels * width
      }
    }
  }
}

/// Pictures of 8 bits, resized each time one is fetched.
struct ResizedStore: Store {
  let base: any Store
  let height: Int
  let width: Int
  var count: Int { base.count }
  var shape: [Int] { [base.shape[0], height, width] }
  var element: Element { .uint8 }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let plane = base.shape[1] * base.shape[2]
    var pixels = [UInt8](repeating: 0, count: base.bytesPerExample)
    try pixels.withUnsafeMutableBytes { try base.copy(row, to: $0) }
    for c in 0..<base.shape[0] {
      let image = Image(
        width: base.shape[2], height: base.shape[1], channels: 1,
        pixels: Array(pixels[c * plane..<(c + 1) * plane]))
      let part = image.resized(height: height, width: width).pixels
      UnsafeMutableRawBufferPointer(rebasing: out[c * part.count..<(c + 1) * part.count])
        .copyBytes(from: part)
    }
  }
}
