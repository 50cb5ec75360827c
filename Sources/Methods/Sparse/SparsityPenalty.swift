import Files
import Torch

/// What penalties of sparsity share.
enum SparsityPenalty {
  /// Refuses a share of the training that is none.
  ///
  /// - Throws: `UserError`.
  static func validate(rising: Double) throws {
    try require(0...1 ~= rising, "--rising \(rising): must be a share from 0 to 1")
  }
}

extension Tensor {
  /// In how many rows of these codes, `[n, m]`, each unit is active: `[m]`.
  var uses: Tensor { withoutGradients { (self .> 0).to(.float32).sum(over: 0) } }
}
