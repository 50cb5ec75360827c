import Networks
import Torch

/// What a score-function signal is expected to be, which is taken from it so that the gradient scatters less: a
/// network of the input, and a running mean of what then remains; the rest is scaled by a running deviation.
///
/// - Source: Mnih & Gregor, *Neural variational inference and learning in belief networks*, ICML 2014,
///   arXiv:1402.0030, algorithm 1.
public struct NeuralBaseline: Module {
  let features: Encoder
  let expectation: Linear
  /// What the signal was of late, less what was expected of it.
  public var mean: Buffer
  let variance: Buffer

  /// A network of `hidden` units for inputs of shape `shape`.
  public init(_ shape: [Int], hidden: Int = 100, _ random: RandomStream) {
    features = Encoder(shape, .mlp, hidden: [hidden], activation: .tanh, random)
    // From 0, so that the running mean is all there is until something better is learned.
    expectation = Linear(hidden, 1, bias: false, random, initialiser: .constant(0))
    mean = Buffer(Tensor.zeros([1], device: random.device))
    variance = Buffer(Tensor.ones([1], device: random.device))
  }

  /// The share of the past in the running moments, as in Mnih & Gregor 2014, §2.3.
  private static let keeping = 0.8

  /// `signal`, `[n]`, less what is expected of it at the inputs `x` and a running mean of what then remains, `[n]`;
  /// its square is what the network learns from.
  public func surprise(_ signal: Tensor, at x: Tensor) -> Tensor {
    let rest = signal - expectation(features(x)).flattened()
    return rest - moved(mean, rest.detached().mean())
  }

  /// `surprise` over its running deviation where that is above 1.
  public func scaled(_ surprise: Tensor) -> Tensor {
    surprise / moved(variance, surprise.variance()).squareRoot().clamped(atLeast: 1)
  }

  /// A moment after a look at what it is now; outside of training as it stands.
  private func moved(_ moment: Buffer, _ now: Tensor) -> Tensor {
    guard Runtime.isTraining else { return moment.tensor }
    let next = moment.tensor.lerp(now.reshaped(1), 1 - Self.keeping)
    // What can fail here has failed in `next`, which carries it into the loss.
    try? moment.tensor.assign(next)
    return next
  }
}
