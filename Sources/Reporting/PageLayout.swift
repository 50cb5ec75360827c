import Foundation

/// The text of a page and the files it names, while both grow.
struct PageLayout {
  /// Whether plotly.js stands beside the page.
  let interactive: Bool
  /// The files to be written beside the page.
  private(set) var files: [(path: String, bytes: Data)] = []
  private var taken: Set<String> = []

  init(interactive: Bool) { self.interactive = interactive }

  /// The whole document.
  mutating func html(of page: Page) throws -> String {
    var sections: [(id: String, title: String)] = []
    var body: Markup = "<section>"
    var row: Markup = ""
    for block in page.blocks {
      if case .chart(let chart, let caption) = block {
        row += try figure(chart, caption)
        continue
      }
      body += charts(row)
      row = ""
      if case .heading(let title) = block {
        sections.append((name("section " + title), title))
        let id = sections[sections.count - 1].id
        body += "</section><section aria-labelledby=\"\(id)\"><h2 id=\"\(id)\">\(title)</h2>"
      } else {
        body += try markup(of: block)
      }
    }
    body += charts(row) + "</section>"
    return document(page, contents(sections), body).text
  }

  private func document(_ page: Page, _ contents: Markup, _ body: Markup) -> Markup {
    let subtitle: Markup = page.subtitle.isEmpty ? "" : "<p class=\"lead\">\(page.subtitle)</p>"
    let scripts: Markup =
      interactive
      ? """
      <script defer src="plotly.min.js"></script><script>\(Markup(trusted: pageScript))</script>
      """ : ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(page.title)</title>
      <style>\(Markup(trusted: pageStyle))</style>
      </head>
      <body>
      <a class="skip" href="#content">Skip to the content</a>
      <header><h1>\(page.title)</h1>\(subtitle)\(contents)</header>
      <main id="content">\(body)</main>
      \(scripts)
      </body>
      </html>

      """
  }

  /// Links to the sections, where there are enough to get lost.
  private func contents(_ sections: [(id: String, title: String)]) -> Markup {
    guard sections.count > 2 else { return "" }
    let links = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" as Markup }
    return "<nav aria-label=\"Contents\">\(.joined(links))</nav>"
  }

  private func charts(_ row: Markup) -> Markup {
    row.text.isEmpty ? "" : "<div class=\"charts\">\(row)</div>"
  }

  private mutating func markup(of block: Page.Block) throws -> Markup {
    switch block {
    case .heading, .chart: return ""
    case .paragraph(let text): return "<p>\(text)</p>"
    case .facts(let facts):
      let pairs = facts.map { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" as Markup }
      return "<dl>\(.joined(pairs))</dl>"
    case .table(let table): return markup(of: table)
    case .picture(let picture, let title, let caption):
      let path = try add(picture, title)
      return """
        <figure>\(image(picture, path, alt: title))\
        \(self.caption(title, caption, [("PNG", path)]))</figure>
        """
    case .gallery(let title, let rows, let caption): return try gallery(title, rows, caption)
    case .code(let code, let caption):
      let note: Markup = caption.isEmpty ? "" : "<figcaption>\(caption)</figcaption>"
      return "<figure class=\"code\"><pre tabindex=\"0\"><code>\(code)</code></pre>\(note)</figure>"
    }
  }

  private func markup(of table: Table) -> Markup {
    let numeric = table.columns.indices.map(table.isNumeric)
    func cells(_ row: [String], _ tag: Markup) -> Markup {
      .joined(
        row.enumerated().map { index, cell in
          "<\(tag)\(numeric[index] ? " class=\"number\"" as Markup : "")>\(cell)</\(tag.word)>"
        })
    }
    let rows = table.rows.map { "<tr>\(cells($0, "td"))</tr>" as Markup }
    return """
      <div class="table" tabindex="0" role="region" aria-label="Table"><table>\
      <thead><tr>\(cells(table.columns, "th scope=\"col\""))</tr></thead>\
      <tbody>\(.joined(rows))</tbody></table></div>
      """
  }
}

// MARK: Figures

extension PageLayout {
  private mutating func figure(_ chart: Chart, _ caption: String) throws -> Markup {
    let stem = name(chart.title)
    let (wide, narrow) = ("figures/\(stem).svg", "figures/\(stem)-narrow.svg")
    files.append((wide, Data(try chart.svg().utf8)))
    files.append((narrow, Data(try chart.svg(width: 360, height: 320).utf8)))
    files.append(("figures/\(stem).csv", Data(chart.csv().utf8)))
    let data: Markup =
      interactive
      ? "<script type=\"application/json\">\(Markup(trusted: chart.plotlyJSON()))</script>" : ""
    let links = [("SVG", wide), ("CSV", "figures/\(stem).csv")]
    return """
      <figure><div class="chart"><picture><source media="(max-width: 30rem)" srcset="\(narrow)">\
      <img src="\(wide)" alt="\(chart.summary)" width="540" height="350" loading="lazy">\
      </picture>\(data)</div>\(self.caption("", caption, links, of: chart.title))</figure>
      """
  }

  private mutating func gallery(
    _ title: String, _ rows: [(name: String, picture: Picture)], _ caption: String
  ) throws -> Markup {
    var links: [(String, String)] = []
    var body: Markup = ""
    for (name, picture) in rows {
      let path = try add(picture, title + " " + name)
      links.append((name + " (PNG)", path))
      body += """
        <div class="row"><span>\(name)</span>\(image(picture, path, alt: "\(title): \(name)"))</div>
        """
    }
    return "<figure class=\"gallery\">\(body)\(self.caption(title, caption, links))</figure>"
  }

  private mutating func add(_ picture: Picture, _ title: String) throws -> String {
    let path = "figures/\(name(title)).png"
    files.append((path, try picture.pngData()))
    return path
  }

  private func image(_ picture: Picture, _ path: String, alt: String) -> Markup {
    """
    <img src="\(path)" alt="\(alt)" width="\(picture.width)" height="\(picture.height)" \
    loading="lazy">
    """
  }

  private func caption(
    _ title: String, _ text: String, _ links: [(label: String, path: String)], of whole: String = ""
  ) -> Markup {
    let heading: Markup = title.isEmpty ? "" : "<strong>\(title)</strong> "
    let anchors = links.map { link -> Markup in
      let spoken = "Download \(link.label) of \(whole.isEmpty ? title : whole)"
      return "<a href=\"\(link.path)\" download aria-label=\"\(spoken)\">\(link.label)</a>"
    }
    return
      "<figcaption><span>\(heading)\(text)</span><span class=\"get\">\(.joined(anchors))</span></figcaption>"
  }

  /// A file name that no other figure has: small letters, digits and hyphens of `title`.
  private mutating func name(_ title: String) -> String {
    let letters = title.lowercased().unicodeScalars.map { scalar -> Character in
      "abcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars.contains(scalar)
        ? Character(scalar) : "-"
    }
    let words = String(letters).split(separator: "-").joined(separator: "-").prefix(60)
    let stem = words.isEmpty ? "figure" : String(words)
    var (name, number) = (stem, 2)
    // The narrow twin of a chart takes a name too.
    while taken.contains(name) || taken.contains(name + "-narrow") {
      (name, number) = ("\(stem)-\(number)", number + 1)
    }
    taken.formUnion([name, name + "-narrow"])
    return name
  }
}

extension Markup {
  /// The tag's name alone, for its end.
  fileprivate var word: Markup { Markup(trusted: String(text.prefix { $0 != " " })) }
}
