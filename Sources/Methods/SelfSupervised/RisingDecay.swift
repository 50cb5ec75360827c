import Foundation
import Learning

extension Step {
  /// How much of a slow average survives this step: `start` at the beginning of a training, rising to 1 along half a
  /// cosine.
  ///
  /// - Source: Grill et al., *Bootstrap your own latent*, NeurIPS 2020, section 3.3.
  func decay(risingFrom start: Double) -> Double {
    1 - (1 - start) * (cos(.pi * progress) + 1) / 2
  }
}
