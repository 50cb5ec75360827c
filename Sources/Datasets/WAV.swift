import Files

/// The head of a RIFF/WAVE file: what its samples are, and where they lie.
struct WAV {
  /// Samples at the same time: 1 for mono, 2 for stereo.
  let channels: Int
  /// Frames a second.
  let rate: Int
  /// Number of samples of each channel.
  let frames: Int
  private let sample: Sample
  private let start: Int

  /// How one sample is stored, little-endian.
  private enum Sample {
    case bits8, bits16, bits24, bits32, float32, float64

    init?(tag: Int, bits: Int) {
      switch (tag, bits) {
      case (1, 8): self = .bits8
      case (1, 16): self = .bits16
      case (1, 24): self = .bits24
      case (1, 32): self = .bits32
      case (3, 32): self = .float32
      case (3, 64): self = .float64
      default: return nil
      }
    }

    var width: Int {
      switch self {
      case .bits8: 1
      case .bits16: 2
      case .bits24: 3
      case .bits32, .float32: 4
      case .float64: 8
      }
    }
  }

  /// Reads the head of the file in `bytes`; `name` is for messages.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws {
    try require(
      bytes.count >= 12 && bytes.starts(with: "RIFF".utf8)
        && bytes[8..<12].elementsEqual("WAVE".utf8),
      "\(name) is not a RIFF/WAVE file")
    var format: (tag: Int, channels: Int, rate: Int, bits: Int)?
    var data: Range<Int>?
    var position = 12
    while data == nil, position + 8 <= bytes.count {
      let kind = bytes[position..<position + 4], body = position + 8
      let claimed = Int(bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
      // A file that was written into a pipe does not know its length.
      let isOpen = kind.elementsEqual("data".utf8) && claimed == 0xffff_ffff
      let size = isOpen ? bytes.count - body : claimed
      try require(
        size <= bytes.count - body,
        "\(name) is cut off: it claims \(size) bytes where \(bytes.count - body) are left")
      if kind.elementsEqual("fmt ".utf8) {
        format = try Self.format(UnsafeRawBufferPointer(rebasing: bytes[body..<body + size]), name)
      } else if kind.elementsEqual("data".utf8) {
        data = body..<body + size
      }
      position = body + size + size % 2
    }
    guard let format, let data else { throw UserError("\(name) is cut off: it holds no samples") }
    guard let sample = Sample(tag: format.tag, bits: format.bits) else {
      throw UserError(
        "\(name) holds samples of kind \(format.tag) with \(format.bits) bits; what can be read is "
          + "PCM of 8, 16, 24 or 32 bits and floats of 32 or 64")
    }
    try require(
      (1...2).contains(format.channels),
      "\(name) has \(format.channels) channels; mono and stereo can be read")
    try require(format.rate > 0, "\(name) is damaged: it claims 0 samples a second")
    (channels, rate, self.sample) = (format.channels, format.rate, sample)
    frames = data.count / (channels * sample.width)
    start = data.lowerBound
    try require(frames > 0, "\(name) holds no samples")
  }

  private static func format(
    _ part: UnsafeRawBufferPointer, _ name: String
  ) throws -> (Int, Int, Int, Int) {
    func short(_ at: Int) -> Int { Int(part.loadUnaligned(fromByteOffset: at, as: UInt16.self)) }
    try require(part.count >= 16, "\(name) is damaged: its format has \(part.count) bytes")
    // The extensible form says PCM or float at the start of a longer name.
    let tag = short(0) == 0xfffe && part.count >= 26 ? short(24) : short(0)
    let rate = Int(part.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    let (channels, bits) = (short(2), short(14))
    try require(
      short(12) == channels * ((bits + 7) / 8),
      "\(name) is damaged: \(counted(channels, "sample")) of \(bits) bits do not take "
        + "\(short(12)) bytes")
    return (tag, channels, rate, bits)
  }

  /// Writes the first samples, from -1 to 1, to `out` as frames of `wanted` channels; silence after the end.
  ///
  /// Mono is repeated for two channels, stereo averaged for one.
  func copy(
    _ bytes: UnsafeRawBufferPointer, channels wanted: Int, name: String,
    to out: UnsafeMutableBufferPointer<Float>
  ) throws {
    out.update(repeating: 0)
    let width = sample.width
    for frame in 0..<min(frames, out.count / wanted) {
      let first = start + frame * channels * width
      let left = value(bytes, first)
      let right = channels == 2 ? value(bytes, first + width) : left
      try require(
        left.isFinite && right.isFinite,
        "\(name) holds \(left.isFinite ? right : left) at sample \(frame): each must be finite")
      if wanted == 2 {
        (out[2 * frame], out[2 * frame + 1]) = (left, right)
      } else {
        out[frame] = (left + right) / 2
      }
    }
  }

  private func value(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Float {
    func load<T: BitwiseCopyable>(_: T.Type) -> T {
      bytes.loadUnaligned(fromByteOffset: at, as: T.self)
    }
    switch sample {
    case .bits8: return (Float(bytes[at]) - 128) / 0x1p7
    case .bits16: return Float(load(Int16.self)) / 0x1p15
    case .bits24:
      let high = Int32(Int8(bitPattern: bytes[at + 2])) << 16
      return Float(high | Int32(bytes[at + 1]) << 8 | Int32(bytes[at])) / 0x1p23
    case .bits32: return Float(load(Int32.self)) / 0x1p31
    case .float32: return load(Float.self)
    case .float64: return Float(load(Double.self))
    }
  }
}
