import Foundation
import Torch

/// Binary variables on a tree: a root of ±1, and at every level below it children that are their parent's value or, at
/// times, the other; only the leaves are seen.
///
/// - Source: Tian, Yu, Chen & Ganguli, *Understanding Self-supervised Learning with Dual Deep Networks*, 2020,
///   arXiv:2010.00578, section 5: the symmetric binary hierarchical latent tree.
struct LatentTree: Sendable {
  /// Children of a node.
  var branching = 3
  /// Levels below the root; the last are the leaves.
  var depth = 3
  /// Correlation of a child with its parent.
  var agreement = 0.7

  /// Values by level from the root to the leaves, `[n, branching^level]` of ±1 each.
  typealias Values = [Tensor]

  /// `rows` draws.
  func draw(_ rows: Int, _ random: RandomStream) -> Values {
    let coin = random.child("root").bernoulli(Tensor.full([rows, 1], 0.5))
    return redraw([coin * 2 - 1], below: 0, random)
  }

  /// The same draws with everything below `level` drawn anew.
  func redraw(_ values: Values, below level: Int, _ random: RandomStream) -> Values {
    var levels = Array(values.prefix(level + 1))
    for below in level..<depth {
      let parents = levels[below].repeatingEach(branching, along: 1)
      let stays = Tensor.full(parents.shape, (1 + agreement) / 2)
      levels.append(parents * (random.child(below).bernoulli(stays) * 2 - 1))
    }
    return levels
  }
}

/// How an embedding is drawn to its other view and away from others.
///
/// - Source: as ``LatentTree``, section 3: losses of half squared distances r of embeddings of unit length.
enum DualLoss: String, CaseIterable, Sendable {
  /// The distance to the other view less that to others.
  case simple
  /// τ log(1 + e^((r₊ − r₋)/τ)).
  case triplet
  /// −τ log of the share of the other view.
  case infoNCE = "infonce"

  private static let temperature = 0.5

  /// Of embeddings of two views of the same examples, `[n, m]` each, a scalar.
  func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (n, t) = (a.size(0), Self.temperature)
    let distances = 1 - a.ofUnitLength.matmul(b.ofUnitLength.transposed())  // [n, n]
    let near = distances.diagonal().unsqueezed(1)
    let others = 1 - Tensor.identity(n, type: a.dtype)
    let pairs = Double(n * (n - 1))
    switch self {
    case .simple: return ((near - distances) * others).sum() / pairs
    case .triplet:
      return (((near - distances) / t).softplus() * others).sum() * (t / pairs)
    case .infoNCE:
      return ((distances * (-1 / t)).logSumExp(over: 1) + near.squeezed(1) / t).mean() * t
    }
  }
}

/// A rectified network over a tree's leaves whose neurons see what the nodes they stand for see: several neurons for each
/// hidden node, each of which reads those of the node's children.
struct TreeNetwork {
  let tree: LatentTree
  /// Neurons for each node, β.
  let neurons: Int

  /// Weights from the leaves up, `[nodes, inputs, neurons]` each, the root's last.
  func start(_ random: RandomStream) -> [Tensor] {
    (0..<tree.depth).reversed().map { level in
      let nodes = Int(pow(Double(tree.branching), Double(level)))
      let inputs = tree.branching * (level == tree.depth - 1 ? 1 : neurons)
      return random.child(level).normal([nodes, inputs, neurons])
        / Double(inputs).squareRoot()
    }
  }

  /// What the neurons of each level put out, from the lowest up to the root, `[nodes, n, neurons]` each; before the rectifier
  /// they have mean 0 and variance 1 over the rows, and the root's are not rectified.
  func layers(_ leaves: Tensor, _ weights: [Tensor]) -> [Tensor] {
    var found: [Tensor] = []
    var below = leaves.transposed().unsqueezed(2)  // [nodes, n, 1]
    for (index, weight) in weights.enumerated() {
      let (nodes, rows, width) = (weight.size(0), below.size(1), below.size(2))
      let inputs = below.reshaped(nodes, tree.branching, rows, width).permuted(0, 2, 1, 3)
        .reshaped(nodes, rows, tree.branching * width)
      let sums = inputs.batchedMatmul(weight)
      if index == weights.count - 1 {
        found.append(sums)
      } else {
        let centred = sums - sums.mean(over: 1, keep: true)
        let scale = (sums.variance(over: 1, correction: 0, keep: true) + 1e-5).squareRoot()
        below = (centred / scale).relu()
        found.append(below)
      }
    }
    return found
  }

  /// Embeddings, `[n, neurons]`.
  func embed(_ leaves: Tensor, _ weights: [Tensor]) -> Tensor {
    layers(leaves, weights)[weights.count - 1].squeezed(0)
  }

  /// For each hidden level below the root, from the lowest up: of each node the highest correlation, without its sign, of one
  /// of its neurons with the node's value, mean over nodes.
  ///
  /// - Throws: `TensorError`.
  func correlations(_ values: LatentTree.Values, _ weights: [Tensor]) throws -> [Double] {
    try layers(values[tree.depth], weights).dropLast().enumerated().map { index, neurons in
      let hidden = values[tree.depth - 1 - index].transposed().unsqueezed(2)  // [nodes, n, 1]
      func standardised(_ x: Tensor) -> Tensor {
        (x - x.mean(over: 1, keep: true))
          / (x.variance(over: 1, correction: 0, keep: true) + 1e-12).squareRoot()
      }
      let found = (standardised(neurons) * standardised(hidden)).mean(over: 1).abs()
      return try found.max(over: 1).mean().value()
    }
  }
}
