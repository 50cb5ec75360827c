import Foundation

/// The text of a page and the files it names, while both grow.
struct PageLayout {
  /// Whether plotly.js stands beside the page.
  let interactive: Bool
  /// The files to be written beside the page.
  private(set) var files: [(path: String, bytes: Data)] = []
  /// The figures, from the top.
  private(set) var figures: [Page.Figure] = []
  private var taken: Set<String> = []
  /// Whether the page holds its files, instead of naming them.
  private let embedded: Bool

  init(interactive: Bool, embedded: Bool = false) {
    (self.interactive, self.embedded) = (interactive, embedded)
  }

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
      let file = try add(picture, title)
      figures.append(Page.Figure(title: title, files: [file.name]))
      return """
        <figure>\(image(picture, file, alt: title))\
        \(self.caption(title, caption, [("PNG", file)]))</figure>
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
  /// A file of a figure: what it is called, and what leads to it.
  private struct File {
    /// Its path from the page's folder, or its name alone where the page holds it.
    let name: String
    /// A path, or the file itself as a `data:` link.
    let link: String
  }

  /// Keeps a file beside the page, or in it.
  private mutating func keep(_ stem: String, _ ending: String, _ bytes: Data) -> File {
    let types = ["svg": "image/svg+xml", "png": "image/png", "csv": "text/csv"]
    guard embedded else {
      let path = "figures/\(stem).\(ending)"
      files.append((path, bytes))
      return File(name: path, link: path)
    }
    let type = types[ending] ?? "application/octet-stream"
    return File(
      name: "\(stem).\(ending)", link: "data:\(type);base64,\(bytes.base64EncodedString())")
  }

  private mutating func figure(_ chart: Chart, _ caption: String) throws -> Markup {
    let stem = name(chart.title)
    let wide = keep(stem, "svg", Data(try chart.svg().utf8))
    let numbers = keep(stem, "csv", Data(chart.csv().utf8))
    var source: Markup = ""
    if !embedded {
      let narrow = keep(stem + "-narrow", "svg", Data(try chart.svg(width: 360, height: 320).utf8))
      source = "<source media=\"(max-width: 30rem)\" srcset=\"\(narrow.link)\">"
    }
    figures.append(Page.Figure(title: chart.title, files: [wide.name, numbers.name]))
    let data: Markup =
      interactive
      ? "<script type=\"application/json\">\(Markup(trusted: chart.plotlyJSON()))</script>" : ""
    let links = [("SVG", wide), ("CSV", numbers)]
    return """
      <figure><div class="chart"><picture>\(source)\
      <img src="\(wide.link)" alt="\(chart.summary)" width="540" height="350" loading="lazy">\
      </picture>\(data)</div>\(self.caption("", caption, links, of: chart.title))</figure>
      """
  }

  private mutating func gallery(
    _ title: String, _ rows: [(name: String, picture: Picture)], _ caption: String
  ) throws -> Markup {
    var links: [(String, File)] = []
    var body: Markup = ""
    for (name, picture) in rows {
      let file = try add(picture, title + " " + name)
      links.append((name + " (PNG)", file))
      body += """
        <div class="row"><span>\(name)</span>\(image(picture, file, alt: "\(title): \(name)"))</div>
        """
    }
    figures.append(Page.Figure(title: title, files: links.map(\.1.name)))
    return "<figure class=\"gallery\">\(body)\(self.caption(title, caption, links))</figure>"
  }

  private mutating func add(_ picture: Picture, _ title: String) throws -> File {
    keep(name(title), "png", try picture.pngData())
  }

  private func image(_ picture: Picture, _ file: File, alt: String) -> Markup {
    """
    <img src="\(file.link)" alt="\(alt)" width="\(picture.width)" height="\(picture.height)" \
    loading="lazy">
    """
  }

  private func caption(
    _ title: String, _ text: String, _ links: [(label: String, file: File)], of whole: String = ""
  ) -> Markup {
    let heading: Markup = title.isEmpty ? "" : "<strong>\(title)</strong> "
    let anchors = links.map { link -> Markup in
      let spoken = "Download \(link.label) of \(whole.isEmpty ? title : whole)"
      let name = link.file.name.split(separator: "/").last.map(String.init) ?? ""
      return
        "<a href=\"\(link.file.link)\" download=\"\(name)\" aria-label=\"\(spoken)\">\(link.label)</a>"
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
