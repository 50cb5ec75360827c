import Files
import Learning
import Torch

/// How units that are never active come back: they are made to explain what the active ones leave.
///
/// - Source: Gao et al., 2024, appendix A.2.
public struct DeadUnits: Codable, Equatable, Sendable {
  /// Weight of the error that is left after dead units have explained what they can of it; 0 revives none.
  public var revival = 1.0 / 32
  /// Dead units that explain an example at once.
  public var revived = 64
  /// Examples without being active after which a unit is dead.
  public var deadAfter = 20_000

  public init() {}

  /// Refuses numbers that revive nothing.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validate() throws {
    try require(
      revival >= 0 && revival.isFinite, "--revival \(revival): a weight must be at least 0")
    try require(revived >= 1, "--revived \(revived): at least 1 unit is needed")
    try require(deadAfter >= 1, "--dead-after \(deadAfter): at least 1 example is needed")
  }

  /// The share of the residual of `x` from `result`, `[n, d]`, that dead units leave, one number for each example; none
  /// where nothing is dead.
  func terms(
    _ dictionary: FeatureDictionary, bias: Tensor, _ x: Tensor, _ result: Tensor
  ) -> [Loss.Term] {
    guard revival > 0 else { return [] }
    // The term is always there, so that every step has the same ones.
    guard let dead = places(dictionary) else {
      return [.term("revival", Tensor(0, device: x.device), weight: revival)]
    }
    let codes = SparseCodes(
      dictionary.centred(x), weight: dictionary.encoder.tensor.indexSelect(0, dead),
      bias: bias.indexSelect(0, dead), largest: min(revived, dead.count))
    let left = (x - result).detached()
    let explained = codes.decoded(by: dictionary.decoder.tensor.indexSelect(0, dead))
    let share = explained.error(against: left) / (left.squared().mean() + 1e-12)
    return [.term("revival", share, weight: revival)]
  }

  /// Places of the dead units, int64; nil where there is none.
  private func places(_ dictionary: FeatureDictionary) -> Tensor? {
    let found = (dictionary.idle.tensor .>= Double(deadAfter)).nonzero().flattened()
    return found.count > 0 ? found : nil
  }
}
