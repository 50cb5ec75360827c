import Manual
import Reporting
import Torch

/// The time of a training step, by phase and operator; the parts add up to the whole.
struct StepProfile {
  /// What a phase spends in one operator, without the operators that this one calls.
  struct Operator {
    let phase: String
    /// Its name; nil for what lies between operators.
    let name: String?
    var calls = 0
    var seconds = 0.0
  }

  /// What no span of the training loop names.
  static let rest = "rest"
  private static let order = ["data", "forward", "backward", "optimiser"]

  let steps: Int
  /// Seconds of all steps together.
  let seconds: Double
  /// The same steps in the same state of the machine, without recording.
  let plainSeconds: Double
  /// Seconds of each phase, in the order of a step; `rest` is last.
  let phases: [(name: String, seconds: Double)]
  /// Those that took longest first.
  let operators: [Operator]
  private let profile: Profile

  init(_ profile: Profile, steps: Int, plainSeconds: Double) {
    self.profile = profile
    self.steps = steps
    self.plainSeconds = plainSeconds
    seconds = profile.nodes.first?.seconds ?? 0
    var phaseOf: [String] = []
    var totals: [String: Double] = [:]
    var found: [[String?]: Operator] = [:]
    for (node, own) in zip(profile.nodes, profile.ownSeconds) {
      let outer = node.parent.map { phaseOf[$0] } ?? Self.rest
      let phase = node.isSpan && node.parent != nil ? node.name : outer
      phaseOf.append(phase)
      totals[phase, default: 0] += own
      let name = node.isSpan ? nil : Self.readable(node.name)
      var entry = found[[phase, name]] ?? Operator(phase: phase, name: name)
      // The engine's part of a node of the graph has the node's name.
      if node.parent.map({ Self.readable(profile.nodes[$0].name) }) != name || name == nil {
        entry.calls += node.calls
      }
      entry.seconds += own
      found[[phase, name]] = entry
    }
    let others = totals.keys.filter { !Self.order.contains($0) && $0 != Self.rest }.sorted()
    phases = (Self.order + others + [Self.rest]).map { ($0, totals[$0] ?? 0) }
    operators = found.values.sorted {
      ($0.seconds, $1.phase, $1.name ?? "") > ($1.seconds, $0.phase, $0.name ?? "")
    }
  }

  /// What libtorch calls an operator, without the words that all of its kind share.
  static func readable(_ name: String) -> String {
    var name = name
    for prefix in ["autograd::engine::evaluate_function: ", "torch::autograd::CppNode<"]
    where name.hasPrefix(prefix) {
      name = String(name.dropFirst(prefix.count))
    }
    if name.hasSuffix(">") { name = String(name.dropLast()) + "Backward" }
    return name.replacing("(anonymous namespace)::", with: "latent::")
  }

  /// The share of the whole.
  func share(_ part: Double) -> Double { seconds > 0 ? part / seconds : 0 }

  /// What calls what, and for how long in a step.
  var flame: FlameGraph {
    var children: [[Int]] = Array(repeating: [], count: profile.nodes.count)
    for (index, node) in profile.nodes.enumerated() {
      if let parent = node.parent { children[parent].append(index) }
    }
    func box(_ index: Int) -> FlameGraph.Box {
      let node = profile.nodes[index]
      return FlameGraph.Box(
        node.parent == nil ? "a step" : Self.readable(node.name),
        node.seconds / Double(max(steps, 1)) * 1000, children[index].map(box))
    }
    return FlameGraph(
      "Milliseconds of a training step", unit: "ms",
      profile.nodes.isEmpty ? FlameGraph.Box("a step", 0, []) : box(0))
  }
}

extension StepProfile {
  var json: [(String, JSON)] {
    [
      ("steps", .int(steps)), ("seconds", .number(seconds)),
      ("seconds_without_recording", .number(plainSeconds)),
      (
        "phases",
        .array(
          phases.map {
            .object([
              ("name", .string($0.name)), ("seconds", .number($0.seconds)),
              ("share", .number(share($0.seconds))),
            ])
          })
      ),
      (
        "operators",
        .array(
          operators.map {
            .object([
              ("phase", .string($0.phase)), ("name", $0.name.map(JSON.string) ?? .null),
              ("calls", .int($0.calls)), ("seconds", .number($0.seconds)),
              ("share", .number(share($0.seconds))),
            ])
          })
      ),
    ]
  }

  /// Two tables: phases, and the `rows` operators that take longest with the others as one row.
  func text(rows: Int) -> String {
    func milliseconds(_ seconds: Double) -> String {
      format(value: seconds / Double(max(steps, 1)) * 1000)
    }
    func percent(_ seconds: Double) -> String {
      let tenths = (share(seconds) * 1000).rounded() / 10
      return "\(tenths)%"
    }
    var table = TextTable(["phase", "ms a step", "share"], alignments: [.left, .right, .right])
    for phase in phases {
      table.add([phase.name, milliseconds(phase.seconds), percent(phase.seconds)])
    }
    table.add(["all", milliseconds(seconds), percent(seconds)])
    var list = TextTable(
      ["phase", "operator", "calls a step", "ms a step", "share"],
      alignments: [.left, .left, .right, .right, .right])
    func add(_ phase: String, _ name: String, _ calls: Int, _ seconds: Double) {
      list.add([
        phase, name, format(value: Double(calls) / Double(max(steps, 1))), milliseconds(seconds),
        percent(seconds),
      ])
    }
    for each in operators.prefix(rows) {
      add(each.phase, each.name ?? "(between operators)", each.calls, each.seconds)
    }
    let others = operators.dropFirst(rows)
    if !others.isEmpty {
      let all = others.reduce((0, 0.0)) { ($0.0 + $1.calls, $0.1 + $1.seconds) }
      add("", "(\(others.count) others)", all.0, all.1)
    }
    return table.text() + "\n\n" + list.text(width: 100)
  }
}
