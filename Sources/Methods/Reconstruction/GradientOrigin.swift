import Torch

/// Codes without an encoder: where a step against the gradient of each example's loss leads from the origin.
///
/// - Source: Bond-Taylor & Willcocks, *Gradient origin networks*, ICLR 2021, arXiv:2007.02798, eq. 5.
struct GradientOrigin {
  let latents: Int
  /// Length of the step.
  let step: Double

  /// Codes, `[n, k]`, of `n` examples whose losses at codes `[n, k]` are `losses`, `[n]`.
  ///
  /// - Parameter differentiable: Whether gradients pass through the codes to what the loss is made of.
  func codes(
    _ n: Int, device: Device, differentiable: Bool, _ losses: (Tensor) -> Tensor
  ) -> Tensor {
    withGradients {
      let origin = Tensor.zeros([n, latents], device: device).requiringGradient()
      do {
        // The sum, so that an example's code does not depend on its batch.
        return try losses(origin).sum().gradient(of: origin, createGraph: differentiable) * -step
      } catch {
        return (error as? TensorError).map { Tensor(error: $0) } ?? Tensor(.nan)
      }
    }
  }
}
