import Files
import Evaluation
import Foundation
import Learning
import Manual
import Reporting

extension Findings {
  /// The findings for a terminal: figures, tables, and the conclusion last.
  var text: String {
    var parts: [String] = []
    if !figures.isEmpty {
      var table = TextTable(["", "", "", ""])
      for figure in figures {
        let range = figure.interval.map {
          "[\(format(value: $0.low)), \(format(value: $0.high))]"
        }
        table.add([figure.name, format(value: figure.value), range ?? "", figure.unit])
      }
      parts.append(table.text())
    }
    for each in tables {
      var table = TextTable(each.columns)
      for row in each.rows { table.add(row.map(\.text)) }
      parts.append("\(each.title)\n" + table.text())
    }
    return (parts + [conclusion]).joined(separator: "\n\n")
  }

  /// The findings as a document.
  var json: JSON {
    [
      ("conclusion", .string(conclusion)),
      ("figures", .array(figures.map(\.json))),
      ("tables", .array(tables.map(\.json))),
      ("charts", .array(charts.map(\.json))),
    ].json
  }

  /// The findings as a page of a report.
  func page(_ card: Card, settings: JSONValue) throws -> Page {
    var page = Page(card.title, subtitle: conclusion)
    page.blocks.append(.paragraph(card.summary))
    page.blocks.append(.paragraph(card.source))
    if !figures.isEmpty {
      page.blocks.append(.facts(figures.map { ($0.name, $0.text) }))
    }
    for each in charts {
      let lines = each.curves.map {
        Line($0.name, x: $0.x, y: $0.y, low: $0.low, high: $0.high)
      }
      page.blocks.append(
        .chart(
          Reporting.Chart(each.title, x: each.x, y: each.y, .lines(lines)), caption: each.title))
    }
    for each in galleries {
      let rows = try each.pictures.map { picture -> (name: String, picture: Reporting.Picture) in
        (
          name: picture.name,
          picture: try Reporting.Picture(
            width: picture.width, height: picture.height, channels: 3, pixels: picture.pixels)
        )
      }
      page.blocks.append(.gallery(title: each.title, rows: rows, caption: each.caption))
    }
    for each in tables {
      page.blocks.append(.heading(each.title))
      page.blocks.append(
        .table(Reporting.Table(columns: each.columns, rows: each.rows.map { $0.map(\.text) })))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    page.blocks.append(.heading("Settings"))
    page.blocks.append(
      .code(String(decoding: try encoder.encode(settings), as: UTF8.self), caption: card.id))
    return page
  }
}

extension Findings.Cell {
  var text: String {
    switch self {
    case .number(let value): format(value: value)
    case .word(let word): word
    }
  }

  var json: JSON {
    switch self {
    case .number(let value): .number(value)
    case .word(let word): .string(word)
    }
  }
}

extension Findings.Figure {
  var text: String {
    let range = interval.map { " [\(format(value: $0.low)), \(format(value: $0.high))]" } ?? ""
    return format(value: value) + range + (unit.isEmpty ? "" : " \(unit)")
  }

  var json: JSON {
    [
      ("name", .string(name)), ("value", .number(value)),
      ("interval", interval.map { .array([.number($0.low), .number($0.high)]) } ?? .null),
      ("level", interval.map { .number($0.level) } ?? .null), ("unit", .string(unit)),
    ].json
  }
}

extension Findings.Table {
  var json: JSON {
    [
      ("title", .string(title)), ("columns", .array(columns.map { .string($0) })),
      ("rows", .array(rows.map { .array($0.map(\.json)) })),
    ].json
  }
}

extension Findings.Chart {
  var json: JSON {
    func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }
    let all = curves.map { curve -> JSON in
      [
        ("name", .string(curve.name)), ("x", numbers(curve.x)), ("y", numbers(curve.y)),
        ("low", numbers(curve.low)), ("high", numbers(curve.high)),
      ].json
    }
    return [
      ("title", .string(title)), ("x", .string(x)), ("y", .string(y)), ("curves", .array(all)),
    ].json
  }
}
