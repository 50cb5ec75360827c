import Torch

/// Communities of a graph with a high modularity, each of which hangs together.
///
/// - Source: Traag, Waltman & van Eck, *From Louvain to Leiden: guaranteeing well-connected communities*, Scientific
///   Reports 2019, algorithm A.2.
/// - Departs: refinement takes the best community instead of a random one, as the authors' leidenalg does.
struct Leiden: Sendable {
  /// γ, how much weight within communities is held against what chance would give; more gives more communities.
  var resolution = 1.0
  /// Most passes over the whole; a pass that changes nothing is the last.
  var passes = 20

  /// The community of each node.
  func communities(_ graph: WeightedGraph, seed: Seed) -> [Int] {
    var parts = Array(0..<graph.nodes)
    var best = modularity(graph, parts)
    for pass in 0..<passes {
      var random = SplitMix(seed.child(pass))
      let next = numbered(improved(graph, parts, &random))
      let value = modularity(graph, next)
      guard value > best + 1e-12 else { break }
      (parts, best) = (next, value)
    }
    return numbered(parts)
  }

  /// Σ over communities of weight within, less γ times what strengths alone would give, over all weight.
  func modularity(_ graph: WeightedGraph, _ parts: [Int]) -> Double {
    let strengths = graph.strengths
    let total = strengths.reduce(0, +)
    guard total > 0 else { return 0 }
    var (inside, sums) = (0.0, [Int: Double]())
    for node in 0..<graph.nodes {
      sums[parts[node], default: 0] += strengths[node]
      inside += 2 * graph.loops[node]
      for edge in graph.starts[node]..<graph.starts[node + 1]
      where parts[graph.targets[edge]] == parts[node] {
        inside += graph.weights[edge]
      }
    }
    let chance = sums.values.sorted().reduce(0) { $0 + $1 * $1 }
    return inside / total - resolution * chance / (total * total)
  }

  /// Moves nodes, refines, and does so again with refined communities as nodes, until each is a node.
  private func improved(
    _ graph: WeightedGraph, _ start: [Int], _ random: inout SplitMix
  ) -> [Int] {
    // The node that stands for each first node.
    var (graph, members) = (graph, Array(0..<graph.nodes))
    var parts = numbered(start)
    while true {
      var moves = LocalMoves(graph, parts, resolution)
      moves.settle(&random)
      parts = numbered(moves.parts)
      let count = (parts.max() ?? -1) + 1
      guard count < graph.nodes else { return members.map { parts[$0] } }
      var refinement = LocalMoves(graph, Array(0..<graph.nodes), resolution)
      refinement.merge(within: parts, &random)
      let refined = numbered(refinement.parts)
      let nodes = (refined.max() ?? -1) + 1
      // What cannot be refined is taken as it is.
      let groups = nodes < graph.nodes ? refined : parts
      var outer = Array(repeating: 0, count: nodes < graph.nodes ? nodes : count)
      for (node, group) in groups.enumerated() { outer[group] = parts[node] }
      graph = aggregate(graph, groups, outer.count)
      members = members.map { groups[$0] }
      parts = numbered(outer)
    }
  }

  private func aggregate(_ graph: WeightedGraph, _ groups: [Int], _ count: Int) -> WeightedGraph {
    var rows = Array(repeating: [Int: Double](), count: count)
    var loops = Array(repeating: 0.0, count: count)
    for node in 0..<graph.nodes {
      loops[groups[node]] += graph.loops[node]
      for edge in graph.starts[node]..<graph.starts[node + 1] {
        let (from, to) = (groups[node], groups[graph.targets[edge]])
        if from == to {
          loops[from] += graph.weights[edge] / 2
        } else {
          rows[from][to, default: 0] += graph.weights[edge]
        }
      }
    }
    return WeightedGraph(rows, loops: loops)
  }
}
