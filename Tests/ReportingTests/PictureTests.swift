import CPNG
import Files
import Foundation
import Testing

@testable import Reporting

@Suite struct PictureTests {
  /// The pixels of a PNG, read by libpng.
  private func decoded(_ data: Data, channels: Int) -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    return data.withUnsafeBytes { bytes in
      guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
        return []
      }
      image.format = [1: 0, 3: PNG_FORMAT_FLAG_COLOR][channels] ?? 3
      var pixels = [UInt8](repeating: 0, count: Int(image.width * image.height) * channels)
      png_image_finish_read(&image, nil, &pixels, 0, nil)
      return pixels
    }
  }

  @Test(arguments: [1, 3, 4])
  func aPNGHoldsTheSamePixels(channels: Int) throws {
    var pixels = (0..<7 * 5 * channels).map { UInt8($0 * 37 % 256) }
    // A clear pixel keeps no colour, so all are given some opacity.
    if channels == 4 { for pixel in 0..<35 { pixels[pixel * 4 + 3] = UInt8(40 + pixel) } }
    let picture = try Picture(width: 7, height: 5, channels: channels, pixels: pixels)
    #expect(try decoded(picture.pngData(), channels: channels) == pixels)
  }

  @Test func noiseThatDoesNotCompressIsWritten() throws {
    var state: UInt32 = 1
    let pixels = (0..<300 * 200).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let picture = try Picture(width: 300, height: 200, channels: 1, pixels: pixels)
    #expect(try decoded(picture.pngData(), channels: 1) == pixels)
  }

  @Test func wrongSizesAreRefusedInOneSentence() {
    #expect(throws: UserError("a picture of 2×2×1 needs 4 bytes, not 3")) {
      try Picture(width: 2, height: 2, channels: 1, pixels: [1, 2, 3])
    }
    #expect(throws: UserError.self) {
      try Picture(width: .max, height: 2, channels: 1, pixels: [])
    }
    #expect(throws: UserError.self) {
      try Picture(width: 1 << 31, height: 1 << 31, channels: 3, pixels: [])
    }
    #expect(throws: UserError("a picture has 1, 3 or 4 channels, not 2")) {
      try Picture(width: 1, height: 1, channels: 2, pixels: [0, 0])
    }
  }

  @Test func aGridPlacesImagesBetweenLines() throws {
    // Three images of 2×1 pixels, two in a row, lines of one pixel, doubled.
    let grid = try Picture.grid(
      images: [[0, 1], [0.2, 0.4], [-3, .nan]], shape: [1, 1, 2], columns: 2, padding: 1, scale: 2)
    let s = Picture.separator
    let line = [UInt8](repeating: s, count: 11)
    let first: [UInt8] = [s, 0, 0, 255, 255, s, 51, 51, 102, 102, s]
    let second: [UInt8] = [s, 0, 0, 0, 0, s, s, s, s, s, s]
    #expect((grid.width, grid.height) == (11, 7))
    #expect(grid.pixels == line + first + first + line + second + second + line)
  }

  @Test func coloursAreTakenFromPlanes() throws {
    let grid = try Picture.grid(
      images: [[1, 0, 0, 1, 0.2, 0.4]], shape: [3, 1, 2], padding: 0, scale: 1)
    #expect(grid.pixels == [255, 0, 51, 0, 255, 102])
  }

  @Test func normalisedImagesUseAllGreys() throws {
    let grid = try Picture.grid(
      images: [[-4, 0, 4], [7, 7, 7]], shape: [1, 1, 3], padding: 0, scale: 1, normalised: true)
    #expect(grid.pixels == [0, 128, 255, 0, 0, 0])
  }

  @Test func smallImagesAreEnlarged() throws {
    let digit = [Float](repeating: 0, count: 64)
    #expect(try Picture.grid(images: [digit], shape: [1, 8, 8], padding: 0).width == 56)
    let photo = [Float](repeating: 0, count: 3 * 64 * 64)
    #expect(try Picture.grid(images: [photo], shape: [3, 64, 64], padding: 0).width == 64)
  }

  @Test func anImageOfAnotherShapeIsNamed() {
    #expect(throws: UserError("image 1 has 3 values, but the shape [1, 2, 2] needs 4")) {
      try Picture.grid(images: [[0, 0, 0, 0], [0, 0, 0]], shape: [1, 2, 2])
    }
    #expect(throws: UserError.self) { try Picture.grid(images: [], shape: [1, 2, 2]) }
    #expect(throws: UserError.self) { try Picture.grid(images: [[]], shape: [1, 0, 2]) }
    #expect(throws: UserError.self) { try Picture.grid(images: [[0]], shape: [.max, .max, .max]) }
    #expect(throws: UserError.self) {
      try Picture.grid(images: [[0]], shape: [1, 1, 1], columns: 0)
    }
  }
}
