import Foundation

/// Where the loss of a linear variational autoencoder is least, for each direction of the data by itself.
///
/// With data of deviation t along a direction, weight β of the KL term and decoder noise η, a learnt encoder
/// variance leaves the decoder √(t² − βη²), and a fixed deviation σ leaves it √(η√β/σ · (t − ση√β)): a direction
/// collapses where what is under the root is not positive. Of a conditional autoencoder t is the deviation of what
/// the condition leaves unexplained. A second level acts on the variance m of the first level's codes, which
/// follows from one equation in m.
struct CollapseTheory: Sendable {
  /// Deviation of the decoder's noise, η.
  var noise: Double
  /// Weight of the first level's KL term, β.
  var beta: Double
  /// Deviation of the first encoder; nil where it is learnt.
  var deviation: Double?
  /// What stands above the first codes; nil where they have a standard normal prior.
  var second: Level?

  /// A second level over the first codes, whose decoder has noise of deviation 1.
  struct Level: Sendable {
    /// Weight of its KL term.
    var beta: Double
    /// Deviation of its encoder; nil where it is learnt.
    var deviation: Double?
  }

  /// The weights along one direction.
  struct Optimum: Equatable, Sendable {
    var encoder: Double
    var decoder: Double
    /// Variance of the first encoder.
    var variance: Double
    var secondEncoder = 0.0
    var secondDecoder = 0.0
    /// Variance of the second encoder.
    var secondVariance = 1.0
  }

  /// The minimum along a direction in which the data has deviation `strength`; nil where the loss has none.
  func optimum(_ strength: Double) -> Optimum? {
    guard let second else { return plain(strength) }
    let ratio = second.beta / beta
    // Both variances learnt and a lighter second level: the loss falls for ever as the codes grow.
    if deviation == nil, second.deviation == nil, ratio <= 1 { return nil }
    let spread = codeVariance(strength, second)
    var optimum = first(strength, spread)
    if let fixed = second.deviation {
      let product = max(0, spread.squareRoot() - fixed * ratio.squareRoot())
      optimum.secondDecoder = (product * ratio.squareRoot() / fixed).squareRoot()
      optimum.secondEncoder = (product * fixed / (ratio.squareRoot() * spread)).squareRoot()
      optimum.secondVariance = fixed * fixed
    } else {
      optimum.secondDecoder = max(0, spread - ratio).squareRoot()
      optimum.secondEncoder = optimum.secondDecoder / spread
      optimum.secondVariance = ratio / max(spread, ratio)
    }
    return optimum
  }

  /// One level and a standard normal prior.
  private func plain(_ strength: Double) -> Optimum {
    let floor = noise * beta.squareRoot()
    if let deviation {
      let product = max(0, strength - deviation * floor)
      return Optimum(
        encoder: strength > 0 ? (product * deviation / floor).squareRoot() / strength : 0,
        decoder: (product * floor / deviation).squareRoot(), variance: deviation * deviation)
    }
    let decoder = max(0, strength * strength - floor * floor).squareRoot()
    return Optimum(
      encoder: decoder > 0 ? decoder / (strength * strength) : 0, decoder: decoder,
      variance: floor * floor / max(strength * strength, floor * floor))
  }

  /// The first level's weights where its codes have variance `spread` in all.
  private func first(_ strength: Double, _ spread: Double) -> Optimum {
    let variance = deviation.map { $0 * $0 } ?? spread / signalToNoise(strength)
    let code = max(0, spread - variance).squareRoot()
    return Optimum(
      encoder: strength > 0 ? code / strength : 0, decoder: code * strength / spread,
      variance: variance)
  }

  /// Variance of the codes over that of their noise, where the latter is learnt.
  private func signalToNoise(_ strength: Double) -> Double {
    max(1, strength * strength / (noise * noise * beta))
  }

  /// The variance m of the first codes, which both levels share.
  ///
  /// With variance σ² of the first encoder fixed the loss is t²σ²/(η²m) + g(m) with m at least σ², and with it learnt
  /// g(m) − β log m; g is β m as long as the second level is idle, and where it is not, it is β₂ log m, or
  /// 2 c β √m with c² the weights' ratio times a fixed second variance.
  private func codeVariance(_ strength: Double, _ second: Level) -> Double {
    let ratio = second.beta / beta
    let threshold = ratio * (second.deviation.map { $0 * $0 } ?? 1)
    guard let deviation else {
      // Idle codes are standard normal; a fixed second level draws them out to 1 / threshold.
      return second.deviation == nil || threshold >= 1 ? 1 : 1 / threshold
    }
    let least = deviation * deviation
    let idle = strength * deviation / (noise * beta.squareRoot())
    if idle <= threshold { return max(least, idle) }
    let pull = strength * strength * least / (noise * noise)
    let busy =
      second.deviation == nil
      ? pull / second.beta : pow(pull / (beta * threshold.squareRoot()), 2.0 / 3)
    return max(least, busy)
  }
}
