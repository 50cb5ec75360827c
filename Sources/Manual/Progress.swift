/// How far a long piece of work has come, and how that reads.
struct Progress: Sendable {
  var label: String
  let unit: String
  let total: Int?
  /// What was done before this run began, as after a resume: it counts for the share, not the rate.
  let start: Int
  /// How many of what is counted make one unit: runs may be counted in hundredths.
  let parts: Int
  var done: Int
  var elapsed = 0.0
  var values: [(name: String, value: Double)] = []

  init(label: String, total: Int?, unit: String, start: Int = 0, parts: Int = 1) {
    self.label = label
    self.parts = max(1, parts)
    self.unit = unit
    self.total = total.flatMap { $0 > 0 ? $0 : nil }
    self.start = start
    done = start
  }

  /// Units a second; nothing before there is anything to divide.
  var rate: Double? {
    elapsed > 0 && done > start ? Double(done - start) / Double(parts) / elapsed : nil
  }

  /// The part that is done, from 0 to 1.
  var share: Double? { total.map { min(1, max(0, Double(done) / Double($0))) } }

  var secondsLeft: Double? {
    guard let total, let rate, done < total else { return nil }
    return Double(total - done) / Double(parts) / rate
  }

  /// One line for a terminal: what matters least is left out until the rest fits in `width`.
  func line(width: Int) -> String {
    let percent = share.map { "\(Int(($0 * 100).rounded(.down)))%" }
    let parts: [(text: String?, weight: Int)] = [
      (label, 9), (percent, 8), (amount, 3), (rate.map { format(rate: $0, unit: unit) }, 5),
      (format(duration: elapsed), 2), (secondsLeft.map { format(duration: $0) + " left" }, 7),
      (valuesText, 6),
    ]
    var kept = parts.compactMap { part in
      part.text.flatMap { $0.isEmpty ? nil : (text: $0, weight: part.weight) }
    }
    func joined() -> String { kept.map(\.text).joined(separator: "  ") }
    while joined().count > width, kept.count > 1,
      let least = kept.indices.min(by: { kept[$0].weight < kept[$1].weight })
    {
      kept.remove(at: least)
    }
    let spare = width - joined().count - 2
    if let share, spare >= 8, !kept.isEmpty {
      kept.insert((bar(share, width: min(24, spare)), 0), at: label.isEmpty ? 0 : 1)
    }
    return String(joined().prefix(max(0, width)))
  }

  /// One sentence for a log.
  var sentence: String {
    let percent = share.map { " (\(Int(($0 * 100).rounded(.down)))%)" } ?? ""
    let parts = [
      amount + percent, rate.map { format(rate: $0, unit: unit) },
      format(duration: elapsed), secondsLeft.map { format(duration: $0) + " left" }, valuesText,
    ]
    return prefix + parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// What there is to say at the end.
  var summary: String {
    let unfinished = total.map { done < $0 } ?? false
    let what = unfinished ? "stopped at \(amount)" : "\(count(done)) \(unit)"
    let speed = rate.map { " (\(format(rate: $0, unit: unit)))" } ?? ""
    let values = valuesText.isEmpty ? "" : ", " + valuesText
    return prefix + what + " in " + format(duration: elapsed) + speed + values
  }

  private var prefix: String { label.isEmpty ? "" : label + ": " }

  private var amount: String {
    let goal = total.map { "/" + count($0) } ?? ""
    return count(done) + goal + " " + unit
  }

  private func count(_ done: Int) -> String {
    done % parts == 0
      ? format(count: done / parts) : decimal(Double(done) / Double(parts), digits: 1)
  }

  private var valuesText: String {
    values.map { "\($0.name) \(format(value: $0.value))" }.joined(separator: ", ")
  }

  private func bar(_ share: Double, width: Int) -> String {
    let cells = width - 2
    let full = Int((share * Double(cells)).rounded(.down))
    return "[" + String(repeating: "#", count: full)
      + String(repeating: "-", count: cells - full) + "]"
  }
}
