import Datasets
import Files
import Foundation
import Learning
import Networks
import Torch

/// Probabilistic contrastive learning: an example is put not at a point but into a cloud on the sphere, as wide as the
/// example is ambiguous; the contrast is averaged over draws from the clouds.
///
/// A code is the natural parameter of a cloud: its direction is the mean, its length the concentration.
///
/// - Source: Kirchhof, Kasneci & Oh, *Probabilistic contrastive learning recovers the correct aleatoric uncertainty of
///   ambiguous inputs*, ICML 2023, arXiv:2302.02865, eqs. 5 to 7.
/// - Departs: the other examples of a batch are the negatives, and the contrast has their sum, as Oord, Li & Vinyals,
///   *Representation learning with contrastive predictive coding*, 2018, have it, where the authors' program has their
///   mean; means and concentrations learn together; concentrations stay between e⁻² and e⁸.
public struct MCInfoNCE: LossRecipe {
  public static let card = Card(
    id: "mcinfonce", title: "Monte-Carlo InfoNCE",
    source:
      "Kirchhof, Kasneci & Oh, Probabilistic contrastive learning recovers the correct aleatoric "
      + "uncertainty of ambiguous inputs, ICML 2023, arXiv:2302.02865",
    system: "S100",
    summary:
      "Examples become clouds on a sphere, as wide as they are ambiguous, and draws from them are contrasted."
  )

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Whether the first and the second half of an example's numbers are its two views, instead of views that are made.
  public var pairs = false
  /// Axes of the sphere.
  public var latents = 8
  /// Draws from the cloud of each view; at 0 the points themselves are contrasted, and codes have any length.
  public var draws = 64
  /// Concentration of the contrast, which stays, and of the clouds at the start.
  public var concentration = 20.0
  public var training = Training()

  public init() {}

  /// A backbone with a layer on it.
  struct Branch: Module {
    let encoder: Backbone
    let head: Linear

    init(_ settings: BackboneSettings, _ shape: [Int], _ outputs: Int, _ random: RandomStream) {
      encoder = settings.makeNetwork(shape, random.child("encoder"))
      head = Linear(encoder.features, outputs, random.child("head"))
    }

    func callAsFunction(_ x: Tensor) -> Tensor { head(encoder(x)) }
  }

  /// What gives vectors, and what gives logarithms of concentrations.
  public struct Network: Module, Encoding {
    let direction: Branch
    let spread: Branch?
    let start: Double
    let width: Int?

    /// Natural parameters, `[n]` + shape to `[n, m]`; of a pair, those of its first half.
    public func encode(_ x: Tensor) -> Tensor {
      let (vectors, concentrations) = cloud(width.map { x.sliced(1, 0, $0) } ?? x)
      return concentrations.map { vectors.ofUnitLength * $0.unsqueezed(1) } ?? vectors
    }

    /// Vectors `[n, m]` along the means, and concentrations `[n]`, nil where there are points.
    func cloud(_ x: Tensor) -> (Tensor, Tensor?) {
      let found = spread.map { ($0(x).squeezed(1) + log(start)).clamped(-2, 8).exp() }
      return (direction(x), found)
    }
  }

  public func validate(for domain: Domain) throws {
    let shape = pairs ? try half(of: domain) : domain.shape
    try encoder.validate(for: Domain(shape: shape, support: domain.support, classes: []))
    try views.validate()
    try require(3...4096 ~= latents, "--latents \(latents): must be 3 to 4096")
    try require(0...1024 ~= draws, "--draws \(draws): must be 0 to 1024")
    try require(
      1e-2...1e3 ~= concentration, "--concentration \(concentration): must be 0.01 to 1000")
  }

  private func half(of domain: Domain) throws -> [Int] {
    try require(
      domain.shape.count == 1 && domain.shape[0] % 2 == 0,
      "--pairs wants rows of two halves, and the source has shape \(domain.shape)")
    return [domain.shape[0] / 2]
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let width = pairs ? domain.shape[0] / 2 : nil
    let shape = width.map { [$0] } ?? domain.shape
    return Network(
      direction: Branch(encoder, shape, latents, random.child("direction")),
      spread: draws > 0 ? Branch(encoder, shape, 1, random.child("spread")) : nil,
      start: concentration, width: width)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let both =
      pairs
      ? Tensor.concatenate(batch.x.split(into: 2, along: 1)) : views.two(batch.x, step.random)
    let (vectors, concentrations) = network.cloud(both)
    let means = vectors.ofUnitLength  // [2 n, m]
    let points =
      concentrations.map {
        VonMisesFisher(mean: means, concentration: $0).draws(draws, step.random("draws"))
      } ?? means.unsqueezed(0)  // [draws, 2 n, m]
    let ends = points.split(into: 2, along: 1)
    let contrast = ends[0].averagedContrast(
      with: ends[1], sharpness: concentration)
    return Loss(.term("contrast", contrast))
  }
}

extension Tensor {
  /// −log of the mean over draws of the share that the other view of an example has among those of all, nats,
  /// `[draws, n, m]` each to `[n]`.
  func averagedContrast(with other: Tensor, sharpness: Double) -> Tensor {
    let logits = matmul(other.transposed()) * sharpness  // [draws, n, n]
    let shares = logits.diagonal() - logits.logSumExp(over: -1)  // [draws, n]
    return -(shares.logSumExp(over: 0) - Foundation.log(Double(size(0))))
  }
}
