import Foundation

extension Chart {
  /// What is drawn inside the axes.
  func marksMarkup(_ frame: Frame) throws -> Markup {
    switch marks {
    case .lines(let lines):
      .joined(lines.enumerated().map { curve($0.element, Palette.colour($0.offset), frame) })
    case .points(let points):
      points.drawable.count > Self.mostDots
        ? try raster(points, frame) : dots(points, frame)
    case .bars(let bars): columns(bars, frame)
    case .histogram(let histogram): columns(histogram, frame)
    case .heatMap(let map): try cells(map, frame)
    }
  }

  /// The most points, or cells, drawn one by one.
  static let mostDots = 3000

  private func curve(_ line: Line, _ colour: Colour, _ frame: Frame) -> Markup {
    func path(_ points: [(x: Double, y: Double)]) -> Markup {
      .joined(
        points.enumerated().map {
          "\($0.offset == 0 ? "M" : "L")\(frame.x($0.element.x)) \(frame.y($0.element.y))"
        })
    }
    let bands = line.outlines.map { path($0) + "Z" }
    let curves = line.stretches.map { $0.count == 1 ? path($0) + "h0" : path($0) }
    var text: Markup = ""
    if !bands.isEmpty {
      text += "<path class=\"band\" fill=\"\(colour.css)\" d=\"\(.joined(bands))\"/>"
    }
    if !curves.isEmpty {
      text += "<path class=\"line\" stroke=\"\(colour.css)\" d=\"\(.joined(curves))\"/>"
    }
    let points = line.stretches.joined()
    if points.count <= 24 {
      text += .joined(
        points.map {
          "<circle cx=\"\(frame.x($0.x))\" cy=\"\(frame.y($0.y))\" r=\"3\" fill=\"\(colour.css)\"/>"
        })
    }
    return text
  }

  private func dots(_ points: Points, _ frame: Frame) -> Markup {
    let drawn = points.drawable
    let size: Double = drawn.count > 1000 ? 4 : drawn.count > 200 ? 5 : 7
    let groups = Dictionary(grouping: drawn) { points.classes.isEmpty ? 0 : points.classes[$0] }
    return .joined(
      groups.sorted { $0.key < $1.key }.map { number, members in
        let marks = members.map { index -> Markup in
          let place: Markup = "M\(frame.x(points.x[index])) \(frame.y(points.y[index]))h0"
          return points.hover.isEmpty
            ? place : "<path d=\"\(place)\"><title>\(points.hover[index])</title></path>"
        }
        let drawing: Markup =
          points.hover.isEmpty ? "<path d=\"\(.joined(marks))\"/>" : .joined(marks)
        return """
          <g class="dots" stroke="\(points.colour(of: number).css)" stroke-width="\(size)">\
          \(drawing)</g>
          """
      })
  }

  private func columns(_ bars: Bars, _ frame: Frame) -> Markup {
    let slot = (frame.right - frame.left) / Double(max(1, bars.labels.count))
    let wide = min(64, slot * 0.78 / Double(max(1, bars.series.count)))
    return .joined(
      bars.series.enumerated().flatMap { number, series in
        series.values.enumerated().compactMap { index, value -> Markup? in
          guard isDrawable(value) else { return nil }
          let offset = (Double(number) - Double(bars.series.count) / 2) * wide
          return column(
            from: frame.x(Double(index)) + offset, width: wide, to: value, frame,
            Palette.colour(number), "\(bars.labels[index]): \(readable(value))")
        }
      })
  }

  private func columns(_ histogram: Histogram, _ frame: Frame) -> Markup {
    .joined(
      histogram.counts.indices.map { index in
        let left = frame.x(histogram.edges[index])
        let limits = histogram.edges[index...index + 1].map { readable($0) }.joined(
          separator: " to ")
        return column(
          from: left, width: frame.x(histogram.edges[index + 1]) - left,
          to: Double(histogram.counts[index]), frame, Palette.colour(0),
          "\(limits): \(histogram.counts[index])")
      })
  }

  private func column(
    from left: Double, width: Double, to value: Double, _ frame: Frame, _ colour: Colour,
    _ note: String
  ) -> Markup {
    let ends = [frame.y(value), frame.y(0)].sorted()
    let gap = min(1.5, width * 0.1)
    return """
      <rect x="\(left + gap / 2)" y="\(ends[0])" width="\(max(0.5, width - gap))" \
      height="\(ends[1] - ends[0])" rx="\(min(2, width / 4))" fill="\(colour.css)">\
      <title>\(note)</title></rect>
      """
  }
}

extension Markup {
  static func + (left: Markup, right: Markup) -> Markup { .joined([left, right]) }
}
