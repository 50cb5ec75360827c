import Files
import Foundation
import Synchronization
import Torch

/// Makes a vector of each text: an encoder that was trained elsewhere.
public protocol TextEncoding: Sendable {
  /// Numbers of a vector.
  var width: Int { get }
  /// Tells this encoder's vectors from another's.
  var fingerprint: String { get }
  /// A vector for each text, `[n, width]`.
  ///
  /// - Throws: `TensorError`.
  func vectors(of texts: [String]) throws -> Tensor
}

/// The text encoders that sources may be read with.
///
/// A program says once how encoders are opened, since they stand on networks and those on nothing of the data.
public enum TextEncoders {
  private typealias Opener = @Sendable (String) throws -> any TextEncoding
  private static let opener = Mutex<(names: Set<String>, folder: String?, open: Opener)?>(nil)
  private static let opened = Mutex<[String: any TextEncoding]>([:])

  /// Says which encoders have names, and how that of a name, or of a folder at a path, is opened.
  ///
  /// Vectors are kept in `folder`, or in the cache where none is given.
  public static func open(
    names: Set<String>, keeping folder: String? = nil,
    by open: @escaping @Sendable (String) throws -> any TextEncoding
  ) {
    opener.withLock { $0 = (names, folder, open) }
  }

  /// Where vectors are kept.
  static var folder: String { opener.withLock { $0?.folder } ?? Share.cache("texts") }

  /// Whether `name` names an encoder, and no folder.
  public static func isName(_ name: String) -> Bool {
    opener.withLock { $0?.names.contains(name) ?? false }
  }

  /// The encoder called `name`, opened when it is first asked for.
  ///
  /// - Throws: ``UserError`` where there is none.
  public static func encoder(_ name: String) throws -> any TextEncoding {
    try opened.withLock { opened in
      if let known = opened[name] { return known }
      guard let open = opener.withLock({ $0?.open }) else {
        throw UserError("this program has no text encoders, so \(name) cannot be opened")
      }
      let new = try open(name)
      opened[name] = new
      return new
    }
  }
}

/// Texts as the vectors that an encoder makes of them; what was made once is kept, also for other runs.
final class EncodedTexts: Store {
  private let base: TextStore
  private let encoder: any TextEncoding
  private let kept: KeptRows
  let shape: [Int]
  var count: Int { base.count }
  var element: Element { .float32 }

  /// Texts that go through the encoder together.
  private static let batch = 32

  /// - Throws: ``UserError`` where the disk has no room for the vectors.
  init(_ base: TextStore, _ encoder: any TextEncoding, fingerprint: String) throws {
    (self.base, self.encoder, shape) = (base, encoder, [encoder.width])
    kept = try KeptRows(
      name: "\(fingerprint)-\(encoder.fingerprint.prefix(16))", count: base.count,
      width: encoder.width, folder: TextEncoders.folder)
  }

  func prepare(_ rows: [Int]) throws {
    let missing = rows.filter { !kept.has($0) }
    for start in stride(from: 0, to: missing.count, by: Self.batch) {
      let part = missing[start..<min(start + Self.batch, missing.count)]
      let vectors: [Float] = try encoder.vectors(of: part.map(text)).values()
      for (place, row) in part.enumerated() {
        kept.keep(vectors[place * encoder.width..<(place + 1) * encoder.width], at: row)
      }
    }
  }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    if kept.copy(row, to: out) { return }
    try prepare([row])
    try require(kept.copy(row, to: out), "text \(row) has a vector that is not finite")
  }

  /// The whole text, also where tokens would be cut.
  private func text(_ row: Int) -> String {
    base.text.withUnsafeBytes { String(decoding: $0[base.lines[row]], as: UTF8.self) }
  }
}

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

extension Preprocessing {
  /// Texts as the examples that a space with a text encoder takes, one after another; nothing for other spaces.
  ///
  /// - Throws: ``UserError`` where the encoder is not at hand; `TensorError`.
  public func encoded(_ texts: [String]) throws -> [Float]? {
    guard let encoder else { return nil }
    return try standardised(TextEncoders.encoder(encoder).vectors(of: texts)).values()
  }

  /// Rows of numbers `[n, d]` as a space takes them that was fitted on such rows.
  public func standardised(_ x: Tensor) -> Tensor {
    guard !mean.isEmpty else { return x }
    return (x - Tensor(mean).unsqueezed(0)) / Tensor(deviation).unsqueezed(0)
  }
}

extension Opened {
  /// The same with the vectors that the encoder called `name` makes of the texts.
  ///
  /// - Throws: ``UserError`` where there are no texts, or no such encoder.
  func encoded(by name: String) throws -> Opened {
    let encoder = try TextEncoders.encoder(name)
    func encoded(_ reading: Reading, _ part: String) throws -> Reading {
      guard case .store(let store as TextStore) = reading.content else {
        throw UserError("\(self.name) holds no texts, so --encoder has no meaning")
      }
      var new = reading
      new.content = .store(
        try EncodedTexts(store, encoder, fingerprint: "\(fingerprint.prefix(32))-\(part)"))
      (new.support, new.standardise) = (.real, true)
      return new
    }
    var new = self
    new.train = try encoded(train, "train")
    new.test = try test.map { try encoded($0, "test") }
    var digest = Fingerprint()
    digest.add("\(fingerprint) \(encoder.fingerprint)")
    new.fingerprint = digest.hex()
    return new
  }
}
