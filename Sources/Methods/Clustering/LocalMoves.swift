import Torch

/// A partition of a graph's nodes, and moves of single nodes that raise its modularity.
struct LocalMoves {
  private(set) var parts: [Int]
  private let graph: WeightedGraph
  private let strengths: [Double]
  /// Total strength of each part.
  private var sums: [Double]
  private var sizes: [Int]
  /// γ / 2m.
  private let pull: Double
  /// Weight from the node in hand to each part; 0 where it was not touched.
  private var links: [Double]

  init(_ graph: WeightedGraph, _ parts: [Int], _ resolution: Double) {
    self.graph = graph
    self.parts = parts
    strengths = graph.strengths
    let total = strengths.reduce(0, +)
    pull = total > 0 ? resolution / total : 0
    sums = Array(repeating: 0, count: graph.nodes)
    sizes = Array(repeating: 0, count: graph.nodes)
    links = Array(repeating: 0, count: graph.nodes)
    for (node, part) in parts.enumerated() {
      sums[part] += strengths[node]
      sizes[part] += 1
    }
  }

  /// Moves nodes to the part that gains most, until none gains; the neighbours of one that moved are asked again.
  mutating func settle(_ random: inout SplitMix) {
    var queue = Array(0..<graph.nodes)
    queue.shuffle(using: &random)
    var isQueued = Array(repeating: true, count: graph.nodes)
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      isQueued[node] = false
      let touched = touch(node)
      let here = parts[node]
      let rest = sums[here] - strengths[node]
      var best = (part: here, gain: links[here] - pull * strengths[node] * rest)
      for part in touched where part != here {
        let gain = links[part] - pull * strengths[node] * sums[part]
        if gain > best.gain + 1e-12 { best = (part, gain) }
      }
      // A part of its own, where the node does better alone.
      if best.gain < -1e-12, let empty = sizes.firstIndex(of: 0) { best = (empty, 0) }
      for part in touched { links[part] = 0 }
      guard best.part != here else { continue }
      move(node, to: best.part)
      for edge in graph.starts[node]..<graph.starts[node + 1] {
        let other = graph.targets[edge]
        if !isQueued[other], parts[other] != best.part {
          isQueued[other] = true
          queue.append(other)
        }
      }
    }
  }

  /// Joins nodes that are alone with the part inside the same one of `outer` that gains most, where both hang
  /// together with the rest of it.
  mutating func merge(within outer: [Int], _ random: inout SplitMix) {
    var outerSums = Array(repeating: 0.0, count: graph.nodes)
    for (node, part) in outer.enumerated() { outerSums[part] += strengths[node] }
    // Weight from each part to the rest of its outer one.
    var ties = (0..<graph.nodes).map { node in
      (graph.starts[node]..<graph.starts[node + 1])
        .filter { outer[graph.targets[$0]] == outer[node] }
        .reduce(0.0) { $0 + graph.weights[$1] }
    }
    func hangs(_ tie: Double, _ sum: Double, _ all: Double) -> Bool {
      tie >= pull * sum * (all - sum) - 1e-12
    }
    var order = Array(0..<graph.nodes)
    order.shuffle(using: &random)
    for node in order where sizes[parts[node]] == 1 {
      let all = outerSums[outer[node]]
      guard hangs(ties[parts[node]], strengths[node], all) else { continue }
      let here = parts[node]
      let touched = touch(node) { outer[$0] == outer[node] }
      var best = (part: here, gain: 0.0)
      for part in touched where part != here && hangs(ties[part], sums[part], all) {
        let gain = links[part] - pull * strengths[node] * sums[part]
        if gain > best.gain + 1e-12 { best = (part, gain) }
      }
      if best.part != here {
        ties[best.part] += ties[here] - 2 * links[best.part]
        move(node, to: best.part)
      }
      for part in touched { links[part] = 0 }
    }
  }

  /// Fills ``links`` for `node` from the edges to nodes that `counts`; the parts they lead to.
  private mutating func touch(_ node: Int, _ counts: (Int) -> Bool = { _ in true }) -> [Int] {
    var touched: [Int] = []
    for edge in graph.starts[node]..<graph.starts[node + 1] where counts(graph.targets[edge]) {
      let part = parts[graph.targets[edge]]
      if links[part] == 0 { touched.append(part) }
      links[part] += graph.weights[edge]
    }
    return touched
  }

  private mutating func move(_ node: Int, to part: Int) {
    sums[parts[node]] -= strengths[node]
    sizes[parts[node]] -= 1
    parts[node] = part
    sums[part] += strengths[node]
    sizes[part] += 1
  }
}
