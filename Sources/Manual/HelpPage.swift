/// The pages of `--help`.
public enum HelpPage {
  /// The page of one verb, as plain text no wider than `width`.
  public static func render(_ verb: Verb, width: Int = 80, bold: Bool = false) -> String {
    var page = Page(width: width, bold: bold)
    page.heading("latent \(verb.name)", after: verb.summary)
    page.section("Usage") { page in
      for form in [verb.form] + verb.otherForms { page.line("  " + form) }
    }
    page.section("Arguments", verb.positionals.map { ($0.name, $0.help) })
    page.section(
      "Inputs",
      verb.inputs.map { ($0.name, $0.help + ($0.presence == .optional ? " (optional)" : "")) })
    page.section("Flags", verb.flags.map(entry))
    page.section("Settings of the method", verb.settings.map(entry))
    page.section("Flags of every verb", Verb.commonFlags.map(entry))
    for note in verb.notes { page.paragraph(note) }
    page.section("Examples") { page in
      for example in verb.examples {
        page.line("  " + example.command)
        page.wrapped(example.effect, indent: 6)
      }
    }
    return page.text
  }

  /// The overview of all verbs, as plain text no wider than `width`.
  public static func overview(width: Int = 80, bold: Bool = false) -> String {
    var page = Page(width: width, bold: bold)
    page.heading("latent", after: summary)
    page.section("Usage") { $0.line("  latent VERB [arguments] [flags]") }
    for group in Verb.Group.allCases {
      let verbs = Verb.all.filter { $0.group == group }
      page.section(group.rawValue, verbs.map { ($0.name, $0.summary) }, column: 15)
    }
    page.section("Examples") { page in
      for example in overviewExamples {
        page.line("  " + example.command)
        page.wrapped(example.effect, indent: 6)
      }
    }
    page.paragraph(
      "latent VERB --help tells more of each; every verb takes --json, --seed and --quiet.")
    return page.text
  }

  static let summary = "Learn, measure and use latent spaces."
  static var overviewExamples: [Verb.Example] {
    [Verb.fit.examples, Verb.sample.examples].compactMap(\.first)
  }

  private static func entry(_ flag: Flag) -> (String, String) {
    let standard = flag.standard.map { " (default: \($0))" } ?? ""
    return (flag.form, flag.help + standard)
  }
}

/// Text that grows line by line and keeps to a width.
private struct Page {
  let width: Int
  let bold: Bool
  var text = ""

  mutating func line(_ line: String) { text += line + "\n" }

  mutating func heading(_ title: String, after summary: String) {
    line("\(strong(title)): \(summary)")
  }

  mutating func section(_ title: String, _ body: (inout Page) -> Void) {
    line("")
    line(strong(title))
    body(&self)
  }

  /// Terms on the left, what they mean in a column on the right; nothing when there are no terms.
  mutating func section(_ title: String, _ entries: [(String, String)], column: Int? = nil) {
    guard !entries.isEmpty else { return }
    let longest = entries.map { $0.0.count }.max() ?? 0
    let column = column ?? min(longest + 4, 26)
    section(title) { page in
      for (term, meaning) in entries {
        let head = "  " + term
        if head.count + 2 > column {
          page.line(head)
          page.wrapped(meaning, indent: column)
        } else {
          page.wrapped(meaning, indent: column, head: head)
        }
      }
    }
  }

  mutating func paragraph(_ paragraph: String) {
    line("")
    wrapped(paragraph, indent: 0)
  }

  /// Fills lines with words from column `indent` on; `head` stands before the first.
  mutating func wrapped(_ words: String, indent: Int, head: String = "") {
    let margin = String(repeating: " ", count: indent)
    var current = head.padding(to: indent)
    var isEmpty = true
    for word in words.split(separator: " ") {
      if !isEmpty, current.count + 1 + word.count > width {
        line(current)
        current = margin
        isEmpty = true
      }
      current += isEmpty ? String(word) : " " + word
      isEmpty = false
    }
    line(current)
  }

  private func strong(_ text: String) -> String { bold ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}

extension String {
  /// The text with blanks up to a count of characters.
  func padding(to count: Int) -> String {
    self + String(repeating: " ", count: max(0, count - self.count))
  }
}
