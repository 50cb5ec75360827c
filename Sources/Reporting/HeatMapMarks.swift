extension Chart {
  /// The cells of a matrix and the scale of their colours.
  func cells(_ map: HeatMap, _ frame: Frame) throws -> Markup {
    let range = range(of: map.values.joined())
    let small = map.rows.count * map.columns.count <= Self.mostDots
    return (small ? rectangles(map, range, frame) : try image(map, range, frame))
      + scale(range, frame)
  }

  private func rectangles(
    _ map: HeatMap, _ range: ClosedRange<Double>, _ frame: Frame
  ) -> Markup {
    let wide = (frame.right - frame.left) / Double(max(1, map.columns.count))
    let high = (frame.bottom - frame.top) / Double(max(1, map.rows.count))
    var text: Markup = ""
    for (row, values) in map.values.enumerated() {
      for (column, value) in values.enumerated() where isDrawable(value) {
        let (x, y) = (frame.left + Double(column) * wide, frame.top + Double(row) * high)
        let place = fraction(value, range)
        text += """
          <rect x="\(x)" y="\(y)" width="\(wide)" height="\(high)" \
          fill="\(Palette.magnitude(place).css)">\
          <title>\(map.rows[row]), \(map.columns[column]): \(readable(value))</title></rect>
          """
        if wide > 40 && high > 17 {
          let ink = place > 0.55 ? "#15171c" : "#ffffff"
          text += """
            <text class="cell" text-anchor="middle" x="\(x + wide / 2)" y="\(y + high / 2 + 4)" \
            style="fill:\(ink)">\(brief(value))</text>
            """
        }
      }
    }
    return text
  }

  private func image(
    _ map: HeatMap, _ range: ClosedRange<Double>, _ frame: Frame
  ) throws -> Markup {
    let pixels = map.values.joined().flatMap { value -> [UInt8] in
      guard isDrawable(value) else { return [0, 0, 0, 0] }
      let colour = Palette.magnitude(fraction(value, range))
      return [colour.red, colour.green, colour.blue, 255]
    }
    let picture = try Picture(
      width: map.columns.count, height: map.rows.count, channels: 4, pixels: pixels)
    return try picture.embedded(in: frame, sharp: true)
  }

  private func scale(_ range: ClosedRange<Double>, _ frame: Frame) -> Markup {
    let left = frame.right + 16
    let high = (frame.bottom - frame.top) / 32
    var text = Markup.joined(
      (0..<32).map { step in
        let colour = Palette.magnitude((Double(step) + 0.5) / 32)
        // A little taller than its share, so that no seam shows between steps.
        return """
          <rect x="\(left)" y="\(frame.bottom - Double(step + 1) * high)" width="10" \
          height="\(high + (step == 0 ? 0 : 0.6))" fill="\(colour.css)"/>
          """
      })
    let ticks = Ticks(in: range, about: 4)
    for (value, label) in zip(ticks.values, ticks.labels) {
      let y = frame.bottom - (frame.bottom - frame.top) * fraction(value, range)
      text += "<text class=\"label\" x=\"\(left + 15)\" y=\"\(y + 4)\">\(label)</text>"
    }
    return text
  }

  /// Two significant digits, so that a cell has room for them.
  private func brief(_ value: Double) -> String {
    let digits = abs(value) >= 100 ? 4 : 2
    return readable(value, digits: digits)
  }

  private func fraction(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }
}
