/// Resizing: area averages when shrinking, linear interpolation when growing.
extension Image {
  /// The picture with `height` rows of `width` pixels; the aspect is not kept.
  public func resized(height: Int, width: Int) -> Image {
    if height == self.height, width == self.width { return self }
    let across = Weights(from: self.width, to: width), down = Weights(from: self.height, to: height)
    var rows = [Float](repeating: 0, count: self.height * width * channels)
    for y in 0..<self.height {
      for x in 0..<width {
        for (source, weight) in across.parts[x] {
          for c in 0..<channels {
            rows[(y * width + x) * channels + c] +=
              weight * Float(pixels[(y * self.width + source) * channels + c])
          }
        }
      }
    }
    var result = [UInt8](repeating: 0, count: height * width * channels)
    let line = width * channels
    var sum = [Float](repeating: 0, count: line)
    for y in 0..<height {
      for i in 0..<line { sum[i] = 0.5 }
      for (source, weight) in down.parts[y] {
        for i in 0..<line { sum[i] += weight * rows[source * line + i] }
      }
      for i in 0..<line { result[y * line + i] = UInt8(min(255, max(0, sum[i]))) }
    }
    return Image(width: width, height: height, channels: channels, pixels: result)
  }

  /// What each new pixel takes from the old ones along one axis; the weights of a pixel sum to one.
  private struct Weights {
    var parts: [[(Int, Float)]] = []

    init(from old: Int, to new: Int) {
      let ratio = Double(old) / Double(new)
      for i in 0..<new {
        parts.append(ratio > 1 ? Self.area(i, ratio, old) : Self.linear(i, ratio, old))
      }
    }

    private static func area(_ i: Int, _ ratio: Double, _ old: Int) -> [(Int, Float)] {
      let start = Double(i) * ratio, end = min(Double(old), start + ratio)
      return (Int(start)..<min(old, Int(end.rounded(.up)))).map { source in
        let overlap = min(end, Double(source) + 1) - max(start, Double(source))
        return (source, Float(overlap / (end - start)))
      }
    }

    private static func linear(_ i: Int, _ ratio: Double, _ old: Int) -> [(Int, Float)] {
      let centre = (Double(i) + 0.5) * ratio - 0.5
      let low = Int(centre.rounded(.down)), part = Float(centre - Double(low))
      return [(min(old - 1, max(0, low)), 1 - part), (min(old - 1, max(0, low + 1)), part)]
    }
  }
}
