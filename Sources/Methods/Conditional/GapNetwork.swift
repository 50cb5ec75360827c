import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// How examples of any shape are series, `[n, c, t]`: channels, then steps.
struct SeriesLayout {
  let shape: [Int]
  let channels: Int
  let steps: Int

  /// Series as they are, `[t, c]`; the rows of pictures one after another; tables as series of one step.
  init(_ shape: [Int]) {
    self.shape = shape
    switch shape.count {
    case 2: (steps, channels) = (shape[0], shape[1])
    case 3: (steps, channels) = (shape[1], shape[0] * shape[2])
    default: (steps, channels) = (1, shape.reduce(1, *))
    }
  }

  /// `[n]` + shape to `[n, c, t]`.
  func series(_ x: Tensor) -> Tensor {
    let x = x.reshaped([-1] + shape)
    return switch shape.count {
    case 2: x.transposed().contiguous()
    case 3: x.transposed().reshaped(-1, channels, steps)
    default: x.reshaped(-1, channels, 1)
    }
  }

  /// `[n, c, t]` to `[n]` + shape.
  func examples(_ series: Tensor) -> Tensor {
    switch shape.count {
    case 2: series.transposed().contiguous()
    case 3: series.reshaped(-1, shape[0], shape[2], steps).transposed().contiguous()
    default: series.reshaped([-1] + shape)
    }
  }
}

extension SupNotMIWAE {
  /// The encoder and decoder of series, the models of their gaps and classes, and how gaps are filled.
  public struct Network: Module {
    let encoder: [Convolution]
    let decoder: [Convolution]
    let gaps: [Convolution]
    let classifier: SeriesClassifier
    /// How fast what was observed last loses its say in a gap: weight and bias for each channel, `[c, 1]`.
    let decay: Parameter
    let decayStart: Parameter
    /// The root of the prior's covariance over time and its inverse, `[t, t]`.
    let root: Buffer
    let inverseRoot: Buffer
    /// Noise of the fillings in evaluation, `[K, k, t]` and `[K, c, t]`.
    let codeNoise: Buffer
    let fillingNoise: Buffer
    let layout: SeriesLayout
    let units: Int

    init(_ domain: Domain, _ method: SupNotMIWAE, _ random: RandomStream) {
      layout = SeriesLayout(domain.shape)
      units = method.latents
      let (c, k, h, w) = (layout.channels, method.latents, method.width, method.kernelSize)
      func layer(_ inputs: Int, _ outputs: Int, _ size: Int) -> Convolution {
        Convolution(
          inputs, outputs, size: size, axes: 1, window: .init(padding: size / 2), random)
      }
      encoder = [layer(2 * c, h, w), layer(h, h, w), layer(h, 2 * k, 1)]
      decoder = [layer(k, h, w), layer(h, h, w), layer(h, 2 * c, 1)]
      gaps = [layer(c, h, 1), layer(h, c, 1)]
      classifier = SeriesClassifier(
        channels: c, width: h, window: w, classes: max(1, domain.classes.count), random)
      decay = Parameter(Tensor.full([c, 1], 0.1, device: random.device))
      decayStart = Parameter(Tensor.full([c, 1], 0.1, device: random.device))
      let kernel = Self.kernel(layout.steps, method)
      let factor = kernel.cholesky()
      root = Buffer(factor.to(.float32).to(random.device))
      inverseRoot = Buffer(factor.inverse().to(.float32).to(random.device))
      let count = method.testSamples
      codeNoise = Buffer(random.child("codes").normal([count, k, layout.steps]))
      fillingNoise = Buffer(random.child("fillings").normal([count, c, layout.steps]))
    }

    /// The prior's covariance over time, `[t, t]`: 1 / (1 + Δ² / ℓ²) with a little on the diagonal, or the identity.
    static func kernel(_ steps: Int, _ method: SupNotMIWAE) -> Tensor {
      let identity = Tensor.identity(steps, type: .float64)
      guard method.prior == .process else { return identity }
      let time = Tensor.range(0, Double(steps), type: .float64)
      let apart = (time.unsqueezed(0) - time.unsqueezed(1)) / method.lengthScale
      return (apart.squared() + 1).reciprocal() + identity * 0.001
    }
  }
}

/// Convolutions over time, their maxima, and a layer of logits: `[n, c, t]` to `[n, classes]`.
struct SeriesClassifier: Module {
  let layers: [Convolution]
  let head: Linear

  init(channels: Int, width: Int, window: Int, classes: Int, _ random: RandomStream) {
    let around = Tensor.Window(padding: window / 2)
    layers = [
      Convolution(channels, width, size: window, axes: 1, window: around, random),
      Convolution(width, width, size: window, axes: 1, window: around, random),
    ]
    head = Linear(width, classes, random)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    head(layers.reduce(x) { $1($0).relu() }.max(over: 2))
  }
}
