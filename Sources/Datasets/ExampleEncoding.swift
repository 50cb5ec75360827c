import Files
import Foundation
import Synchronization
import Torch

/// Makes a vector of each example: an encoder that was trained elsewhere.
public protocol ExampleEncoding: Sendable {
  /// Numbers of a vector.
  var width: Int { get }
  /// Tells this encoder's vectors from another's.
  var fingerprint: String { get }
}

/// Makes a vector of each text.
public protocol TextEncoding: ExampleEncoding {
  /// A vector for each text, `[n, width]`.
  ///
  /// - Throws: `TensorError`.
  func vectors(of texts: [String]) throws -> Tensor
}

/// Makes a vector of each picture.
public protocol PictureEncoding: ExampleEncoding {
  /// A vector for each picture of levels from 0 to 1, `[n, 1 or 3, height, width]` of any size to `[n, width]`.
  ///
  /// - Throws: ``UserError`` where it reads no such pictures; `TensorError`.
  func vectors(of pictures: Tensor) throws -> Tensor
}

/// The encoders that sources may be read with.
///
/// A program says once how encoders are opened, since they stand on networks and those on nothing of the data.
public enum ExampleEncoders {
  /// Told of how many examples some are to be encoded, gives what is told how many are.
  public typealias Telling = @Sendable (_ count: Int) -> @Sendable (_ done: Int) -> Void

  private struct Opener {
    let names: Set<String>
    let folder: String?
    let telling: Telling?
    let open: @Sendable (String) throws -> any ExampleEncoding
  }

  private static let opener = Mutex<Opener?>(nil)
  private static let opened = Mutex<[String: any ExampleEncoding]>([:])

  /// Says which encoders have names, and how that of a name, or of a folder or file at a path, is opened.
  ///
  /// Vectors are kept in `folder`, or in the cache where none is given; `telling` hears how far long work is.
  public static func open(
    names: Set<String>, keeping folder: String? = nil, telling: Telling? = nil,
    by open: @escaping @Sendable (String) throws -> any ExampleEncoding
  ) {
    opener.withLock { $0 = Opener(names: names, folder: folder, telling: telling, open: open) }
  }

  /// What is told how many of `count` examples are encoded.
  static func tell(of count: Int) -> (@Sendable (Int) -> Void)? {
    opener.withLock { $0?.telling }.map { $0(count) }
  }

  /// Where vectors are kept.
  static var folder: String { opener.withLock { $0?.folder } ?? Share.cache("encoded") }

  /// Whether `name` names an encoder, and no folder.
  public static func isName(_ name: String) -> Bool {
    opener.withLock { $0?.names.contains(name) ?? false }
  }

  /// The encoder called `name`, opened when it is first asked for.
  ///
  /// - Throws: ``UserError`` where there is none.
  public static func encoder(_ name: String) throws -> any ExampleEncoding {
    try opened.withLock { opened in
      if let known = opened[name] { return known }
      guard let open = opener.withLock({ $0?.open }) else {
        throw UserError("this program has no encoders, so \(name) cannot be opened")
      }
      let new = try open(name)
      opened[name] = new
      return new
    }
  }

  /// The encoder of texts called `name`.
  ///
  /// - Throws: ``UserError`` where there is none, or it reads pictures.
  public static func textEncoder(_ name: String) throws -> any TextEncoding {
    guard let encoder = try encoder(name) as? any TextEncoding else {
      throw UserError("the encoder \(name) reads pictures, and no texts")
    }
    return encoder
  }
}

/// Examples as the vectors that an encoder makes of them; what was made once is kept, also for other runs.
final class EncodedExamples: Store {
  private let kept: KeptRows
  private let encode: @Sendable ([Int]) throws -> Tensor
  /// How many were encoded by this process, and who is told.
  private let progress = Mutex<(done: Int, tell: (@Sendable (Int) -> Void)?)>((0, nil))
  let shape: [Int]
  let count: Int
  var element: Element { .float32 }

  /// Examples that go through the encoder together.
  private static let batch = 32

  /// - Parameter encode: Vectors of the examples in these rows, `[rows, width]`.
  /// - Throws: ``UserError`` where the disk has no room for the vectors.
  init(
    _ encoder: any ExampleEncoding, count: Int, fingerprint: String,
    by encode: @escaping @Sendable ([Int]) throws -> Tensor
  ) throws {
    (self.encode, self.count, shape) = (encode, count, [encoder.width])
    kept = try KeptRows(
      name: "\(fingerprint)-\(encoder.fingerprint.prefix(16))", count: count,
      width: encoder.width, folder: ExampleEncoders.folder)
  }

  func prepare(_ rows: [Int]) throws {
    let missing = rows.filter { !kept.has($0) }
    for start in stride(from: 0, to: missing.count, by: Self.batch) {
      let part = Array(missing[start..<min(start + Self.batch, missing.count)])
      let vectors: [Float] = try encode(part).values()
      for (place, row) in part.enumerated() {
        kept.keep(vectors[place * width..<(place + 1) * width], at: row)
      }
      progress.withLock {
        if $0.done == 0 { $0.tell = ExampleEncoders.tell(of: count) }
        $0.done += part.count
        $0.tell?($0.done)
      }
    }
  }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    if kept.copy(row, to: out) { return }
    try prepare([row])
    try require(kept.copy(row, to: out), "example \(row) has a vector that is not finite")
  }
}

extension TextStore {
  /// A whole text, also where tokens would be cut.
  fileprivate func whole(_ row: Int) -> String {
    text.withUnsafeBytes { String(decoding: $0[lines[row]], as: UTF8.self) }
  }
}

extension Preprocessing {
  /// Texts as the examples that a space with a text encoder takes, one after another; nothing for other spaces.
  ///
  /// - Throws: ``UserError`` where the encoder is not at hand; `TensorError`.
  public func encoded(_ texts: [String]) throws -> [Float]? {
    guard let encoder else { return nil }
    return try standardised(ExampleEncoders.textEncoder(encoder).vectors(of: texts)).values()
  }

  /// Rows of numbers `[n, d]` as a space takes them that was fitted on such rows.
  public func standardised(_ x: Tensor) -> Tensor {
    guard !mean.isEmpty else { return x }
    return (x - Tensor(mean).unsqueezed(0)) / Tensor(deviation).unsqueezed(0)
  }
}

extension Opened {
  /// The same with the vectors that the encoder called `name` makes of the texts, or of the pictures.
  ///
  /// - Parameter size: Height and width that pictures are brought to first, where they are given.
  /// - Throws: ``UserError`` where there is nothing that it reads, or no such encoder.
  func encoded(by name: String, size: [Int]?) throws -> Opened {
    let encoder = try ExampleEncoders.encoder(name)
    func encoded(_ reading: Reading, _ part: String) throws -> Reading {
      var new = reading
      if let size { try new.resize(size, self.name) }
      let print = "\(fingerprint.prefix(32))\(size.map { "-\($0[0])x\($0[1])" } ?? "")-\(part)"
      new.content = .store(try vectors(new, encoder, fingerprint: print))
      (new.support, new.divisor, new.standardise) = (.real, 1, true)
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

  private func vectors(
    _ reading: Reading, _ encoder: any ExampleEncoding, fingerprint: String
  ) throws -> EncodedExamples {
    guard case .store(let store) = reading.content else {
      throw UserError("\(name) holds no texts and no pictures, so --encoder has no meaning")
    }
    switch encoder {
    case let encoder as any TextEncoding:
      guard let texts = store as? TextStore else {
        throw UserError("\(name) holds no texts, which this --encoder reads")
      }
      return try EncodedExamples(encoder, count: store.count, fingerprint: fingerprint) { rows in
        try encoder.vectors(of: rows.map(texts.whole))
      }
    case let encoder as any PictureEncoding:
      guard store.shape.count == 3, [1, 3].contains(store.shape[0]), reading.support != .real else {
        throw UserError("\(name) holds no pictures, which this --encoder reads")
      }
      let levels = Examples(
        store: store, labels: nil, factorValues: nil, finish: Finish(divisor: reading.divisor))
      return try EncodedExamples(encoder, count: store.count, fingerprint: fingerprint) { rows in
        try encoder.vectors(of: levels.batch(rows).x)
      }
    default: throw UserError("this --encoder reads neither texts nor pictures")
    }
  }
}
