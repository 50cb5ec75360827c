extension Chart {
  /// The numbers as comma-separated values with a header (RFC 4180).
  ///
  /// Every number is written so that reading it gives the same bits; all values are there, also
  /// those that are not finite and so are not drawn.
  public func csv() -> String {
    let (header, rows) = table
    return ([header] + rows)
      .map { $0.map(quoted).joined(separator: ",") + "\r\n" }
      .joined()
  }

  private var table: (header: [String], rows: [[String]]) {
    switch marks {
    case .lines(let lines): rows(of: lines)
    case .points(let points): rows(of: points)
    case .bars(let bars):
      (
        ["label"] + bars.series.map(\.name),
        bars.labels.indices.map { row in
          [bars.labels[row]] + bars.series.map { $0.values[row].description }
        }
      )
    case .histogram(let histogram):
      (
        ["from", "to", "count"],
        histogram.counts.indices.map {
          [
            histogram.edges[$0].description, histogram.edges[$0 + 1].description,
            String(histogram.counts[$0]),
          ]
        }
      )
    case .heatMap(let map):
      (
        [""] + map.columns,
        map.values.indices.map { [map.rows[$0]] + map.values[$0].map(\.description) }
      )
    }
  }

  private func rows(of lines: [Line]) -> ([String], [[String]]) {
    let banded = lines.contains { !$0.low.isEmpty }
    let header = ["series", x.isEmpty ? "x" : x, y.isEmpty ? "y" : y]
    let rows = lines.flatMap { line in
      line.x.indices.map { index in
        let edges =
          line.low.isEmpty
          ? ["", ""] : [line.low[index].description, line.high[index].description]
        return [line.name, line.x[index].description, line.y[index].description]
          + (banded ? edges : [])
      }
    }
    return (header + (banded ? ["low", "high"] : []), rows)
  }

  private func rows(of points: Points) -> ([String], [[String]]) {
    let (classed, hovered) = (!points.classes.isEmpty, !points.hover.isEmpty)
    let header = [x.isEmpty ? "x" : x, y.isEmpty ? "y" : y]
    let rows = points.x.indices.map { index in
      [points.x[index].description, points.y[index].description]
        + (classed ? [points.name(of: points.classes[index])] : [])
        + (hovered ? [points.hover[index]] : [])
    }
    return (header + (classed ? ["class"] : []) + (hovered ? ["note"] : []), rows)
  }
}

/// A field, in quotation marks where a comma, a quotation mark or a line break is in it.
private func quoted(_ field: String) -> String {
  let special = field.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
  return special ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
}
