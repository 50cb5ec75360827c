import Files
import Foundation

/// Named tensors in a file that cannot hold code, exactly as the Python package `safetensors` reads and writes them.
///
/// - Source: Hugging Face, *Safetensors*, format 0.4: eight bytes of header length, a JSON header, the data.
public struct Safetensors {
  /// Tensors by name.
  public var tensors: [String: Tensor]
  /// Free text that travels with them.
  public var metadata: [String: String]

  /// The given tensors and text.
  public init(_ tensors: [String: Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  private static let names: [(String, DType)] = [
    ("F32", .float32), ("F64", .float64), ("F16", .float16), ("BF16", .bfloat16), ("I64", .int64),
    ("I32", .int32), ("I16", .int16), ("I8", .int8), ("U8", .uint8), ("BOOL", .bool),
  ]
  private static let longestHeader = 100_000_000

  private struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }

  private enum Field: Codable {
    case entry(Entry)
    case metadata([String: String])

    init(from decoder: any Decoder) throws {
      let entry = try? Entry(from: decoder)
      self = try entry.map(Field.entry) ?? .metadata([String: String](from: decoder))
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .entry(let entry): try entry.encode(to: encoder)
      case .metadata(let text): try text.encode(to: encoder)
      }
    }
  }

  /// Opens the file at `path`; the tensors are its pages, read when touched.
  ///
  /// - Throws: `UserError` that says what is wrong with the file.
  public init(opening path: String) throws {
    let file = try MappedFile(path)
    func wrong(_ what: String) -> UserError {
      UserError("\(path) is not a sound safetensors file: \(what)")
    }
    guard file.bytes.count >= 8 else { throw wrong("it has only \(file.bytes.count) bytes") }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    let rest = file.bytes.count - 8
    guard length <= UInt64(min(rest, Self.longestHeader)) else {
      throw wrong("it claims a header of \(length) bytes, and \(rest) follow")
    }
    let header = UnsafeRawBufferPointer(rebasing: file.bytes[8..<8 + Int(length)])
    let data = UnsafeRawBufferPointer(rebasing: file.bytes[(8 + Int(length))...])
    guard let fields = try? JSONDecoder().decode([String: Field].self, from: Data(header)) else {
      throw wrong("its header is not the JSON of that format")
    }
    self.init([:])
    for (name, field) in fields {
      switch field {
      case .metadata(let text):
        guard name == "__metadata__" else { throw wrong("the entry \(name) has no type and shape") }
        metadata = text
      case .entry(let entry):
        tensors[name] = try Self.tensor(entry, data, owner: file) { wrong("tensor \(name) \($0)") }
      }
    }
    try Self.checkLayout(fields, data.count) { wrong($0) }
  }

  private static func tensor(
    _ entry: Entry, _ data: UnsafeRawBufferPointer, owner: MappedFile,
    _ wrong: (String) -> UserError
  ) throws -> Tensor {
    guard let type = names.first(where: { $0.0 == entry.dtype })?.1 else {
      throw wrong("has the unknown type \(entry.dtype)")
    }
    guard entry.data_offsets.count == 2, entry.data_offsets[0] >= 0,
      entry.data_offsets[0] <= entry.data_offsets[1], entry.data_offsets[1] <= data.count
    else { throw wrong("lies outside the file") }
    guard let size = Tensor.bytes(of: entry.shape, type) else {
      throw wrong("has the impossible shape \(entry.shape)")
    }
    let range = entry.data_offsets[0]..<entry.data_offsets[1]
    guard size == range.count else {
      throw wrong("of shape \(entry.shape) needs \(size) bytes, and the file gives \(range.count)")
    }
    let bytes = UnsafeRawBufferPointer(rebasing: data[range])
    // A kernel may assume that elements are aligned; files of other writers need not align them.
    let aligned = bytes.baseAddress.map { Int(bitPattern: $0) % type.size == 0 } ?? false
    let tensor =
      aligned
      ? Tensor(borrowing: bytes, shape: entry.shape, type: type, owner: owner)
      : Tensor(copying: bytes, shape: entry.shape, type: type)
    // Such as an empty array beside sizes that no stride can span.
    guard tensor.error == nil else { throw wrong("has the impossible shape \(entry.shape)") }
    return tensor
  }

  /// The tensors cover the data without overlap or gap, as the Python package demands.
  private static func checkLayout(
    _ fields: [String: Field], _ count: Int, _ wrong: (String) -> UserError
  ) throws {
    let ranges = fields.values.compactMap { field -> (Int, Int)? in
      guard case .entry(let entry) = field else { return nil }
      return (entry.data_offsets[0], entry.data_offsets[1])
    }.sorted { $0 < $1 }
    var end = 0
    for range in ranges {
      try require(range.0 >= end, wrong("two of its tensors overlap").description)
      guard range.0 == end else { break }
      end = range.1
    }
    try require(end == count, wrong("\(end) of its \(count) bytes belong to tensors").description)
  }

  /// Writes the file at `path`, tensors in the order of their names.
  ///
  /// - Throws: `TensorError` that a tensor carries, or `UserError` for the system's reason.
  public func write(to path: String) throws {
    var fields: [String: Field] = metadata.isEmpty ? [:] : ["__metadata__": .metadata(metadata)]
    var offset = 0
    // The widest elements first keep every tensor aligned.
    let ordered = tensors.sorted { ($1.value.dtype.size, $0.key) < ($0.value.dtype.size, $1.key) }
    for (name, tensor) in ordered {
      try tensor.checked()
      guard let code = Self.names.first(where: { $0.1 == tensor.dtype })?.0 else {
        throw UserError("cannot write \(name) to \(path): safetensors has no type \(tensor.dtype)")
      }
      let end = offset + tensor.count * tensor.dtype.size
      fields[name] = .entry(Entry(dtype: code, shape: tensor.shape, data_offsets: [offset, end]))
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var header = try encoder.encode(fields)
    header.append(
      contentsOf: Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    try AtomicFile.write(to: path) { file in
      var length = UInt64(header.count).littleEndian
      try file.append(Data(bytes: &length, count: 8))
      try file.append(header)
      for (_, tensor) in ordered { try file.append(tensor.bytes()) }
    }
  }
}
