import Files

extension Picture {
  /// Images side by side in rows, enlarged to be seen, between light lines.
  ///
  /// Values from 0 (dark) to 1 (light); what lies outside is cut, what is not a number is dark.
  ///
  /// - Parameters:
  ///   - images: One array of `c·h·w` values per image, in the order of `shape`.
  ///   - shape: `[c, h, w]`, with 1 or 3 channels.
  ///   - columns: The number of images in a row.
  ///   - padding: Width of the lines, in pixels of the picture.
  ///   - scale: Pixels of the picture per pixel of an image; by default an image's longer
  ///     side becomes at least 56 pixels.
  ///   - normalised: Whether each image's least value becomes dark and its greatest light.
  /// - Throws: ``UserError`` when an image has not the shape's size, or the picture is too large.
  public static func grid(
    images: [[Float]], shape: [Int], columns: Int = 10, padding: Int = 2, scale: Int? = nil,
    normalised: Bool = false
  ) throws -> Picture {
    let (c, h, w) = try checked(shape)
    let size = c * h * w
    try require(!images.isEmpty, "a grid needs at least one image")
    if let odd = images.firstIndex(where: { $0.count != size }) {
      throw UserError(
        "image \(odd) has \(images[odd].count) values, but the shape \(shape) needs \(size)")
    }
    let scale = scale ?? (56 + max(h, w) - 1) / max(h, w)
    try require(
      columns > 0 && (0...4096).contains(padding) && (1...4096).contains(scale),
      "a grid needs 1 column or more, a scale of 1 to 4096 and lines of 0 to 4096 pixels")
    let across = min(columns, images.count)
    let down = (images.count + across - 1) / across
    let (cellWidth, cellHeight) = (w * scale + padding, h * scale + padding)
    let (wide, tooWide) = across.multipliedReportingOverflow(by: cellWidth)
    let (high, tooHigh) = down.multipliedReportingOverflow(by: cellHeight)
    try require(
      !tooWide && !tooHigh && wide < 1 << 30 && high < 1 << 30,
      "a grid of \(across)×\(down) images of \(w)×\(h) pixels is too large")
    var picture = try Picture(
      width: wide + padding, height: high + padding, channels: c, filled: separator)
    for (index, image) in images.enumerated() {
      let left = padding + index % across * cellWidth
      let top = padding + index / across * cellHeight
      let bytes = greyLevels(image, normalised: normalised)
      picture.place(bytes, (c, h, w), left: left, top: top, scale: scale)
    }
    return picture
  }

  /// The grey of the lines between images.
  static let separator: UInt8 = 0xDC

  private static func checked(_ shape: [Int]) throws -> (c: Int, h: Int, w: Int) {
    try require(
      shape.count == 3 && [1, 3].contains(shape[0])
        && shape.dropFirst().allSatisfy { (1...16384).contains($0) },
      "images to show have a shape [channels, height, width] with 1 or 3 channels, not \(shape)")
    return (shape[0], shape[1], shape[2])
  }

  /// Values as bytes, from 0…1 or from the image's own least and greatest.
  private static func greyLevels(_ image: [Float], normalised: Bool) -> [UInt8] {
    var (low, span) = (Float(0), Float(1))
    if normalised {
      let finite = image.filter(\.isFinite)
      low = finite.min() ?? 0
      span = max((finite.max() ?? 1) - low, .leastNormalMagnitude)
    }
    return image.map { value in
      let level = (value - low) / span
      return level > 0 ? UInt8((min(level, 1) * 255).rounded()) : 0
    }
  }

  /// Copies the planes of one image into its place, each pixel `scale` times in both directions.
  private mutating func place(
    _ image: [UInt8], _ shape: (c: Int, h: Int, w: Int), left: Int, top: Int, scale: Int
  ) {
    let (c, h, w) = shape
    for y in 0..<h {
      let start = ((top + y * scale) * width + left) * c
      for x in 0..<w * scale {
        for channel in 0..<c {
          pixels[start + x * c + channel] = image[(channel * h + y) * w + x / scale]
        }
      }
      let row = Array(pixels[start..<start + w * scale * c])
      for copy in stride(from: 1, to: scale, by: 1) {
        let next = start + copy * width * c
        pixels.replaceSubrange(next..<next + row.count, with: row)
      }
    }
  }
}
