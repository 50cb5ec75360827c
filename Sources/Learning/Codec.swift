import Datasets
import Networks
import Torch

/// Codes of a batch and back, also by networks that are told what is known of each example.
public struct Codec {
  private let encoder: (Batch) -> Tensor
  private let decoder: ((Tensor, Batch) -> Tensor)?

  public init(_ network: any Encoding) {
    encoder = { network.encode($0.x) }
    decoder = (network as? any Decoding).map { network in { z, _ in network.decode(z) } }
  }

  public init(_ network: any Conditioning) {
    encoder = { network.encode($0.x, given: network.condition($0)) }
    decoder = { network.decode($0, given: network.condition($1)) }
  }

  /// Nothing where `network` gives no codes.
  public init?(of network: any Module) {
    switch network {
    case let network as any Encoding: self.init(network)
    case let network as any Conditioning: self.init(network)
    default: return nil
    }
  }

  /// Whether codes can be decoded.
  public var decodes: Bool { decoder != nil }

  /// Codes of the examples of a batch, `[n, k]`, without what the network was told.
  public func encode(_ batch: Batch) -> Tensor { encoder(batch) }

  /// Expected examples for codes of the examples of a batch, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor, of batch: Batch) -> Tensor {
    decoder?(z, batch)
      ?? Tensor(error: TensorError("decode", shapes: [z.shape], reason: "there is no decoder"))
  }

  /// What the network makes of a batch, `[n]` + shape.
  public func reconstruct(_ batch: Batch) -> Tensor { decode(encode(batch), of: batch) }
}
