import CTorch

extension Tensor {
  /// Bytes that an array takes; nil for negative sizes and for more than a number can say.
  static func bytes(of shape: [Int], _ type: DType) -> Int? {
    var bytes = type.size
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return nil }
      bytes = product
    }
    return bytes
  }

  /// A copy of `bytes` read as elements of `type`; as many as `shape` holds must be there.
  public init(copying bytes: UnsafeRawBufferPointer, shape: [Int], type: DType) {
    let wanted = Self.bytes(of: shape, type)
    guard bytes.count == wanted else {
      let right = wanted.map { ", not \($0)" } ?? " for an impossible shape"
      self.init(
        error: TensorError(
          "tensor", shapes: [shape], reason: "\(bytes.count) bytes were given\(right)"))
      return
    }
    self.init(
      shape.lend { ct_copying(bytes.baseAddress, $0, $1, type.rawValue) }, "tensor", [])
  }

  /// An array of shape `shape` whose numbers `fill` writes, all of them, in row-major order.
  ///
  /// - Throws: what `fill` throws.
  public init<Element: TensorElement>(
    _ shape: [Int], filledBy fill: (UnsafeMutableBufferPointer<Element>) throws -> Void
  ) rethrows {
    var data: UnsafeMutableRawPointer?
    let made = Tensor(
      shape.lend { ct_unfilled($0, $1, Element.dtype.rawValue, &data) }, "tensor", [])
    // An optimised build would let the tensor go before its memory is written.
    try withExtendedLifetime(made) {
      guard made.error == nil, let data else { return }
      try fill(
        UnsafeMutableBufferPointer(
          start: data.assumingMemoryBound(to: Element.self), count: shape.reduce(1, *)))
    }
    self = made
  }

  /// Writes `bytes` as numbers over `divisor`, one for each, on the caller's own thread: for ``init(_:filledBy:)``.
  public static func levels(
    _ bytes: UnsafeRawBufferPointer, over divisor: Float, to out: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(bytes.count == out.count, "a byte for each number")
    guard let first = bytes.baseAddress, let to = out.baseAddress else { return }
    ct_levels(first.assumingMemoryBound(to: UInt8.self), out.count, divisor, to)
  }

  /// The numbers `values` in row-major order, in an array of shape `shape`.
  public init<Element: TensorElement>(_ values: [Element], shape: [Int]) {
    self = values.withUnsafeBytes { Tensor(copying: $0, shape: shape, type: Element.dtype) }
  }

  /// The vector of `values`.
  public init<Element: TensorElement>(_ values: [Element]) {
    self.init(values, shape: [values.count])
  }

  /// The scalar `value`.
  public init(_ value: Double, type: DType = .float32, device: Device = .cpu) {
    self = Tensor.full([], value, type: type, device: device)
  }

  /// Memory that someone else owns, seen as a tensor; `owner` is kept until nothing uses it.
  public init(
    borrowing bytes: UnsafeRawBufferPointer, shape: [Int], type: DType, owner: AnyObject
  ) {
    guard let start = bytes.baseAddress, bytes.count == Self.bytes(of: shape, type) else {
      self.init(copying: bytes, shape: shape, type: type)
      return
    }
    let context = Unmanaged.passRetained(owner).toOpaque()
    let handle = shape.lend { sizes, count in
      ct_borrowing(UnsafeMutableRawPointer(mutating: start), sizes, count, type.rawValue, context) {
        if let owner = $0 { Unmanaged<AnyObject>.fromOpaque(owner).release() }
      }
    }
    self.init(handle, "tensor", [])
  }

  /// `value` everywhere.
  public static func full(
    _ shape: [Int], _ value: Double, type: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    Tensor(shape.lend { ct_full($0, $1, value, type.rawValue, device.code) }, "full", [])
  }

  /// Zeros.
  public static func zeros(_ shape: [Int], type: DType = .float32, device: Device = .cpu) -> Tensor
  {
    full(shape, 0, type: type, device: device)
  }

  /// Ones.
  public static func ones(_ shape: [Int], type: DType = .float32, device: Device = .cpu) -> Tensor {
    full(shape, 1, type: type, device: device)
  }

  /// `start`, `start + step`, … below `end`.
  public static func range(
    _ start: Double, _ end: Double, by step: Double = 1, type: DType = .int64,
    device: Device = .cpu
  ) -> Tensor {
    Tensor(ct_arange(start, end, step, type.rawValue, device.code), "range", [])
  }

  /// `count` numbers from `start` through `end`, equally spaced.
  public static func linspace(
    _ start: Double, _ end: Double, count: Int, type: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    Tensor(ct_linspace(start, end, Int64(count), type.rawValue, device.code), "linspace", [])
  }

  /// The identity matrix, `[n, n]`.
  public static func identity(_ n: Int, type: DType = .float32, device: Device = .cpu) -> Tensor {
    Tensor(ct_eye(Int64(n), type.rawValue, device.code), "identity", [])
  }

  /// `value` everywhere, with this tensor's shape, type and device.
  public func filled(with value: Double) -> Tensor {
    op("filled", self) { ct_full_like($0, value) }
  }
  /// Zeros of this tensor's shape, type and device.
  public func zerosLike() -> Tensor { filled(with: 0) }
  /// Ones of this tensor's shape, type and device.
  public func onesLike() -> Tensor { filled(with: 1) }

  /// These numbers as elements of `type`.
  public func to(_ type: DType) -> Tensor {
    op("to \(type)", self) { ct_to($0, type.rawValue, ct_device($0)) }
  }
  /// These numbers on `device`.
  public func to(_ device: Device) -> Tensor {
    op("to \(device)", self) { ct_to($0, ct_dtype($0), device.code) }
  }
  /// These numbers in row-major order without gaps.
  public func contiguous() -> Tensor { op("contiguous", self) { ct_contiguous($0) } }
  /// A copy with memory of its own.
  public func copied() -> Tensor { op("copied", self) { ct_clone($0) } }
  /// The same numbers outside any graph.
  public func detached() -> Tensor { op("detached", self) { ct_detach($0) } }
  /// Images with the channels stored last in memory, `[n, c, h, w]` all the same.
  public func channelsLast() -> Tensor { op("channelsLast", self) { ct_channels_last($0) } }
}

/// A number or a nested list of numbers in a literal such as `[[1, 2], [3, 4]]`.
public enum TensorLiteral: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral
{
  case number(Double)
  case list([TensorLiteral])

  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(arrayLiteral elements: TensorLiteral...) { self = .list(elements) }

  var tensor: Tensor {
    switch self {
    case .number(let value): Tensor(value)
    case .list(let elements): Tensor.stack(elements.map(\.tensor))
    }
  }
}

extension Tensor: ExpressibleByArrayLiteral {
  /// Nested rows of 32-bit floats; rows of unequal length give a tensor that carries the error.
  public init(arrayLiteral elements: TensorLiteral...) {
    self = elements.isEmpty ? Tensor.zeros([0]) : TensorLiteral.list(elements).tensor
  }
}
