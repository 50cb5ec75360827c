import Foundation
import Networks
import Torch

/// Landscapes over codes that change in time, u(z, t), one for each way to go: tanh of a layer of tanh units that hear the
/// time by sines, so that slopes and curvatures are written out.
///
/// - Source: Song, Keller, Sebe & Welling, *Latent traversals in generative models as potential flows*, ICML 2023,
///   arXiv:2304.12944, section 3.
struct Potentials: Module {
  /// Of codes, `[p, h, k]`.
  let weight: Parameter
  /// `[p, h]`.
  let bias: Parameter
  /// Of the sines and cosines of the time, `[p, h, 2 f]`.
  let time: Parameter
  /// `[p, h]`.
  let output: Parameter
  /// The speed of waves of each, `[p]`.
  let speed: Parameter
  private let frequencies: [Double]

  /// `count` landscapes over codes of `latents` numbers with `hidden` units each, for times up to `moves`.
  init(_ count: Int, latents: Int, hidden: Int, moves: Int, _ random: RandomStream) {
    func uniform(_ shape: [Int], _ fanIn: Int) -> Parameter {
      let bound = 1 / Double(fanIn).squareRoot()
      return Parameter(random.uniform(shape) * (2 * bound) - bound)
    }
    // From a quarter of a wave over all moves up to a whole one.
    frequencies = (1...4).map { Double.pi / 2 * Double($0) / Double(max(1, moves)) }
    weight = uniform([count, hidden, latents], latents)
    bias = uniform([count, hidden], latents)
    time = uniform([count, hidden, 2 * frequencies.count], 2 * frequencies.count)
    output = uniform([count, hidden], hidden)
    speed = Parameter(.ones([count], device: random.device))
  }

  /// The slope of a landscape in the code, `[n, k]`, and by how much it breaks the wave equation, u_tt − c² ∇²u, `[n]`.
  struct Field {
    let slope: Tensor
    let residual: Tensor
    /// The landscape itself, `[n]`.
    let value: Tensor
  }

  /// The field of the landscapes `which`, int64 `[n]`, at codes `[n, k]` and a time.
  func callAsFunction(_ z: Tensor, _ which: Tensor, at t: Double) -> Field {
    let w = weight.tensor.indexSelect(0, which)  // [n, h, k]
    let a = output.tensor.indexSelect(0, which)
    let v = time.tensor.indexSelect(0, which)  // [n, h, 2 f]
    func heard(_ sine: (Double) -> Double, _ cosine: (Double) -> Double) -> Tensor {
      let wave = Tensor((frequencies.map(sine) + frequencies.map(cosine)).map { Float($0) })
      return v.matmul(wave.to(z.device))  // [n, h]
    }
    let rate = heard({ $0 * cos($0 * t) }, { -$0 * sin($0 * t) })
    let bend = heard({ -$0 * $0 * sin($0 * t) }, { -$0 * $0 * cos($0 * t) })
    let pull = w.matmul(z.unsqueezed(-1)).squeezed(-1) + bias.tensor.indexSelect(0, which)
    let y = (pull + heard({ sin($0 * t) }, { cos($0 * t) })).tanh()
    let first = a * (1 - y.squared())  // a tanh′
    let second = first * y * -2  // a tanh″
    let q = (a * y).sum(over: 1)
    let slope = first.unsqueezed(1).matmul(w).squeezed(1)
    let curvature = (second * w.squared().sum(over: 2)).sum(over: 1)
    let (dt, dtt) = (
      (first * rate).sum(over: 1), (second * rate.squared() + first * bend).sum(over: 1)
    )
    // Through the outer tanh by the chain rule.
    let u = q.tanh()
    let (one, two) = (1 - u.squared(), (1 - u.squared()) * u * -2)
    let laplacian = one * curvature + two * slope.squared().sum(over: 1)
    let acceleration = one * dtt + two * dt.squared()
    let c = speed.tensor.indexSelect(0, which)
    return Field(
      slope: slope * one.unsqueezed(1), residual: acceleration - c.squared() * laplacian, value: u)
  }
}
