import Foundation

/// Expected losses of a linear student of a linear teacher under gradient flow, from the spectrum of the sample.
///
/// Student `S` and teacher `T` map `d` white inputs to `k` outputs; entries of `T` have variance 1/d and those of
/// `S` at the start `scale`²/d. The flow goes down the loss `(tr (S−T)ᵀΣ(S−T) + decay · tr SᵀS) / k`, so that along
/// an eigenvector of eigenvalue λ the error is `e·S₀ − (λe + decay)/(λ + decay)·T` with `e = exp(−2(λ + decay)t/k)`.
///
/// - Source: Levi, Beck & Bar-Sinai, *Grokking in Linear Estimators*, ICLR 2024, arXiv:2310.16441, §3.
struct LinearFlow: Sendable {
  /// Which examples a loss is the mean squared error of.
  enum Side: Sendable { case training, generalisation }

  var spectrum: CovarianceSpectrum
  var decay = 0.0
  var scale = 1.0
  var outputs = 1

  /// The expected mean squared error per output after the time `t`.
  func loss(_ side: Side, at t: Double) -> Double {
    let rate = 2 * t / Double(outputs)
    return spectrum.mean { eigenvalue in
      let pull = eigenvalue + decay
      let remaining = exp(-rate * pull)
      let teacher = pull > 0 ? (eigenvalue * remaining + decay) / pull : 1
      let error = scale * scale * remaining * remaining + teacher * teacher
      return side == .training ? eigenvalue * error : error
    }
  }

  /// When the loss has fallen to `goal`; infinite where it never does.
  func time(_ side: Side, reaching goal: Double) -> Double {
    guard loss(side, at: 0) > goal else { return 0 }
    var (low, high) = (log(1e-9), log(1e15))
    guard loss(side, at: exp(high)) <= goal else { return .infinity }
    while high - low > 1e-12 {
      let middle = 0.5 * (low + high)
      if loss(side, at: exp(middle)) > goal { low = middle } else { high = middle }
    }
    return exp(high)
  }
}

/// The share of examples whose mean squared error over the outputs is at most a tolerance, where errors are normal.
struct ToleranceAccuracy: Sendable {
  var outputs = 1
  var tolerance: Double

  /// The share at a mean squared error of `loss`: χ²(k) at `k · tolerance / loss`.
  func share(at loss: Double) -> Double {
    guard loss > 0 else { return 1 }
    let half = Double(outputs) / 2
    return exp(logLowerGamma(half, half * tolerance / loss))
  }

  /// The loss at which the share is `share`, which lies between 0 and 1.
  func loss(at share: Double) -> Double {
    var (low, high) = (log(tolerance) - 60, log(tolerance) + 60)
    while high - low > 1e-13 {
      let middle = 0.5 * (low + high)
      if self.share(at: exp(middle)) > share { low = middle } else { high = middle }
    }
    return exp(0.5 * (low + high))
  }
}

/// When a student fits its examples, and when it generalises; infinite for never.
struct GrokkingTime: Equatable, Sendable {
  var fit: Double
  var generalisation: Double
  /// How long the second waits for the first.
  var delay: Double { generalisation.isFinite ? generalisation - fit : .infinity }
}

extension LinearFlow {
  /// When each accuracy reaches `share`.
  func grokking(_ accuracy: ToleranceAccuracy, at share: Double) -> GrokkingTime {
    let goal = accuracy.loss(at: share)
    return GrokkingTime(
      fit: time(.training, reaching: goal),
      generalisation: time(.generalisation, reaching: goal))
  }
}
