import Evaluation

extension ConceptDepth {
  /// Curves of tasks, by what was done before a model was probed; the first are of the model as it is.
  func findings(
    _ tasks: [DepthTask], _ arms: [(name: String, curves: [DepthCurve])]
  ) -> Findings {
    let plain = arms.first?.curves ?? []
    let parts = zip(tasks, plain).map { "\($0.name) \($1.converging)" }
    let last = (plain.first?.accuracies.count ?? 1) - 1
    var findings = Findings(
      "Accuracies converge at these layers, of which 0 is the embedding and \(last) the last: "
        + parts.joined(separator: ", ") + ".")
    for (task, curve) in zip(tasks, plain) {
      findings.add("converging layer of \(task.name)", Double(curve.converging), unit: "blocks")
    }
    var rows: [[Findings.Cell]] = []
    for (name, curves) in arms {
      for (place, curve) in curves.enumerated() {
        let reached = curve.reached(0.97 * plain[place].peak)
        rows.append([
          .word(tasks[place].name), .word(name), cell(curve.jump), cell(curve.converging),
          cell(reached > last ? nil : reached), .number(curve.peak),
          .number(curve.accuracies.mean),
        ])
      }
    }
    findings.add(
      table: "Layers by task",
      [
        "task", "arm", "jumps at", "converges at", "reaches 97% of the best as it is at", "best",
        "mean of layers",
      ], rows)
    func line(_ name: String, _ curve: DepthCurve) -> Findings.Curve {
      Findings.Curve(name, x: curve.accuracies.indices.map { Double($0) }, y: curve.accuracies)
    }
    findings.add(
      chart: "What each layer tells", x: "layer", y: "accuracy",
      zip(tasks, plain).map { line($0.name, $1) })
    if let task = tasks.last {
      findings.add(
        chart: "What each layer tells of \(task.name)", x: "layer", y: "accuracy",
        arms.compactMap { name, curves in curves.last.map { line(name, $0) } })
    }
    return findings
  }

  /// A layer; a word where there is none.
  private func cell(_ layer: Int?) -> Findings.Cell {
    layer.map { Findings.Cell.number(Double($0)) } ?? .word("none")
  }
}
