import CPNG
import Files
import Foundation

/// Pixels in rows from the top, ready to be written as PNG.
public struct Picture: Equatable, Sendable {
  /// Columns of pixels.
  public let width: Int
  /// Rows of pixels.
  public let height: Int
  /// Values per pixel: 1 grey, 3 red-green-blue, 4 with opacity.
  public let channels: Int
  /// All values, `[height, width, channels]`.
  public internal(set) var pixels: [UInt8]

  /// The most bytes of pixels a picture may hold.
  static let largest = 1 << 29

  /// A picture of the given pixels, `[height, width, channels]`.
  ///
  /// - Throws: ``UserError`` when the sizes are not positive, too large, or not those of `pixels`.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) throws {
    let size = try Picture.size(width, height, channels)
    try require(
      pixels.count == size,
      "a picture of \(width)×\(height)×\(channels) needs \(size) bytes, not \(pixels.count)")
    (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
  }

  /// A picture of one value everywhere.
  init(width: Int, height: Int, channels: Int, filled value: UInt8) throws {
    let size = try Picture.size(width, height, channels)
    try self.init(
      width: width, height: height, channels: channels,
      pixels: [UInt8](repeating: value, count: size))
  }

  private static func size(_ width: Int, _ height: Int, _ channels: Int) throws -> Int {
    try require(
      [1, 3, 4].contains(channels), "a picture has 1, 3 or 4 channels, not \(channels)")
    try require(
      width > 0 && height > 0, "a picture of \(width)×\(height) pixels has nothing to show")
    let (area, tooWide) = width.multipliedReportingOverflow(by: height)
    try require(
      !tooWide && area <= largest / channels,
      "a picture of \(width)×\(height) pixels is larger than \(largest >> 20) MiB")
    return area * channels
  }

  /// The picture as a PNG file's bytes.
  ///
  /// - Throws: ``UserError`` with libpng's reason.
  public func pngData() throws -> Data {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    let colour = PNG_FORMAT_FLAG_COLOR
    image.format = channels == 1 ? 0 : channels == 3 ? colour : colour | PNG_FORMAT_FLAG_ALPHA
    defer { png_image_free(&image) }
    // Deflate never grows its input by more than this; so one pass of compression is enough.
    var size = png_alloc_size_t(pixels.count + pixels.count / 100 + height + 4096)
    var bytes = Data(count: Int(size))
    let done = bytes.withUnsafeMutableBytes { room in
      pixels.withUnsafeBytes { source in
        png_image_write_to_memory(&image, room.baseAddress, &size, 0, source.baseAddress, 0, nil)
      }
    }
    guard done != 0 else {
      let reason = withUnsafeBytes(of: image.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw UserError("cannot make a PNG of \(width)×\(height) pixels: \(reason)")
    }
    return bytes.prefix(Int(size))
  }

  /// Writes the picture as a PNG file.
  ///
  /// - Throws: ``UserError`` naming the path and the reason.
  public func write(to path: String) throws { try AtomicFile.write(pngData(), to: path) }
}
