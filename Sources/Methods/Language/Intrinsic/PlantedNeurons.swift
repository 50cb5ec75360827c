import Foundation
import Torch

/// A world of representations in which it is known which neurons tell a label: their means differ between labels, and all
/// neurons have noise of their own.
struct PlantedNeurons: Sendable {
  let neurons: Int
  let classes: Int
  /// Neurons whose means differ.
  let told: [Int]
  private let means: Tensor
  private let order: [Int]
  /// Degrees of freedom of the noise, of deviation 1; none for a normal one.
  let tails: Int?

  init(neurons: Int, told: Int, classes: Int, tails: Int?, _ seed: Seed) throws {
    (self.neurons, self.classes, self.tails) = (neurons, classes, tails)
    var dice = SplitMix(seed.child("places"))
    order = (0..<neurons).shuffled(using: &dice)
    self.told = order.prefix(told).sorted()
    // The first tells the most, the last a third of it.
    let steps = (0..<told).map { 1 - 2 / 3 * Float($0) / Float(max(told - 1, 1)) }
    let signs = RandomStream(seed.child("means")).normal([classes, told])
    let centred = signs - signs.mean(over: 0, keep: true)
    let gaps = centred / centred.norm(over: 0, keep: true).clamped(atLeast: 1e-6)
    means = gaps * Tensor(steps, shape: [1, told])
  }

  /// `count` representations `[n, d]` and their labels.
  func drawn(_ count: Int, _ seed: Seed) throws -> (x: Tensor, labels: [Int]) {
    let random = RandomStream(seed)
    let labels = random.child("labels").integers(0..<classes, [count])
    var noise = random.child("noise").normal([count, neurons])
    if let tails {
      // Student's t over its own deviation.
      let squares = random.child("tails").normal([tails, count, neurons]).squared().sum(over: 0)
      noise =
        noise / (squares / Double(tails)).squareRoot()
        * (Double(tails - 2) / Double(tails)).squareRoot()
    }
    let shifts = Tensor.concatenate(
      [means.indexSelect(0, labels), Tensor.zeros([count, neurons - told.count])], along: 1)
    let back = order.indices.sorted { order[$0] < order[$1] }
    let x = noise + shifts.indexSelect(1, Tensor(back.map(Int64.init), shape: [neurons]))
    return (try x.checked(), try labels.places())
  }
}
