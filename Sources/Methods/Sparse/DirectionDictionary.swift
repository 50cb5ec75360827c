import Learning
import Torch

/// A network whose codes say how much of each of its directions an example is made of.
public protocol DirectionDictionary: Encoding, Decoding {
  /// What one of each unit adds to an example, in the data's own units, `[m, d]`.
  var directions: Tensor { get }
}

extension SparseNetwork: DirectionDictionary {
  public var directions: Tensor { dictionary.decoder.tensor / dictionary.scale.tensor }
}

extension ICA.Network: DirectionDictionary {}

extension ITDA.Network: DirectionDictionary {
  public var directions: Tensor { atoms.tensor }
}
