import Evaluation
import Foundation
import Torch

/// How a network over a tree is taught, and what is measured.
struct TreeTraining: Sendable {
  var tree = LatentTree()
  var neurons = 10
  var loss = DualLoss.infoNCE
  /// The lowest level that two views of an example share; nil where both views are one.
  var shared: Int? = 0
  var steps = 600
  var batch = 256

  /// Measures before and after.
  struct Result: Sendable {
    /// Correlations by hidden level, from the lowest up.
    let before: [Double]
    let after: [Double]
    /// The share of the lowest weights' energy along the first eigenvector of the covariance operator.
    let energy: (before: Double, after: Double)
  }

  /// Trains from a start of its own.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func run(_ seed: Seed, shouldStop: () -> Bool) throws -> Result {
    let random = RandomStream(seed)
    let network = TreeNetwork(tree: tree, neurons: neurons)
    let weights = network.start(random.child("weights")).map { $0.requiringGradient() }
    let adam = Adam(weights)
    let test = tree.draw(4000, random.child("test"))
    let axes = operatorAxes(random.child("operator"))
    let before = try withoutGradients { try network.correlations(test, weights) }
    let energyBefore = try energy(weights[0], axes)
    for step in 0..<steps {
      if step % 50 == 0 { try refuseToGoOn(shouldStop()) }
      let (one, other) = views(batch, random.child("views").child(step))
      let cost = loss(network.embed(one, weights), network.embed(other, weights))
      try adam.step(cost.gradients(for: weights), rate: 3e-3)
    }
    return try withoutGradients {
      Result(
        before: before, after: try network.correlations(test, weights),
        energy: (energyBefore, try energy(weights[0], axes)))
    }
  }

  /// The leaves of two views of `rows` examples.
  private func views(_ rows: Int, _ random: RandomStream) -> (Tensor, Tensor) {
    let values = tree.draw(rows, random.child("first"))
    guard let shared else { return (values[tree.depth], values[tree.depth]) }
    return (
      values[tree.depth], tree.redraw(values, below: shared, random.child("second"))[tree.depth]
    )
  }

  /// For every lowest hidden node the first eigenvector of the covariance over examples of what its leaves are on average
  /// over views, `[nodes, branching, 1]`: of the cross moments of two views.
  private func operatorAxes(_ random: RandomStream) -> Tensor {
    let values = tree.draw(20_000, random.child("first"))
    let other = tree.redraw(values, below: shared ?? tree.depth, random.child("second"))
    func leaves(_ values: LatentTree.Values) -> Tensor {
      let x = values[tree.depth]
      return x.reshaped(x.size(0), x.size(1) / tree.branching, tree.branching).permuted(1, 0, 2)
    }
    let cross = leaves(values).transposed().batchedMatmul(leaves(other))
    let (_, vectors) = (cross + cross.transposed()).to(.float64).symmetricEigen()
    return vectors.sliced(2, tree.branching - 1, tree.branching).to(.float32)
  }

  private func energy(_ weight: Tensor, _ axes: Tensor) throws -> Double {
    try withoutGradients {
      let along = axes.transposed().batchedMatmul(weight).squared().sum()
      return try (along / weight.squared().sum()).value()
    }
  }
}
