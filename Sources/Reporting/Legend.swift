/// The names of series or classes beside their colours, in rows above the drawing.
struct Legend {
  /// What is shown: the place of each entry, in pixels from the legend's corner.
  private(set) var entries: [(x: Double, row: Int, colour: Colour, name: String)] = []
  /// How many names found no room.
  private(set) var hidden = 0
  private(set) var rows = 0

  /// Names in order, in as many rows of `width` pixels as needed, four at most.
  init(_ names: [(colour: Colour, name: String)], width: Double) {
    var (x, row) = (0.0, 0)
    for (index, entry) in names.enumerated() {
      let name = shortened(entry.name, to: 28)
      let needed = 17 + textWidth(name) + 16
      if x > 0 && x + needed > width { (x, row) = (0, row + 1) }
      if row == 4 {
        hidden = names.count - index
        break
      }
      entries.append((x, row, entry.colour, name))
      x += needed
    }
    rows = (entries.last?.row ?? -1) + 1 + (hidden > 0 ? 1 : 0)
  }

  /// Height in pixels.
  var height: Double { Double(rows) * 19 }

  /// The legend with its corner at `(left, top)`.
  func markup(left: Double, top: Double) -> Markup {
    var text = Markup.joined(
      entries.map { entry in
        let y = top + Double(entry.row) * 19
        return """
          <rect x="\(left + entry.x)" y="\(y + 3)" width="11" height="11" rx="3" \
          fill="\(entry.colour.css)"/>\
          <text x="\(left + entry.x + 17)" y="\(y + 13)">\(entry.name)</text>
          """
      })
    if hidden > 0 {
      text += """
        <text class="quiet" x="\(left)" y="\(top + Double(rows - 1) * 19 + 13)">\
        and \(hidden) more</text>
        """
    }
    return text
  }
}
