import Evaluation

extension Ibydmt {
  /// What the tests of each repeat, `[repeat][concept]`, say of the concepts.
  func findings(_ names: [String], _ paths: [[WealthPath]]) -> Findings {
    let bound = 1 / level
    let first = paths[0]
    let found = controlledRejections(first, level: level)
    // A test that never rejects is as late as the latest can be.
    let last = Double(paths.joined().map { $0.values.count - 1 }.max() ?? 1)
    let mean = names.indices.map { concept in
      paths.map { $0[concept].step(reaching: bound).map(Double.init) ?? last }.mean
    }
    let share = names.indices.map { concept in
      Double(paths.count { $0[concept].step(reaching: bound) != nil }) / Double(paths.count)
    }
    let order = names.indices.sorted { (mean[$0], $0) < (mean[$1], $1) }
    var findings = Findings(
      sentence(order.filter { found[$0] != nil }.map { names[$0] }, names.count))
    findings.add("concepts found", Double(found.count { $0 != nil }))
    findings.add("concepts", Double(names.count))
    findings.add("false discovery rate, at most", level, unit: "share")
    findings.add(
      table: "Concepts, the soonest first",
      [
        "concept", "found", "step", "p", "last wealth", "mean step of all orders",
        "orders that reject",
      ],
      order.map { concept in
        [
          .word(names[concept]), .word(found[concept] == nil ? "no" : "yes"),
          found[concept].map { .number(Double($0)) } ?? .word(""), .number(first[concept].p),
          .number(first[concept].values.last ?? 1), .number(mean[concept]),
          .number(share[concept]),
        ]
      })
    findings.add(
      chart: "Wealth of the tests", x: "step", y: "wealth",
      order.prefix(12).map { concept in
        let values = first[concept].values
        return Findings.Curve(
          names[concept], x: values.indices.map(Double.init),
          y: values.map { min($0, Double(names.count) / level) })
      })
    return findings
  }

  private func sentence(_ found: [String], _ all: Int) -> String {
    let about =
      switch kind {
      case .global: "the predictions depend on"
      case .conditional: "the predictions depend, the others being known, on"
      case .local: "the prediction of row \(row) depends on"
      }
    guard !found.isEmpty else {
      return "No sign that \(about) any of the \(all) concepts; more rows could still show it."
    }
    let named = found.prefix(5).joined(separator: ", ")
    return "Of \(all) concepts, \(about) \(found.count), the most important first: \(named)"
      + (found.count > 5 ? " and more." : ".")
      + " Among such findings at most \(plain(100 * level))% are false, in expectation"
      + (kind == .global
        ? "."
        : ", as far as draws of concepts are like the concepts: where rows are few, their error counts.")
  }
}
