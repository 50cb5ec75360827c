import Datasets
import Learning
import Networks
import Torch

/// The networks that read data into features and write it from codes; the same flags for every method of the family.
public struct EncoderDecoder: Codable, Equatable, Sendable {
  /// Widths of the encoder's fully connected layers; the decoder mirrors them.
  public var hidden = [400]
  /// Nonlinearity between the layers: identity, relu, leakyRelu, elu, selu, silu, gelu, mish, softplus, tanh or sigmoid.
  public var activation = Activation.relu
  /// Network that reads and writes the data: auto, mlp or convolution.
  public var architecture = Architecture.auto

  public init() {}

  /// A network that reads examples of `domain` into features.
  public func encoder(_ domain: Domain, _ random: RandomStream) -> Encoder {
    Encoder(domain.shape, architecture, hidden: hidden, activation: activation, random)
  }

  /// A network that writes examples of `domain` from codes.
  public func decoder(_ domain: Domain, latents: Int, _ random: RandomStream) -> Decoder {
    Decoder(
      domain.shape, architecture, latents: latents, hidden: hidden, activation: activation, random)
  }
}
