import Evaluation
import Files
import Foundation
import Manual

extension CompareResult {
  /// Writes the comparison as one table of Markdown, a row for each method, with the command that made it.
  ///
  /// - Throws: `UserError` where the file cannot be written.
  func writeTable(to path: String) throws {
    try AtomicFile.write(Data(markdown.utf8), to: path)
  }

  private var markdown: String {
    let name = (plan.source as NSString).lastPathComponent
    let columns =
      ["method"]
      + standings.map {
        "\($0.measure)\($0.unit.isEmpty ? "" : ", \($0.unit)") \($0.direction == .higher ? "↑" : "↓")"
      } + ["seconds"]
    var table = TextTable(columns, alignments: [.left] + columns.dropFirst().map { _ in .right })
    for arm in order { table.add([arm] + standings.map { cell($0, arm) } + [seconds(arm)]) }
    return """
      # Methods on \(name), for \(plan.task?.rawValue ?? "represent")

      `\(command)`

      \(plan.seeds.count) seeds for each method, \(plan.allowance), \(plan.threads) \
      \(plan.threads == 1 ? "thread" : "threads") for each run. A figure is the mean with half of its 95% interval, \
      which is for new seeds and new items; ↑ higher is better, ↓ lower. The best of a column is bold, with those \
      whose distance from it may be chance (Holm's correction). A method without a figure cannot be measured so.

      \(table.markdown)

      """
  }

  /// Arms by the first measure, best first; those it cannot measure last.
  private var order: [String] {
    let ranked = standings.first?.arms.map(\.name) ?? []
    return ranked + plan.arms.map(\.name).filter { !ranked.contains($0) }
  }

  private func cell(_ standing: Standing, _ name: String) -> String {
    guard let arm = standing.arms.first(where: { $0.name == name }) else { return "" }
    let half = (arm.estimate.interval.high - arm.estimate.interval.low) / 2
    let text = "\(format(value: arm.estimate.value)) ± \(format(value: half))"
    let best = standing.arms.first?.name
    let isBehind = standing.pairs.contains { $0.better == best && $0.worse == name && $0.isReal }
    return isBehind ? text : "**\(text)**"
  }

  private func seconds(_ name: String) -> String {
    guard let cost = costs.first(where: { $0.name == name }), cost.seconds.isFinite else {
      return "failed"
    }
    return format(value: cost.seconds)
  }

  /// What was typed.
  private var command: String {
    (["latent"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
  }
}
