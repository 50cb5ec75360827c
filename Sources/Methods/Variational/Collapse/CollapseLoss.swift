import Foundation

extension CollapseTheory {
  /// Twice the least negative bound up to the constant that `LinearAutoencoder` leaves out, nats.
  func leastLoss(_ spectrum: [Double], latents: Int) -> Double {
    spectrum.enumerated().reduce(0) { sum, mode in
      guard mode.offset < latents else { return sum + pow(mode.element / noise, 2) }
      return sum + (optimum(mode.element).map { loss($0, mode.element) } ?? -.infinity)
    }
  }

  /// What one direction adds to the loss at some weights.
  func loss(_ at: Optimum, _ strength: Double) -> Double {
    let code = pow(at.encoder * strength, 2)
    let fit =
      (pow((1 - at.decoder * at.encoder) * strength, 2) + pow(at.decoder, 2) * at.variance)
      / (noise * noise)
    guard let second else { return fit + beta * (code + at.variance - log(at.variance)) }
    let spread = code + at.variance
    let gap =
      pow(1 - at.secondDecoder * at.secondEncoder, 2) * spread
      + pow(at.secondDecoder, 2) * at.secondVariance
    let rate = pow(at.secondEncoder, 2) * spread + at.secondVariance - log(at.secondVariance)
    return fit + beta * (gap - log(at.variance)) + second.beta * rate
  }
}
