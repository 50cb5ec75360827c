import Files
import Foundation
import Torch

extension NPY {
  /// Writes `tensor` in the format that `numpy.load` reads: whole numbers as int64, others as float32.
  ///
  /// - Throws: ``UserError`` where `path` cannot be written, or the tensor's error.
  public static func write(_ tensor: Tensor, to path: String) throws {
    let isWhole = [DType.uint8, .int8, .int16, .int32, .int64, .bool].contains(tensor.dtype)
    let data = try tensor.to(isWhole ? .int64 : .float32).contiguous().bytes()
    try AtomicFile.write(to: path) { file in
      try file.append(Data(headerBytes(shape: tensor.shape, type: isWhole ? "<i8" : "<f4")))
      try file.append(data)
    }
  }

  /// Writes `rows` rows of `width` numbers, float32, of which `body` appends some at a time.
  ///
  /// - Throws: ``UserError`` where `path` cannot be written or other than so many rows came, what `body` throws, or the
  ///   tensors' error.
  public static func write(
    rows: Int, width: Int, to path: String,
    _ body: (_ append: (Tensor) throws -> Void) throws -> Void
  ) throws {
    try AtomicFile.write(to: path) { file in
      try file.append(Data(headerBytes(shape: [rows, width], type: "<f4")))
      var written = 0
      try withoutActuallyEscaping({ (part: Tensor) in
        try require(
          part.rank == 2 && part.size(1) == width,
          "\(path) takes rows of \(width) numbers, not of shape \(part.shape)")
        try file.append(part.to(.float32).contiguous().bytes())
        written += part.size(0)
      }) { try body($0) }
      try require(written == rows, "\(path) was to have \(rows) rows, and \(written) came")
    }
  }

  /// The array of numbers in the file at `path`, as 32-bit floats.
  ///
  /// - Throws: ``UserError`` where the file is damaged, or holds anything but numbers.
  public static func read(_ path: String) throws -> Tensor {
    let file = try MappedFile(path)
    let array = try array(.mapped(file), from: 0, count: file.bytes.count, path)
    return Tensor(array.floats(), shape: array.shape)
  }

  /// A version 1 header, padded so that the numbers start at a multiple of 64.
  package static func headerBytes(shape: [Int], type: String) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    let tuple = shape.count == 1 ? "(\(sizes))" : "(\(sizes.dropLast()))"
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(tuple), }"
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = UInt16(text.utf8.count)
    return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Swift.Array(text.utf8)
  }
}

extension NPY {
  /// `values` in row-major order as a file's bytes, float32.
  public static func data(_ values: [Float], shape: [Int]) -> Data {
    var data = Data(headerBytes(shape: shape, type: "<f4"))
    values.withUnsafeBytes { data.append(contentsOf: $0) }
    return data
  }

  /// `values` in row-major order as a file's bytes, int64.
  public static func data(_ values: [Int64], shape: [Int]) -> Data {
    var data = Data(headerBytes(shape: shape, type: "<i8"))
    values.withUnsafeBytes { data.append(contentsOf: $0) }
    return data
  }

  /// The array of numbers in a file's bytes, in single precision.
  ///
  /// - Throws: ``UserError`` naming `name` where they are damaged, or hold what is no finite number.
  public static func numbers(
    in data: Data, named name: String
  ) throws -> (values: [Float], shape: [Int]) {
    try inOneLine {
      let array = try array(.owned([UInt8](data)), from: 0, count: data.count, name)
      let values = array.floats()
      if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw UserError("\(name) holds \(values[place]) at place \(place), not a finite number")
      }
      return (values, array.shape)
    }
  }
}
