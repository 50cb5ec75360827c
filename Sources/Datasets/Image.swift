import CTurboJPEG
import Files
import Foundation

/// A picture in memory: rows from the top, the channels of a pixel side by side.
public struct Image: Equatable, Sendable {
  /// Pixels in a row.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// The levels, `[h, w, c]`.
  public let pixels: [UInt8]

  /// The most pixels that a file may claim before it is refused.
  public static let largest = 64 << 20

  /// A picture of these levels, of which there must be width × height × channels.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(
      pixels.count == width * height * channels,
      "\(pixels.count) levels do not make \(width) x \(height) x \(channels)")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// The picture in a PNG or JPEG file's bytes.
  ///
  /// - Throws: ``UserError`` naming `name` where they are damaged or claim too many pixels.
  public static func decode(_ data: Data, name: String = "the picture") throws -> Image {
    try inOneLine { try data.withUnsafeBytes { try decode($0, name: name) } }
  }

  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, channels: Int? = nil
  ) throws -> Image {
    switch try Format(bytes, name) {
    case .png: try PNG.decode(bytes, name, channels: channels)
    case .jpeg: try JPEG.decode(bytes, name, channels: channels)
    }
  }

  /// What a file's header says of its picture: `[c, h, w]`.
  static func shape(_ bytes: UnsafeRawBufferPointer, name: String) throws -> [Int] {
    switch try Format(bytes, name) {
    case .png: try PNG.shape(bytes, name)
    case .jpeg: try JPEG.shape(bytes, name)
    }
  }

  private enum Format {
    case png, jpeg

    init(_ bytes: UnsafeRawBufferPointer, _ name: String) throws {
      if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) {
        self = .png
      } else if bytes.starts(with: [0xff, 0xd8]) {
        self = .jpeg
      } else {
        throw UserError("\(name) is neither PNG nor JPEG")
      }
    }
  }

  static func checkSize(_ width: Int, _ height: Int, _ name: String) throws {
    try require(
      width > 0 && height > 0 && width <= largest && height <= largest / width,
      "\(name) claims \(width)x\(height) pixels; up to \(largest >> 20) million can be read")
  }

  /// Writes the levels to `out` as `[c, h, w]`.
  func copyPlanes(to out: UnsafeMutableRawBufferPointer) {
    guard channels > 1 else { return out.copyBytes(from: pixels) }
    pixels.withUnsafeBufferPointer { pixels in
      let plane = width * height
      for c in 0..<channels {
        for i in 0..<plane { out[c * plane + i] = pixels[i * channels + c] }
      }
    }
  }
}

/// Pictures compressed with loss.
enum JPEG {
  static func shape(_ bytes: UnsafeRawBufferPointer, _ name: String) throws -> [Int] {
    try withHandle(name) { try header($0, bytes, name) }
  }

  static func decode(
    _ bytes: UnsafeRawBufferPointer, _ name: String, channels: Int?
  ) throws -> Image {
    try withHandle(name) { handle in
      let shape = try header(handle, bytes, name)
      let channels = channels ?? shape[0], height = shape[1], width = shape[2]
      var pixels = [UInt8](repeating: 0, count: width * height * channels)
      let status = tjDecompress2(
        handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), &pixels,
        Int32(width), 0, Int32(height), Int32((channels == 1 ? TJPF_GRAY : TJPF_RGB).rawValue), 0)
      try require(status == 0, "\(name) is damaged: \(reason(handle))")
      return Image(width: width, height: height, channels: channels, pixels: pixels)
    }
  }

  private static func header(
    _ handle: tjhandle, _ bytes: UnsafeRawBufferPointer, _ name: String
  ) throws -> [Int] {
    var width: Int32 = 0, height: Int32 = 0, sampling: Int32 = 0, space: Int32 = 0
    let status = tjDecompressHeader3(
      handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), &width, &height,
      &sampling, &space)
    try require(status == 0, "\(name) is damaged: \(reason(handle))")
    try Image.checkSize(Int(width), Int(height), name)
    try require(
      space != Int32(TJCS_CMYK.rawValue) && space != Int32(TJCS_YCCK.rawValue),
      "\(name) is a CMYK JPEG; convert it to RGB")
    return [space == Int32(TJCS_GRAY.rawValue) ? 1 : 3, Int(height), Int(width)]
  }

  private static func withHandle<R>(_ name: String, _ body: (tjhandle) throws -> R) throws -> R {
    guard let handle = tjInitDecompress() else {
      throw UserError("cannot decode \(name): libjpeg-turbo has no memory")
    }
    defer { tjDestroy(handle) }
    return try body(handle)
  }

  private static func reason(_ handle: tjhandle) -> String {
    String(cString: tjGetErrorStr2(handle)).lowercased()
  }
}
