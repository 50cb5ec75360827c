import Torch

/// Draws new examples themselves, where no place of a latent space stands between them and chance: an energy model,
/// whose chains run among examples.
public protocol Generating {
  /// `count` new examples, `[count]` + shape; the noise is scaled by the root of `temperature`.
  func generated(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor
}

/// Says how dense examples lie, up to one constant that is the same for all of them.
public protocol Weighing {
  /// log p(x) + constant, nats, `[n]` + shape to `[n]`.
  func logDensity(_ x: Tensor) -> Tensor
}
