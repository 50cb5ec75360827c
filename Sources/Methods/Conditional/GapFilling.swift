import Autoencoding
import Learning
import Networks
import Probability
import Torch

extension SupNotMIWAE.Network {
  /// Codes of series drawn several times over, and what they say of the series.
  struct Draw {
    /// The series and where they were observed, `times` times over, `[times · n, c, t]`.
    let x: Tensor
    let observed: Tensor
    /// p(x|z), over `[times · n, c, t]`.
    let outputs: Normal
    /// log p(observed x, z) − log q(z|x), nats, `[times · n]`.
    let logWeights: Tensor
  }

  /// q(z|x), over `[n, k, t]`, of series `[n, c, t]`: what stands in a gap does not count.
  func posterior(_ x: Tensor, _ observed: Tensor) -> Normal {
    let told = Tensor.concatenate([x * observed, observed], along: 1)
    return normal(stack(encoder, told))
  }

  /// p(x|z), over `[n, c, t]`.
  func outputs(_ z: Tensor) -> Normal { normal(stack(decoder, z)) }

  private func stack(_ layers: [Convolution], _ x: Tensor) -> Tensor {
    let h = layers.dropLast().reduce(x) { $1($0).relu() }
    return layers.last?(h) ?? h
  }

  /// Variances stay between e⁻⁸ and e⁸, without which a series that is fitted exactly has no bound.
  private func normal(_ both: Tensor) -> Normal {
    let parts = both.split(into: 2, along: 1)
    return Normal(mean: parts[0], logVariance: parts[1].clamped(-8, 8))
  }

  /// Draws codes for each series, `times` times over.
  func draw(_ x: Tensor, _ observed: Tensor, _ times: Int, _ random: RandomStream) -> Draw {
    let q = posterior(x, observed).repeated(times)
    return draw(x, observed, times, q, q.sample(random))
  }

  private func draw(
    _ x: Tensor, _ observed: Tensor, _ times: Int, _ q: Normal, _ z: Tensor
  ) -> Draw {
    let (x, observed) = (x.repeated(times), observed.repeated(times))
    let p = outputs(z)
    let squared = (x - p.mean).squared() * (-p.logVariance).exp()
    let density = (squared + p.logVariance + logTwoPi) * -0.5
    let fit = (density * observed).sumPerExample()
    return Draw(
      x: x, observed: observed, outputs: p,
      logWeights: fit + logPrior(z) - q.logProbability(of: z))
  }

  private var logTwoPi: Double { 1.8378770664093453 }

  /// log p(z) of codes `[n, k, t]`, nats, `[n]`.
  func logPrior(_ z: Tensor) -> Tensor {
    let volume = root.tensor.diagonal().log().sum() * Double(units)
    return Normal.standardLogProbability(of: z.matmul(inverseRoot.tensor.transposed())) - volume
  }

  /// Series with draws of the model in their gaps, pulled to what was observed last the nearer that is.
  func filled(_ x: Tensor, _ observed: Tensor, with drawn: Tensor) -> Tensor {
    let steps = layout.steps
    let time = Tensor.range(0, Double(steps)).to(x.device).reshaped(1, 1, steps)
    // Before the first observation the last one is a 0 at step −1.
    let last = (observed * (time + 1)).cumulativeMax(along: 2).values  // 0 where there was none
    let zeros = Tensor.zeros([x.size(0), x.size(1), 1], device: x.device)
    let held = Tensor.concatenate([zeros, x * observed], along: 2).gather(2, last.to(.int64))
    let since = time + 1 - last
    let say = (-(decay.tensor * since + decayStart.tensor).relu()).exp()
    let filling = say * held + (1 - say) * drawn
    return observed * x + (1 - observed) * filling
  }

  /// Logits of each number's being observed, `[n, c, t]`.
  func missingness(_ filled: Tensor) -> Tensor { gaps[1](gaps[0](filled).tanh()) }

  /// Logits of the classes, `[n, classes]`.
  func logits(_ filled: Tensor) -> Tensor { classifier(filled) }

  /// Fillings with the noise that evaluation has, and the log of what each counts, `[K, n]`.
  private func evaluated(_ x: Tensor, _ observed: Tensor) -> (draw: Draw, logShares: Tensor) {
    let (times, n) = (codeNoise.tensor.size(0), x.size(0))
    let q = posterior(x, observed).repeated(times)
    let z = q.mean + q.deviation * codeNoise.tensor.repeatingEach(n, along: 0)
    let draw = draw(x, observed, times, q, z)
    return (draw, draw.logWeights.reshaped(times, n).logSoftmax(along: 0))
  }
}

extension SupNotMIWAE.Network: Imputing, Encoding, Sampling {
  public var latents: Int { units * layout.steps }

  public func logProbabilities(_ x: Tensor, observed: Tensor) -> Tensor {
    let (x, observed) = (layout.series(x), layout.series(observed))
    let (draw, logShares) = evaluated(x, observed)
    let noise = fillingNoise.tensor.repeatingEach(x.size(0), along: 0)
    let drawn = draw.outputs.mean + draw.outputs.deviation * noise
    let rows = logits(filled(draw.x, draw.observed, with: drawn)).logSoftmax()
    let each = rows.reshaped(logShares.size(0), x.size(0), -1)  // [K, n, classes]
    return (each + logShares.unsqueezed(2)).logSumExp(over: 0)
  }

  /// log p(class) of series without gaps.
  public func logProbabilities(_ x: Tensor) -> Tensor {
    logProbabilities(x, observed: x.onesLike())
  }

  public func impute(_ x: Tensor, observed: Tensor) -> Tensor {
    let (x, observed) = (layout.series(x), layout.series(observed))
    let (draw, logShares) = evaluated(x, observed)
    let means = filled(draw.x, draw.observed, with: draw.outputs.mean)
    let each = means.reshaped(logShares.size(0), x.size(0), layout.channels * layout.steps)
    let mean = (each * logShares.exp().unsqueezed(2)).sum(over: 0)
    return layout.examples(mean.reshaped(-1, layout.channels, layout.steps))
  }

  /// Posterior means of series without gaps, unit after unit, `[n]` + shape to `[n, k · t]`.
  public func encode(_ x: Tensor) -> Tensor {
    let x = layout.series(x)
    return posterior(x, x.onesLike()).mean.flattened(from: 1)
  }

  /// Expected series, `[n, k · t]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    layout.examples(outputs(z.reshaped(-1, units, layout.steps)).mean)
  }

  /// Draws from the prior, `[count, k · t]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    let noise = random.normal([count, units, layout.steps]) * temperature
    return noise.matmul(root.tensor.transposed()).flattened(from: 1)
  }
}
