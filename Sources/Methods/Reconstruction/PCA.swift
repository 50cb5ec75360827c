import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// Principal component analysis: the linear codes from which examples are reconstructed with the least squared error.
///
/// - Source: Pearson, *On lines and planes of closest fit to systems of points in space*, 1901; Hotelling, *Analysis of
///   a complex of statistical variables into principal components*, 1933.
/// - Departs: nowhere.
public struct PCA: Recipe {
  public static let card = Card(
    id: "pca", title: "Principal component analysis",
    source:
      "Pearson, On lines and planes of closest fit to systems of points in space, 1901; Hotelling, 1933",
    summary:
      "The directions in which the data vary most, in closed form; no other linear code of that size is reconstructed "
      + "with less squared error.")

  /// Number of latent units, k; never more than there are inputs.
  public var latents = 20

  public init() {}

  public struct Network: Module {
    /// `[d]`.
    let mean: Buffer
    /// Orthonormal columns, `[d, k]`.
    let axes: Buffer
    /// Variances of the codes over the training examples, `[k]`.
    let variances: Buffer
    public let latents: Int
    let shape: [Int]
  }

  public func validate(for domain: Domain) throws { try LinearSettings.validate(domain, latents) }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let units = min(latents, domain.size)
    return Network(
      mean: Buffer(Tensor.zeros([domain.size], device: random.device)),
      axes: Buffer(Tensor.zeros([domain.size, units], device: random.device)),
      variances: Buffer(Tensor.zeros([units], device: random.device)), latents: units,
      shape: domain.shape)
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    try run.timed {
      let found = try PrincipalAxes(run)
      // Fewer examples than units leave the last units at 0.
      let missing = network.latents - min(network.latents, found.variances.count)
      let axes = found.axes.sliced(1, 0, network.latents).padded([0, missing])
      let variances = found.variances.sliced(0, 0, network.latents).padded([0, missing])
      try network.mean.tensor.assign(found.mean.to(.float32))
      try network.axes.tensor.assign(axes.to(.float32))
      try network.variances.tensor.assign(variances.to(.float32))
    }
  }
}

extension PCA.Network: Encoding, Decoding {
  /// Coordinates on the axes, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    (x.flattened(from: 1) - mean.tensor.unsqueezed(0)).matmul(axes.tensor)
  }
  /// Nearest points of the plane, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    (z.matmul(axes.tensor.transposed()) + mean.tensor.unsqueezed(0)).reshaped([-1] + shape)
  }
}

/// Which settings of linear models make sense.
enum LinearSettings {
  /// Most inputs whose covariance is held in memory, 800 MB of it.
  static let inputs = 10_000

  static func validate(_ domain: Domain, _ latents: Int, leastInputs: Int = 1) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      (1...100_000) ~= latents, "--latents \(latents): must be from 1 to 100000 latent units")
    try require(
      leastInputs...inputs ~= domain.size,
      "this method takes from \(leastInputs) to \(inputs) inputs, and the source has "
        + "\(domain.size); --size makes pictures smaller")
  }
}
