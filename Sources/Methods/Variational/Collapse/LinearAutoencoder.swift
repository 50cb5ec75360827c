import Networks
import Torch

/// A linear variational autoencoder: plain, with a condition that encoder and decoder see, or with a second level of
/// codes above the first.
struct LinearAutoencoder: Module {
  /// The maps and the variance of one level of codes.
  struct Level: Module {
    /// `[k, d]`.
    let encoder: Parameter
    /// `[d, k]`.
    let decoder: Parameter
    /// `[k]`; nil where the variance is fixed.
    let logVariance: Parameter?
    let fixed: Double

    /// The variances, `[k]`.
    var variance: Tensor {
      logVariance?.tensor.exp() ?? Tensor.full([encoder.tensor.size(0)], fixed * fixed)
    }

    /// `deviation` fixes the encoder's, nil lets it be learnt.
    init(_ inputs: Int, _ latents: Int, deviation: Double?, _ random: RandomStream) {
      encoder = Parameter(random.normal([latents, inputs]) * 0.1)
      decoder = Parameter(random.normal([inputs, latents]) * 0.1)
      logVariance = deviation == nil ? Parameter(Tensor.zeros([latents])) : nil
      fixed = deviation ?? 1
    }

    /// Codes, drawn where there is a random stream.
    func codes(_ mean: Tensor, _ random: RandomStream) -> Tensor {
      mean + random.normal(mean.shape) * variance.squareRoot()
    }
  }

  /// What the condition adds to codes and outputs.
  struct Bypass: Module {
    /// `[k, p]`.
    let encoder: Parameter
    /// `[d, p]`.
    let decoder: Parameter
  }

  let first: Level
  let second: Level?
  let bypass: Bypass?

  init(
    outputs: Int, latents: Int, condition: Int?, _ theory: CollapseTheory, _ random: RandomStream
  ) {
    first = Level(outputs, latents, deviation: theory.deviation, random.child("first"))
    second = theory.second.map {
      Level(latents, latents, deviation: $0.deviation, random.child("second"))
    }
    bypass = condition.map { width in
      let random = random.child("bypass")
      return Bypass(
        encoder: Parameter(random.normal([latents, width]) * 0.1),
        decoder: Parameter(random.normal([outputs, width]) * 0.1))
    }
  }

  /// Means of the first codes, `[n, k]`.
  private func means(_ y: Tensor, _ condition: Tensor?) -> Tensor {
    let own = y.linear(first.encoder.tensor)
    guard let bypass, let condition else { return own }
    return own + condition.linear(bypass.encoder.tensor)
  }

  /// What is left of `y` when codes `z` are decoded, `[n, d]`.
  private func residual(_ y: Tensor, _ condition: Tensor?, _ z: Tensor) -> Tensor {
    let left = y - z.linear(first.decoder.tensor)
    guard let bypass, let condition else { return left }
    return left - condition.linear(bypass.decoder.tensor)
  }

  /// Twice the negative bound up to a constant, nats: one reparameterised draw for each row.
  func sampledLoss(
    _ y: Tensor, _ condition: Tensor?, _ theory: CollapseTheory, _ random: RandomStream
  ) -> Tensor {
    let mean = means(y, condition)
    let z = first.codes(mean, random.child("first"))
    let fit = perRow(residual(y, condition, z)) / (theory.noise * theory.noise)
    let entropy = first.variance.log().sum()
    guard let second, let level = theory.second else {
      return fit + (perRow(mean) + first.variance.sum() - entropy) * theory.beta
    }
    let above = z.linear(second.encoder.tensor)
    let top = second.codes(above, random.child("second"))
    let gap = perRow(z - top.linear(second.decoder.tensor))
    let rate = perRow(above) + second.variance.sum() - second.variance.log().sum()
    return fit + (gap - entropy) * theory.beta + rate * level.beta
  }

  /// The expected value of ``sampledLoss(_:_:_:_:)`` over its draws.
  func expectedLoss(_ y: Tensor, _ condition: Tensor?, _ theory: CollapseTheory) -> Tensor {
    let mean = means(y, condition)
    let (variance, entropy) = (first.variance, first.variance.log().sum())
    let fit =
      (perRow(residual(y, condition, mean)) + noise(first.decoder.tensor, variance))
      / (theory.noise * theory.noise)
    guard let second, let level = theory.second else {
      return fit + (perRow(mean) + variance.sum() - entropy) * theory.beta
    }
    let (up, down) = (second.encoder.tensor, second.decoder.tensor)
    let left = Tensor.identity(up.size(1), type: up.dtype) - down.matmul(up)
    let gap =
      perRow(mean.linear(left)) + noise(left, variance) + noise(down, second.variance)
    let rate =
      perRow(mean.linear(up)) + noise(up, variance) + second.variance.sum()
      - second.variance.log().sum()
    return fit + (gap - entropy) * theory.beta + rate * level.beta
  }

  private func perRow(_ x: Tensor) -> Tensor { x.squared().sum() / Double(x.size(0)) }

  /// The summed variance of `map` applied to noise of variances `variance`.
  private func noise(_ map: Tensor, _ variance: Tensor) -> Tensor {
    (map.squared() * variance.to(map.dtype)).sum()
  }
}

extension LinearAutoencoder {
  /// Singular values of the decoder of codes, descending.
  ///
  /// - Throws: `TensorError`.
  func strengths(of level: Level) throws -> [Double] {
    try level.decoder.tensor.detached().to(.float64).singularValues().values(as: Double.self)
  }
}
