import Files
import Foundation
import Learning
import Torch

/// A linear probe that learns to work with any subset of neurons: the subset is a latent variable, whose law is learned
/// with the probe under a bound of the likelihood.
///
/// - Source: Torroba Hennigen, Cotterell & Stańczak, 2023, §3; the estimate of gradients is the score function's.
/// - Departs: the mean of the other draws of a row is taken off what a draw is worth.
struct LatentSubsetProbe: SubsetProbe {
  /// The law of subsets; without one all neurons are there in training, as in Dalvi et al., 2019.
  let law: NeuronSubsets?
  /// Weights `[d, labels]` and intercepts `[labels]`.
  private(set) var weights: Tensor
  private(set) var bias: Tensor
  /// Log odds of neurons, `[d]`.
  private(set) var logOdds: Tensor

  /// How it learns.
  struct Learning: Sendable {
    var steps = 1000
    var rate = 0.01
    /// Subsets for each row in a step.
    var draws = 5
    /// Weight of the entropy of subsets.
    var entropy = 0.01
    /// Weights of the penalty on weights: absolute and squared.
    var penalty = (absolute: 0.0, squared: 0.0)
    /// Looks at the held-out tenth without a gain after which it stops, one every ten steps.
    var patience = 10
  }

  /// The probe of rows `x`, `[n, d]`, and labels from 0.
  ///
  /// - Throws: `TensorError`, or `TrainingError` where it is told to stop.
  init(
    _ law: NeuronSubsets?, _ x: Tensor, _ labels: [Int], classes: Int, _ learning: Learning,
    _ seed: Seed, shouldStop: () -> Bool = { false }
  ) throws {
    let (n, d) = (x.size(0), x.size(1)), random = RandomStream(seed)
    self.law = law
    let order = random.child("held out").permutation(n)
    let wanted = Tensor(labels.map(Int64.init), shape: [n]).indexSelect(0, order)
    let rows = x.indexSelect(0, order), cut = max(1, n - n / 10)
    let (seen, told) = (rows.sliced(0, 0, cut), wanted.sliced(0, 0, cut))
    let (kept, held) = (rows.sliced(0, cut, n), wanted.sliced(0, cut, n))
    let learned = [
      (random.child("weights").normal([d, classes]) * 0.01).requiringGradient(),
      Tensor.zeros([classes]).requiringGradient(),
      random.child("odds").uniform([d]).requiringGradient(),
    ]
    (weights, bias, logOdds) = (learned[0], learned[1], learned[2])
    let adam = Adam(learned)
    var best = (loss: Double.infinity, tensors: learned.map { $0.detached().copied() })
    var waited = 0
    for step in 0..<learning.steps {
      if step % 10 == 0 {
        if shouldStop() { throw TrainingError.stopped(step: step, steps: learning.steps) }
        let random = random.child("held").child(step)
        let loss: Double = try withoutGradients {
          try self.loss(kept, held, learning, random).mean().value()
        }
        if loss < best.loss {
          (best, waited) = ((loss, learned.map { $0.detached().copied() }), 0)
        } else {
          waited += 1
        }
        if waited >= learning.patience { break }
      }
      let loss = objective(seen, told, learning, random.child("draws").child(step))
      try adam.step(loss.gradients(for: learned), rate: learning.rate)
    }
    (weights, bias, logOdds) = (best.tensors[0], best.tensors[1], best.tensors[2])
  }

  /// −log p(label) of rows with `subsets`, `[k n, d]` where rows are repeated k times, `[k n]`.
  private func loss(_ x: Tensor, _ labels: Tensor, subsets: Tensor?) -> Tensor {
    ((subsets.map { x * $0 } ?? x).matmul(weights) + bias).crossEntropy(labels)
  }

  /// −log p(label) of rows with drawn subsets, nats, `[draws, n]`.
  private func loss(
    _ x: Tensor, _ labels: Tensor, _ learning: Learning, _ random: RandomStream
  ) -> Tensor {
    guard let law else { return loss(x, labels, subsets: nil).unsqueezed(0) }
    let copies = [Int](repeating: 0, count: learning.draws)
    let subsets = law.drawn(learning.draws * x.size(0), logOdds: logOdds, random)
    return loss(
      .concatenate(copies.map { _ in x }, along: 0),
      .concatenate(copies.map { _ in labels }, along: 0),
      subsets: subsets
    ).reshaped(learning.draws, x.size(0))
  }

  /// What is minimised: the mean loss over draws of subsets, less their weighted entropy.
  private func objective(
    _ x: Tensor, _ labels: Tensor, _ learning: Learning, _ random: RandomStream
  ) -> Tensor {
    let penalty =
      weights.abs().sum() * learning.penalty.absolute
      + weights.squared().sum() * learning.penalty.squared
    guard let law else { return loss(x, labels, subsets: nil).mean() + penalty }
    let (k, n) = (learning.draws, x.size(0))
    let subsets = law.drawn(k * n, logOdds: logOdds, random)
    let rows = Tensor.concatenate([Tensor](repeating: x, count: k), along: 0)
    let wanted = Tensor.concatenate([Tensor](repeating: labels, count: k), along: 0)
    let losses = loss(rows, wanted, subsets: subsets)
    let logs = law.logProbability(subsets, logOdds: logOdds)
    let entropy = law.entropy(logOdds: logOdds)
    // Without a short form the entropy is what its draws say.
    let worth = (entropy == nil ? losses + logs * learning.entropy : losses).detached()
      .reshaped(k, n)
    let others = (worth.sum(over: 0, keep: true) - worth) / Double(max(k - 1, 1))
    let score = ((worth - others) * logs.reshaped(k, n)).mean()
    return losses.mean() + score - (entropy ?? Tensor.zeros([])) * learning.entropy + penalty
  }

  func logProbabilities(_ x: Tensor, neurons: [Int]) throws -> Tensor {
    let picked = Tensor(neurons.map(Int64.init), shape: [neurons.count])
    return (x.indexSelect(1, picked).matmul(weights.indexSelect(0, picked)) + bias).logSoftmax()
  }
}
