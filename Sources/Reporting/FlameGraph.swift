/// Amounts of parts within parts: a row of boxes for each depth, each under what it is a part of and as wide as its share
/// of the whole.
///
/// - Source: Gregg, *The flame graph*, Communications of the ACM, 2016; here the whole is at the top.
public struct FlameGraph: Equatable, Sendable {
  /// An amount, and the parts of it that are known.
  public struct Box: Equatable, Sendable {
    public let name: String
    public let amount: Double
    public let parts: [Box]

    /// A box of `amount`, which is at least the sum of its parts.
    public init(_ name: String, _ amount: Double, _ parts: [Box]) {
      (self.name, self.amount, self.parts) = (name, amount, parts)
    }

    /// Rows that the box and its parts take.
    var depth: Int { 1 + (parts.map(\.depth).max() ?? 0) }
  }

  /// What the picture shows.
  public let title: String
  /// The unit of the amounts.
  public let unit: String
  public let whole: Box

  /// A picture of `whole` and its parts.
  public init(_ title: String, unit: String, _ whole: Box) {
    (self.title, self.unit, self.whole) = (title, unit, whole)
  }

  private static let rowHeight = 20.0
  /// Narrower boxes are not seen, and are left out.
  private static let narrowest = 0.25

  /// The picture as a self-contained SVG for light and dark screens; each box says its name, amount and share to a pointer.
  public func svg(width: Int = 1200) -> String {
    let height = 56 + Self.rowHeight * Double(whole.depth)
    var text: Markup = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" role="img">\
      <title>\(title)</title><style>\(Markup(trusted: flameStyle))</style>\
      <rect class="ground" width="\(width)" height="\(height)" rx="8"/>\
      <text class="title" x="16" y="28">\(title)</text>
      """
    if whole.amount > 0, whole.amount.isFinite {
      let scale = (Double(width) - 32) / whole.amount
      text += boxes(whole, left: 16, row: 0, scale: scale, colour: Colour(0xB9BEC6))
    }
    text += "</svg>\n"
    return text.text
  }

  private func boxes(
    _ box: Box, left: Double, row: Int, scale: Double, colour: Colour
  ) -> Markup {
    let width = box.amount * scale
    guard width >= Self.narrowest else { return "" }
    let top = 44 + Double(row) * Self.rowHeight
    let share = readable(100 * box.amount / whole.amount, digits: 3)
    var text: Markup = """
      <rect x="\(left)" y="\(top)" width="\(width)" height="\(Self.rowHeight - 1)" rx="2" \
      fill="\(colour.css)"><title>\(box.name): \(readable(box.amount, digits: 4)) \(unit), \
      \(share)%</title></rect>
      """
    let room = Int((width - 8) / textWidth("x", size: 11))
    if room >= 3 {
      text += """
        <text class="name" x="\(left + 4)" y="\(top + 13)">\(shortened(box.name, to: room))</text>
        """
    }
    var next = left
    for (index, part) in box.parts.enumerated() {
      // Each part of the whole has its colour, and neighbours below it shades of that.
      let own =
        row == 0
        ? Palette.colour(index).mixed(with: Colour(0xFFFFFF), 0.35)
        : colour.mixed(with: Colour(0xFFFFFF), index % 2 == 0 ? 0.12 : 0.28)
      text += boxes(part, left: next, row: row + 1, scale: scale, colour: own)
      next += part.amount * scale
    }
    return text
  }
}

/// Names stand on light boxes in both modes of a screen.
private let flameStyle = """
  svg{color:#1f2430;font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}\
  .title{font-size:15px;font-weight:600;fill:currentColor}.name{fill:#15171c}.ground{fill:#fff}\
  @media(prefers-color-scheme:dark){svg{color:#e7e9ee}.ground{fill:#181b21}}
  """
