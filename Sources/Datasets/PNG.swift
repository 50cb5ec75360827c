import CPNG
import Files
import Foundation

/// Pictures compressed without loss.
public enum PNG {
  /// The bytes of a PNG file with these levels, `[h, w, c]`, of 1 (grey), 3 or 4 channels.
  public static func encode(
    pixels: [UInt8], width: Int, height: Int, channels: Int
  ) throws -> Data {
    precondition(
      pixels.count == width * height * channels,
      "\(pixels.count) levels do not make \(width) x \(height) x \(channels)")
    var image = blank()
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = try format(channels)
    // Room for the worst case: what deflate adds to data it cannot shrink, and the file's frame.
    var length = pixels.count + pixels.count / 100 + height * 2 + 4096
    var data = Data(count: length)
    let status = data.withUnsafeMutableBytes {
      png_image_write_to_memory(&image, $0.baseAddress, &length, 0, pixels, 0, nil)
    }
    try require(status != 0, "cannot write a PNG of \(width)x\(height): \(reason(image))")
    return data.prefix(length)
  }

  /// Writes a PNG file with these levels, `[h, w, c]`, to `path`.
  public static func write(
    pixels: [UInt8], width: Int, height: Int, channels: Int, to path: String
  ) throws {
    try AtomicFile.write(
      encode(pixels: pixels, width: width, height: height, channels: channels), to: path)
  }

  static func shape(_ bytes: UnsafeRawBufferPointer, _ name: String) throws -> [Int] {
    try withHeader(bytes, name) { image in
      [
        image.pointee.format & colour == 0 ? 1 : 3, Int(image.pointee.height),
        Int(image.pointee.width),
      ]
    }
  }

  static func decode(
    _ bytes: UnsafeRawBufferPointer, _ name: String, channels: Int?
  ) throws -> Image {
    try withHeader(bytes, name) { image in
      let channels = channels ?? (image.pointee.format & colour == 0 ? 1 : 3)
      let width = Int(image.pointee.width), height = Int(image.pointee.height)
      image.pointee.format = try format(channels)
      var pixels = [UInt8](repeating: 0, count: width * height * channels)
      // What lies behind transparent parts: white, as on a page.
      var white = png_color(red: 255, green: 255, blue: 255)
      let status = png_image_finish_read(image, &white, &pixels, 0, nil)
      try require(status != 0, "\(name) is damaged: \(reason(image.pointee))")
      return Image(width: width, height: height, channels: channels, pixels: pixels)
    }
  }

  private static let colour: UInt32 = 2  // PNG_FORMAT_FLAG_COLOR

  /// Calls `body` with a header that was read; it stays in one place, since libpng keeps its address.
  private static func withHeader<R>(
    _ bytes: UnsafeRawBufferPointer, _ name: String,
    _ body: (UnsafeMutablePointer<png_image>) throws -> R
  ) throws -> R {
    let image = UnsafeMutablePointer<png_image>.allocate(capacity: 1)
    image.initialize(to: blank())
    defer {
      png_image_free(image)
      image.deallocate()
    }
    let status = png_image_begin_read_from_memory(image, bytes.baseAddress, bytes.count)
    try require(status != 0, "\(name) is damaged: \(reason(image.pointee))")
    let width = Int(image.pointee.width), height = Int(image.pointee.height)
    try Image.checkSize(width, height, name)
    // Deflate packs at most 1,032 bytes into one, and a pixel has at least one bit.
    try require(
      width * height / 8 / 1032 <= bytes.count,
      "\(name) is damaged: it claims \(width)x\(height) pixels, more than the file can hold")
    return try body(image)
  }

  private static func blank() -> png_image {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    return image
  }

  private static func format(_ channels: Int) throws -> UInt32 {
    switch channels {
    case 1: 0
    case 3: colour
    case 4: colour | 1
    default: throw UserError("a PNG has 1, 3 or 4 channels, not \(channels)")
    }
  }

  private static func reason(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self).lowercased()
    }
  }
}
