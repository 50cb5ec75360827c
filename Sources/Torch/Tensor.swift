import CTorch
import Foundation

typealias Handle = UnsafeMutablePointer<ct_tensor>

/// Why an operator gave no array: its name, the shapes it was given, and libtorch's reason.
public struct TensorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The operator that failed.
  public let name: String
  /// One sentence with the operator, the shapes and the reason.
  public let description: String

  /// The error of an operation called `name` on arrays of `shapes`.
  public init(_ name: String, shapes: [[Int]], reason: String) {
    self.name = name
    let given = shapes.isEmpty ? "" : " of \(shapes.map(\.description).joined(separator: " and "))"
    let line = reason.split(separator: "\n").first.map(String.init) ?? "unknown failure"
    description = "\(name)\(given): \(line)"
  }
}

/// An array of numbers on a device, or the error that prevented it.
///
/// Operators never throw. One that fails returns a tensor that carries its error, later operators pass
/// it on, and it is thrown where values leave: ``values()``, ``value()``, gradients, saving.
/// Operators give new tensors; only optimisers and ``assign(_:)`` change one in place.
public struct Tensor: @unchecked Sendable {
  let storage: Storage

  final class Storage {
    let handle: Handle?
    let error: TensorError?

    init(_ handle: Handle?, error: TensorError? = nil) {
      self.handle = handle
      self.error = error
    }

    deinit { ct_free(handle) }
  }

  /// Takes over what the operator `name` returned for `inputs`.
  init(_ handle: Handle?, _ name: String, _ inputs: @autoclosure () -> [Tensor]) {
    if let handle {
      storage = Storage(handle)
    } else {
      let reason = String(cString: ct_error())
      let error = TensorError(name, shapes: inputs().map(\.shape), reason: reason)
      storage = Storage(nil, error: error)
    }
  }

  /// A tensor that carries `error`.
  public init(error: TensorError) { storage = Storage(nil, error: error) }

  /// What prevented this tensor, if something did.
  public var error: TensorError? { storage.error }

  /// The handle, for operators that cannot pass an error on.
  func handle() throws -> Handle {
    guard let handle = storage.handle else {
      throw storage.error ?? TensorError("tensor", shapes: [], reason: "no value")
    }
    return handle
  }

  private func read<Result>(_ otherwise: Result, _ body: (Handle) -> Result) -> Result {
    guard let handle = storage.handle else { return otherwise }
    return withExtendedLifetime(storage) { body(handle) }
  }

  /// Sizes of the axes; empty for a scalar and for a tensor that carries an error.
  public var shape: [Int] {
    read([]) { handle in (0..<ct_rank(handle)).map { Int(ct_size(handle, $0)) } }
  }
  /// Number of axes.
  public var rank: Int { read(0) { Int(ct_rank($0)) } }
  /// Number of elements.
  public var count: Int { read(0) { Int(ct_count($0)) } }
  /// Type of the elements.
  public var dtype: DType { read(.float32) { DType(rawValue: ct_dtype($0)) ?? .float32 } }
  /// Where the elements live.
  public var device: Device { read(.cpu) { Device(code: ct_device($0)) } }
  /// Whether the elements lie in row-major order without gaps.
  public var isContiguous: Bool { read(true) { ct_is_contiguous($0) } }

  /// Size of axis `axis`, counted from the end when negative.
  public func size(_ axis: Int) -> Int {
    let shape = shape
    let index = axis < 0 ? axis + shape.count : axis
    return shape.indices.contains(index) ? shape[index] : 0
  }

  /// This tensor, or the error it carries thrown.
  @discardableResult public func checked() throws -> Tensor {
    if let error { throw error }
    return self
  }

  /// All elements in row-major order, converted to `Element`.
  ///
  /// - Throws: ``TensorError`` that this tensor carries.
  public func values<Element: TensorElement>(as type: Element.Type = Element.self) throws
    -> [Element]
  {
    let handle = try handle()
    let count = count
    let result = try [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = count * MemoryLayout<Element>.stride
      let place = buffer.baseAddress.map(UnsafeMutableRawPointer.init)
      guard let place, count > 0 else { return }
      guard ct_read(handle, Element.dtype.rawValue, place, bytes) else {
        throw TensorError("values", shapes: [shape], reason: String(cString: ct_error()))
      }
      filled = count
    }
    withExtendedLifetime(storage) {}
    return result
  }

  /// All elements in row-major order as 32-bit floats.
  ///
  /// - Throws: ``TensorError`` that this tensor carries.
  public func values() throws -> [Float] { try values(as: Float.self) }

  /// All elements in row-major order, whole numbers that are places in an array.
  ///
  /// - Throws: ``TensorError`` that this tensor carries.
  public func places() throws -> [Int] { try values(as: Int64.self).map(Int.init) }

  /// The bytes of all elements in row-major order.
  ///
  /// - Throws: ``TensorError`` that this tensor carries.
  public func bytes() throws -> Data {
    let handle = try handle()
    var data = Data(count: count * dtype.size)
    let ok = data.withUnsafeMutableBytes { buffer in
      guard let place = buffer.baseAddress else { return true }
      return ct_read(handle, ct_dtype(handle), place, buffer.count)
    }
    withExtendedLifetime(storage) {}
    guard ok else {
      throw TensorError("bytes", shapes: [shape], reason: String(cString: ct_error()))
    }
    return data
  }

  /// The only element.
  ///
  /// - Throws: ``TensorError`` that this tensor carries, or when it has not exactly one element.
  public func value() throws -> Double {
    let handle = try handle()
    var ok = false
    let value = ct_item(handle, &ok)
    withExtendedLifetime(storage) {}
    guard ok else {
      throw TensorError("value", shapes: [shape], reason: String(cString: ct_error()))
    }
    return value
  }

  /// Copies the elements of `other` into this tensor, outside any graph.
  ///
  /// - Throws: ``TensorError`` when either carries one, or the shapes differ.
  public func assign(_ other: Tensor) throws {
    let (into, from) = (try handle(), try other.handle())
    guard ct_assign(into, from) else {
      throw TensorError(
        "assign", shapes: [shape, other.shape], reason: String(cString: ct_error()))
    }
    withExtendedLifetime((storage, other.storage)) {}
  }

  /// Copies the rows `[m, …]` of `rows` into this tensor's rows at the places `index`, int64 `[m]`, outside any graph.
  ///
  /// - Throws: ``TensorError`` when one of them carries one, the shapes do not fit, or a place is not there.
  public func assign(_ rows: Tensor, at index: Tensor) throws {
    let (into, places, from) = (try handle(), try index.handle(), try rows.handle())
    guard ct_assign_rows(into, places, from) else {
      throw TensorError(
        "assign", shapes: [shape, index.shape, rows.shape], reason: String(cString: ct_error()))
    }
    withExtendedLifetime((storage, index.storage, rows.storage)) {}
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    if let error { return "Tensor(\(error))" }
    let values = ((try? self.values(as: Double.self)) ?? []).prefix(12).map { "\(Float($0))" }
    let dots = count > 12 ? ", …" : ""
    return "Tensor\(shape)(\(values.joined(separator: ", "))\(dots))"
  }
}

// Every operator goes through one of these, which keep the operands alive during the call.

func op(_ name: String, _ a: Tensor, _ body: (Handle) -> Handle?) -> Tensor {
  guard let handle = a.storage.handle else { return a }
  return withExtendedLifetime(a.storage) { Tensor(body(handle), name, [a]) }
}

func op(_ name: String, _ a: Tensor, _ b: Tensor, _ body: (Handle, Handle) -> Handle?) -> Tensor {
  guard let left = a.storage.handle else { return a }
  guard let right = b.storage.handle else { return b }
  return withExtendedLifetime((a.storage, b.storage)) { Tensor(body(left, right), name, [a, b]) }
}

func op(
  _ name: String, _ a: Tensor, _ b: Tensor, _ c: Tensor, _ body: (Handle, Handle, Handle) -> Handle?
) -> Tensor {
  guard let one = a.storage.handle else { return a }
  guard let two = b.storage.handle else { return b }
  guard let three = c.storage.handle else { return c }
  return withExtendedLifetime((a.storage, b.storage, c.storage)) {
    Tensor(body(one, two, three), name, [a, b, c])
  }
}

typealias Handles = UnsafePointer<UnsafePointer<ct_tensor>>

func op(_ name: String, all tensors: [Tensor], _ body: (Handles, Int) -> Handle?) -> Tensor {
  if let failed = tensors.first(where: { $0.error != nil }) { return failed }
  return withHandles(tensors) { Tensor(body($0, $1), name, tensors) }
}

/// Lends the handles of tensors that carry no error.
func withHandles<Result>(_ tensors: [Tensor], _ body: (Handles, Int) throws -> Result) rethrows
  -> Result
{
  // One spare element, so that the pointer exists for an empty list too.
  let placeholder = UnsafePointer<ct_tensor>(bitPattern: 1)
  var handles = tensors.compactMap { $0.storage.handle.map { UnsafePointer($0) } }
  if handles.isEmpty, let placeholder { handles.append(placeholder) }
  return try withExtendedLifetime(tensors) {
    try handles.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("no handles") }
      return try body(start, tensors.count)
    }
  }
}

/// For operators with several results, in order.
func ops(
  _ name: String, _ a: Tensor, results: Int, _ body: (Handle, UnsafeMutablePointer<Handle?>) -> Bool
) -> [Tensor] {
  guard let handle = a.storage.handle else { return Array(repeating: a, count: results) }
  return withExtendedLifetime(a.storage) {
    withUnsafeTemporaryAllocation(of: Handle?.self, capacity: results) { out in
      out.initialize(repeating: nil)
      guard let start = out.baseAddress, body(handle, start) else {
        return Array(repeating: Tensor(nil, name, [a]), count: results)
      }
      return out.map { Tensor($0, name, [a]) }
    }
  }
}

extension [Int] {
  /// Lends the numbers as C's 64-bit integers.
  func lend<Result>(_ body: (UnsafePointer<Int64>, Int) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: Swift.max(count, 1)) { buffer in
      for (index, value) in enumerated() { buffer.initializeElement(at: index, to: Int64(value)) }
      guard let start = buffer.baseAddress else { preconditionFailure("no memory for sizes") }
      return body(UnsafePointer(start), count)
    }
  }
}
