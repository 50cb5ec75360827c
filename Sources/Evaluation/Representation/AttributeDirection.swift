import Files
import Torch

/// The direction in a latent space that goes with an attribute of the examples.
///
/// - Source: Larsen, Sønderby, Larochelle & Winther, *Autoencoding beyond pixels using a learned similarity metric*,
///   ICML 2016, §4.2 (differences of mean codes); White, *Sampling generative networks*, 2016, arXiv:1609.04468, §3
///   (attributes that go together must be told apart, here by regression on all of them).
public struct AttributeDirection: Sendable {
  /// From codes without the attribute to codes with it, `[k]`.
  public let vector: Tensor

  /// From the mean code of the other classes to that of `target`; codes `[n, k]`.
  ///
  /// - Throws: ``UserError`` where the class, or any other, has no example.
  public init(codes: Tensor, labels: [Int], toward target: Int) throws {
    let isTarget = labels.map { $0 == target }
    try require(
      isTarget.contains(true) && isTarget.contains(false),
      "the examples are all of one kind; a direction needs some with the attribute and some without"
    )
    let mask = Tensor(isTarget.map { Float($0 ? 1 : 0) }, shape: [labels.count, 1]).to(codes.dtype)
    let with = (codes * mask).sum(over: 0) / mask.sum()
    let without = (codes * (1 - mask)).sum(over: 0) / (1 - mask).sum()
    vector = with - without
  }

  /// How codes, `[n, k]`, move when column `index` of the factors, `[n, f]`, rises by one standard deviation and the
  /// other factors stay: its coefficient in the regression of codes on all factors.
  ///
  /// - Throws: ``UserError`` where the factor does not vary.
  public init(codes: Tensor, factors: Tensor, along index: Int) throws {
    let scale = Standardisation(factors.to(.float64))
    let deviation = try factors.to(.float64).selected(1, index).standardDeviation(over: 0).value()
    try require(deviation > 0, "the factor has one value alone; a direction needs it to vary")
    let f = scale(factors.to(.float64))
    let z = (codes - codes.mean(over: 0, keep: true)).to(.float64)
    // A trace of ridge keeps factors apart that always go together.
    let gram = f.transposed().matmul(f) / Double(f.size(0))
    let ridge = Tensor.identity(f.size(1), type: .float64) * 1e-6
    let slopes = (gram + ridge).solve(f.transposed().matmul(z) / Double(f.size(0)))  // [f, k]
    vector = slopes[index].to(codes.dtype)
  }

  /// Codes, `[n, k]`, moved by `strength` times the direction.
  public func moved(_ codes: Tensor, by strength: Double) -> Tensor { codes + vector * strength }
}
