import Foundation

extension Chart {
  /// Many points as one picture with a clear ground, a little finer than the drawing.
  func raster(_ points: Points, _ frame: Frame) throws -> Markup {
    let density = 1.5
    let width = Int(((frame.right - frame.left) * density).rounded())
    let height = Int(((frame.bottom - frame.top) * density).rounded())
    var picture = try Picture(width: width, height: height, channels: 4, filled: 0)
    let drawn = points.drawable
    let disc = Disc(radius: drawn.count > 20_000 ? 1.5 : 2.1, opacity: 0.8)
    for index in drawn {
      picture.stamp(
        disc, points.colour(of: points.classes.isEmpty ? 0 : points.classes[index]),
        x: (frame.x(points.x[index]) - frame.left) * density,
        y: (frame.y(points.y[index]) - frame.top) * density)
    }
    return try picture.embedded(in: frame, sharp: false)
  }
}

/// A soft-edged dot.
struct Disc {
  let reach: Int
  /// How much of each pixel is covered, `[2·reach + 1, 2·reach + 1]`.
  let cover: [Double]

  init(radius: Double, opacity: Double) {
    let reach = Int(radius.rounded(.up))
    self.reach = reach
    cover = (-reach...reach).flatMap { y in
      (-reach...reach).map { x in
        let distance = (Double(x * x + y * y)).squareRoot()
        return opacity * min(1, max(0, radius + 0.5 - distance))
      }
    }
  }
}

extension Picture {
  /// Lays `disc` in `colour` over the pixels around `(x, y)`; for pictures with opacity.
  mutating func stamp(_ disc: Disc, _ colour: Colour, x: Double, y: Double) {
    guard channels == 4, abs(x) < 1e6, abs(y) < 1e6 else { return }
    let (column, row) = (Int(x), Int(y))
    let ink = [Double(colour.red), Double(colour.green), Double(colour.blue)]
    let side = 2 * disc.reach + 1
    for place in disc.cover.indices where disc.cover[place] > 0 {
      let (px, py) = (column + place % side - disc.reach, row + place / side - disc.reach)
      guard (0..<width).contains(px), (0..<height).contains(py) else { continue }
      let start = (py * width + px) * 4
      let below = Double(pixels[start + 3]) / 255 * (1 - disc.cover[place])
      let whole = disc.cover[place] + below
      for channel in 0..<3 {
        let mixed = ink[channel] * disc.cover[place] + Double(pixels[start + channel]) * below
        pixels[start + channel] = UInt8((mixed / whole).rounded())
      }
      pixels[start + 3] = UInt8((whole * 255).rounded())
    }
  }

  /// The picture as part of an SVG drawing, filling the frame; `sharp` keeps its pixels square.
  func embedded(in frame: Frame, sharp: Bool) throws -> Markup {
    """
    <image x="\(frame.left)" y="\(frame.top)" width="\(frame.right - frame.left)" \
    height="\(frame.bottom - frame.top)" preserveAspectRatio="none" \
    style="image-rendering:\(sharp ? "pixelated" : "auto")" \
    href="data:image/png;base64,\(try pngData().base64EncodedString())"/>
    """
  }
}
