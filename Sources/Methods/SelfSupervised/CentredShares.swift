import Networks
import Torch

/// A teacher's shares of prototypes: its logits less their slow average over batches, sharpened.
///
/// - Source: Caron et al., *Emerging properties in self-supervised vision transformers*, ICCV 2021, eqs. 3 and 4.
struct CentredShares: Module {
  /// The average, `[1, prototypes]`.
  let centre: Buffer

  init(_ prototypes: Int, device: Device) {
    centre = Buffer(.zeros([1, prototypes], device: device))
  }

  /// Logits `[n, prototypes]` as shares; in training they then move the average where a share `keeping` of it is said.
  func callAsFunction(
    _ logits: Tensor, temperature: Double, keeping: Double? = nil
  ) -> Tensor {
    let shares = ((logits - centre.tensor) / temperature).softmax()
    if let keeping, Runtime.isTraining, logits.size(0) > 0 {
      let mean = logits.mean(over: 0, keep: true)
      // What can fail here has failed in the logits, which the loss is made of.
      try? centre.tensor.assign(centre.tensor * keeping + mean * (1 - keeping))
    }
    return shares
  }
}
