extension Chart {
  /// The chart as a self-contained SVG picture for light and dark screens.
  ///
  /// More than 3,000 points are drawn into a PNG inside it, so that it stays light.
  ///
  /// - Throws: ``UserError`` when that PNG cannot be made.
  public func svg(width: Int = 540, height: Int = 350) throws -> String {
    let frame = Frame(self, width: Double(width), height: Double(height))
    var text: Markup = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" role="img">\
      <title>\(title)</title><desc>\(summary)</desc><style>\(Markup(trusted: style))</style>\
      <rect class="ground" width="\(width)" height="\(height)" rx="8"/>
      """
    if !title.isEmpty {
      let room = Int((frame.width - 32) / textWidth("x", size: 15))
      text += "<text class=\"title\" x=\"16\" y=\"28\">\(shortened(title, to: room))</text>"
    }
    text += frame.legend.markup(left: 16, top: title.isEmpty ? 12 : 40)
    text += axesMarkup(frame)
    text += try marksMarkup(frame)
    text += "</svg>\n"
    return text.text
  }

  /// Lines, ticks, labels and names of both axes.
  private func axesMarkup(_ frame: Frame) -> Markup {
    var text: Markup = ""
    let middle = ((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
    for (value, label) in frame.vertical.ticks {
      let y = frame.y(value)
      if !frame.vertical.named {
        text += "<path class=\"grid\" d=\"M\(frame.left) \(y)H\(frame.right)\"/>"
      }
      text += "<text class=\"label\" text-anchor=\"end\" x=\"\(frame.left - 8)\" y=\"\(y + 4)\">"
      text += "\(label)</text>"
    }
    for (value, label) in frame.horizontal.ticks {
      text += horizontalLabel(label, at: frame.x(value), frame)
    }
    if !hasScale {
      text += "<path class=\"axis\" d=\"M\(frame.left) \(frame.bottom)H\(frame.right)\"/>"
    }
    if !x.isEmpty {
      text += """
        <text class="label" text-anchor="middle" x="\(middle.0)" y="\(frame.height - 12)">\(x)</text>
        """
    }
    if !y.isEmpty {
      text += """
        <text class="label" text-anchor="middle" \
        transform="translate(24 \(middle.1)) rotate(-90)">\(y)</text>
        """
    }
    return text
  }

  private func horizontalLabel(_ label: String, at x: Double, _ frame: Frame) -> Markup {
    var text: Markup = ""
    if case .points = marks {
      text += "<path class=\"grid\" d=\"M\(x) \(frame.top)V\(frame.bottom)\"/>"
    }
    if frame.slanted {
      text += "<text class=\"label\" text-anchor=\"end\" transform=\"translate(\(x + 4) "
      text += "\(frame.bottom + 14)) rotate(-38)\">\(label)</text>"
    } else {
      text += "<text class=\"label\" text-anchor=\"middle\" x=\"\(x)\" y=\"\(frame.bottom + 18)\">"
      text += "\(label)</text>"
    }
    return text
  }
}

/// Text takes the colour of the screen's mode; marks have colours that serve both.
private let style = """
  svg{color:#1f2430;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}\
  text{fill:currentColor}.title{font-size:15px;font-weight:600}\
  .label,.quiet{opacity:.72}.cell{font-size:11px}.ground{fill:#fff}\
  .grid{stroke:currentColor;opacity:.1}.axis{stroke:currentColor;opacity:.4}\
  .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\
  .band{opacity:.18}.dots{stroke-linecap:round;fill:none;opacity:.8}\
  @media(prefers-color-scheme:dark){svg{color:#e7e9ee}.ground{fill:#181b21}}
  """
