import Datasets
import Learning
import Networks
import Torch

/// Directions that add up to examples, an encoder that reads how much of each there is, and the scale of the data.
///
/// All is in units in which the examples vary by 1 per input about their centre, so that a squared error per input is
/// the share of the variance that is left: the normalised error.
public struct FeatureDictionary: Module {
  /// What reads the units, `[m, d]`.
  public let encoder: Parameter
  /// Directions of length 1, one for each unit, `[m, d]`.
  public let decoder: Parameter
  /// What is taken off before reading and put back after writing, `[d]`.
  public let offset: Parameter
  /// What the data are multiplied with, `[1]`.
  let scale: Buffer
  /// Training examples seen since each unit was active, `[m]`.
  let idle: Buffer
  let shape: [Int]

  /// Random directions, the encoder at first their transpose.
  init(_ domain: Domain, units: Int, _ random: RandomStream) {
    shape = domain.shape
    let drawn = random.child("decoder").normal([units, domain.size])
    let directions = drawn / drawn.norm(over: 1, keep: true)
    (encoder, decoder) = (Parameter(directions), Parameter(directions))
    offset = Parameter(Tensor.zeros([domain.size], device: random.device))
    scale = Buffer(Tensor.ones([1], device: random.device))
    idle = Buffer(Tensor.zeros([units], device: random.device))
  }

  /// Number of units, m.
  var units: Int { decoder.tensor.size(0) }

  /// Examples in units of their scale, `[n]` + shape to `[n, d]`.
  func scaled(_ x: Tensor) -> Tensor { x.flattened(from: 1) * scale.tensor }

  /// Examples `[n, d]` in units of their scale, without the offset.
  func centred(_ x: Tensor) -> Tensor { x - offset.tensor.unsqueezed(0) }

  /// What the encoder reads, `[n, d]` to `[n, m]`.
  func read(_ x: Tensor) -> Tensor { centred(x).linear(encoder.tensor, nil) }

  /// What codes stand for, `[n, m]` to `[n, d]`.
  func written(_ z: Tensor) -> Tensor { z.matmul(decoder.tensor) + offset.tensor.unsqueezed(0) }

  /// Puts the offset at the geometric median of examples, by Weiszfeld's iteration, and makes their variance about it
  /// 1 per input.
  func start(at examples: Tensor) throws {
    try withoutGradients {
      let x = examples.flattened(from: 1)
      var centre = x.mean(over: 0, keep: true)  // [1, d]
      for _ in 0..<20 {
        let near = 1 / (x - centre).norm(over: 1, keep: true).clamped(atLeast: 1e-6)  // [n, 1]
        centre = (x * near).sum(over: 0, keep: true) / near.sum()
      }
      let size = 1 / (x - centre).squared().mean().squareRoot().clamped(atLeast: 1e-12)
      try scale.tensor.assign(size.reshaped(1))
      try offset.tensor.assign((centre * size).flattened())
    }
  }

  /// Counts the examples that each unit was not active in, from those that it was, `[m]`, of `count`.
  func note(_ uses: Tensor, of count: Int) {
    guard Runtime.isTraining, uses.error == nil else { return }
    withoutGradients {
      let missed = (idle.tensor + Double(count)) * (uses .<= 0).to(.float32)
      // Cannot fail: the shapes are the buffer's.
      try? idle.tensor.assign(missed)
    }
  }
}

/// The gradients of the loss, those of the directions without what would change their lengths.
struct UnitRowDescent: Descent {
  /// The place of the directions among the parameters.
  let place: Int

  func gradients(of loss: Loss, for parameters: [Tensor], again: () -> Loss) throws -> [Tensor] {
    var slopes = try loss.total.gradients(for: parameters)
    slopes[place] = slopes[place].contiguous()
    try slopes[place].makeTangent(to: parameters[place].detached())
    return slopes
  }
}
