extension Chart {
  /// The chart as a plotly.js figure, `{"data": …, "layout": …}`, without colours of text and ground.
  public func plotlyJSON() -> String {
    let figure: JSON = ["data": .list(traces), "layout": .object(layout)]
    return figure.text
  }

  private var layout: [(String, JSON)] {
    var across: [(String, JSON)] = [
      ("title", ["text": plain(x)]), ("zeroline", false), ("automargin", true),
    ]
    var up: [(String, JSON)] = [
      ("title", ["text": plain(y)]), ("zeroline", false), ("automargin", true),
    ]
    if case .points = marks {} else { across.append(("showgrid", false)) }
    switch marks {
    case .bars(let bars): across += names(bars.labels)
    case .heatMap(let map):
      across += names(map.columns)
      up += names(map.rows) + [("autorange", "reversed")]
    case .lines, .points, .histogram: break
    }
    return [
      (
        "title",
        ["text": plain(shortened(title, to: 70)), "x": 0.02, "font": ["size": 15, "weight": 600]]
      ),
      ("margin", ["l": 56, "r": 20, "t": 44, "b": 44]),
      (
        "legend",
        [
          "orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0,
          "itemsizing": "constant",
        ]
      ),
      ("showlegend", .flag(!legend.isEmpty)), ("hovermode", "closest"), ("bargap", 0.22),
      ("xaxis", .object(across)), ("yaxis", .object(up)),
    ]
  }

  /// Names at 0, 1, 2 …, as many as can be read.
  private func names(_ names: [String]) -> [(String, JSON)] {
    let places = Array(stride(from: 0, to: names.count, by: max(1, (names.count + 39) / 40)))
    return [
      ("tickmode", "array"), ("tickvals", .list(places.map { .number(Double($0)) })),
      ("ticktext", .list(places.map { plain(shortened(names[$0], to: 24)) })),
    ]
  }

  private var traces: [JSON] {
    switch marks {
    case .lines(let lines):
      lines.enumerated().flatMap { traces($0.element, Palette.colour($0.offset)) }
    case .points(let points): traces(points)
    case .bars(let bars):
      bars.series.enumerated().map { number, series in
        [
          "type": "bar", "name": plain(series.name), "y": .numbers(series.values),
          "x": .numbers(series.values.indices.map(Double.init)),
          "hovertext": .list(bars.labels.map(plain)), "hoverinfo": "text+y+name",
          "marker": ["color": .text(Palette.colour(number).css)],
        ]
      }
    case .histogram(let histogram): [trace(histogram)]
    case .heatMap(let map): [trace(map)]
    }
  }

  private func traces(_ line: Line, _ colour: Colour) -> [JSON] {
    func joined(_ stretches: [[(x: Double, y: Double)]]) -> (x: JSON, y: JSON) {
      let points = stretches.flatMap { $0.map { Optional($0) } + [nil] }.dropLast()
      return (.numbers(points.map { $0?.x }), .numbers(points.map { $0?.y }))
    }
    let (curve, band) = (joined(line.stretches), joined(line.outlines))
    let few = line.stretches.joined().count <= 24
    let drawn: JSON = [
      "type": "scatter", "mode": few ? "lines+markers" : "lines", "name": plain(line.name),
      "legendgroup": plain(line.name), "x": curve.x, "y": curve.y,
      "line": ["color": .text(colour.css), "width": 2],
    ]
    let shade: JSON = [
      "type": "scatter", "mode": "lines", "fill": "toself", "hoverinfo": "skip",
      "showlegend": false, "legendgroup": plain(line.name), "x": band.x, "y": band.y,
      "line": ["width": 0], "fillcolor": .text(colour.css + "2e"),
    ]
    return line.low.isEmpty ? [drawn] : [shade, drawn]
  }

  private func traces(_ points: Points) -> [JSON] {
    let drawn = points.drawable
    let groups = Dictionary(grouping: drawn) { points.classes.isEmpty ? 0 : points.classes[$0] }
    return groups.sorted { $0.key < $1.key }.map { number, members in
      var trace: [(String, JSON)] = [
        ("type", drawn.count > Self.mostDots ? "scattergl" : "scatter"), ("mode", "markers"),
        ("name", plain(points.classes.isEmpty ? "" : points.name(of: number))),
        ("x", .numbers(members.map { points.x[$0] })),
        ("y", .numbers(members.map { points.y[$0] })),
        (
          "marker",
          [
            "color": .text(points.colour(of: number).css), "opacity": 0.8,
            "size": drawn.count > 1000 ? 4 : 6,
          ]
        ),
      ]
      if !points.hover.isEmpty {
        trace += [("text", .list(members.map { plain(points.hover[$0]) }))]
        trace += [("hoverinfo", "text+name")]
      }
      return .object(trace)
    }
  }

  private func trace(_ histogram: Histogram) -> JSON {
    let (edges, counts) = (histogram.edges, histogram.counts)
    return [
      "type": "bar", "x": .numbers(counts.indices.map { edges[$0] / 2 + edges[$0 + 1] / 2 }),
      "y": .numbers(counts.map(Double.init)),
      "width": .list(counts.indices.map { .number((edges[$0 + 1] - edges[$0]) * 0.96) }),
      "hovertext": .list(
        counts.indices.map {
          plain("\(readable(edges[$0])) to \(readable(edges[$0 + 1])): \(counts[$0])")
        }),
      "hoverinfo": "text", "marker": ["color": .text(Palette.colour(0).css)],
    ]
  }

  private func trace(_ map: HeatMap) -> JSON {
    let places = Palette.ramp.enumerated().map { index, colour -> JSON in
      [.number(Double(index) / Double(Palette.ramp.count - 1)), .text(colour.css)]
    }
    return [
      "type": "heatmap", "z": .list(map.values.map { .numbers($0) }),
      "colorscale": .list(places), "colorbar": ["thickness": 10, "outlinewidth": 0],
      "hoverongaps": false,
    ]
  }

  /// Text that plotly shows as it is: it reads tags and entities in names.
  private func plain(_ text: String) -> JSON { .text(escaped(text)) }
}
