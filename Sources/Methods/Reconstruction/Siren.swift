import Networks
import Torch

/// A picture as a function of place: layers of sines from coordinates and a code to channels, one network for all
/// pictures.
///
/// - Source: Sitzmann, Martel, Bergman, Lindell & Wetzstein, *Implicit neural representations with periodic activation
///   functions*, NeurIPS 2020, arXiv:2006.09661, section 3.2 for the start of the weights.
struct Siren: Module {
  /// From the two coordinates and the code, `[m, 2 + k]`.
  let first: Linear
  let layers: [Linear]
  let last: Linear
  /// What the sums are multiplied with before the sine.
  let frequency: Double
  let shape: [Int]

  /// A network of `depth` layers of `width` sines for pictures of shape `[c, h, w]`.
  init(
    _ shape: [Int], latents: Int, width: Int, depth: Int, frequency: Double, _ random: RandomStream
  ) {
    self.shape = shape
    self.frequency = frequency
    first = Linear(2 + latents, width, random)
    layers = (1..<max(1, depth)).map { _ in Linear(width, width, random) }
    last = Linear(width, shape.first ?? 1, random)
    // So that sums before the sine are normal with deviation 1 in every layer.
    let bound = (6 / Double(width)).squareRoot() / frequency
    start(first, within: 1 / Double(2 + latents), random.child("first"))
    for (index, layer) in (layers + [last]).enumerated() {
      start(layer, within: bound, random.child(index))
    }
  }

  private func start(_ layer: Linear, within bound: Double, _ random: RandomStream) {
    let weight = layer.weight.tensor
    // Cannot fail: the shapes are the same.
    try? weight.assign(random.uniform(weight.shape) * (2 * bound) - bound)
  }

  /// Channels at every place, `[n, k]` to `[n]` + shape.
  func callAsFunction(_ z: Tensor) -> Tensor {
    let (height, width) = (shape[1], shape[2])
    let weight = first.weight.tensor
    // Coordinates and codes enter a sum, so that neither is repeated for the other.
    let places = grid(height, width, z.device).matmul(weight.sliced(1, 0, 2).transposed())
    let codes = z.linear(weight.sliced(1, 2, weight.size(1)), first.bias?.tensor)
    var h = ((places.unsqueezed(0) + codes.unsqueezed(1)) * frequency).sin()  // [n, h w, m]
    for layer in layers { h = (layer(h) * frequency).sin() }
    return last(h).transposed(1, 2).reshaped([-1] + shape)
  }

  /// Coordinates from −1 to 1, `[h w, 2]`.
  private func grid(_ height: Int, _ width: Int, _ device: Device) -> Tensor {
    let y = Tensor.linspace(-1, 1, count: height, device: device).unsqueezed(1)
    let x = Tensor.linspace(-1, 1, count: width, device: device).unsqueezed(0)
    return Tensor.stack([y.expanded([height, width]), x.expanded([height, width])], along: 2)
      .reshaped(height * width, 2)
  }
}
