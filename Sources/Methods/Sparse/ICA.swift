import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// Independent component analysis: the linear codes that are least normal, each on its own.
///
/// - Source: Hyvärinen, *Fast and robust fixed-point algorithms for independent component analysis*, IEEE Transactions
///   on Neural Networks 1999, eqs. 20 and 45, with log cosh as contrast and symmetric decorrelation.
/// - Departs: at most 20,000 examples are gone through.
public struct ICA: Recipe {
  public static let card = Card(
    id: "ica", title: "Independent component analysis",
    source:
      "Hyvärinen, Fast and robust fixed-point algorithms for independent component analysis, IEEE Transactions on "
      + "Neural Networks 1999",
    summary:
      "As many directions as inputs at most, along which the data are least normal: what independent causes, mixed "
      + "linearly, are found by.")

  /// Number of latent units, k; never more than there are inputs.
  public var latents = 20
  /// Most passes over the examples.
  public var iterations = 200

  public init() {}

  public struct Network: Module {
    /// `[d]`.
    let mean: Buffer
    /// What reads the components, each of variance 1, `[k, d]`.
    let unmixing: Buffer
    /// What the components add up from, `[k, d]`.
    let mixing: Buffer
    let shape: [Int]
  }

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      (1...100_000) ~= latents, "--latents \(latents): must be from 1 to 100000 latent units")
    try require(
      1...10_000 ~= domain.size,
      "this method takes from 1 to 10000 inputs, and the source has \(domain.size); --size makes pictures smaller"
    )
    try require(iterations >= 1, "--iterations \(iterations): at least 1 pass is needed")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let none = Tensor.zeros([min(latents, domain.size), domain.size], device: random.device)
    return Network(
      mean: Buffer(none.selected(0, 0).copied()), unmixing: Buffer(none),
      mixing: Buffer(none.copied()), shape: domain.shape)
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    try run.timed {
      let axes = try PrincipalAxes(run)
      let spread = try axes.variances.values(as: Double.self)
      // What does not vary cannot be brought to variance 1.
      let varying = spread.prefix(network.latents).count { $0 > 1e-10 * max(spread[0], 1e-300) }
      try network.mean.tensor.assign(axes.mean.to(.float32))
      guard varying > 0 else { return }
      let basis = axes.axes.sliced(1, 0, varying)  // [d, k]
      let sizes = axes.variances.sliced(0, 0, varying).squareRoot().unsqueezed(0)
      let sample = Array(0..<min(run.source.train.count, 20_000))
      let x = try run.source.train.batch(sample).moved(to: run.device).x.flattened(from: 1)
      let white = (x.to(.float64) - axes.mean.unsqueezed(0)).matmul(basis / sizes)
      let turn = try rotation(of: white, run)
      let missing = network.latents - varying
      func rows(_ matrix: Tensor) -> Tensor { matrix.padded([0, 0, 0, missing]).to(.float32) }
      try network.unmixing.tensor.assign(rows(turn.matmul((basis / sizes).transposed())))
      try network.mixing.tensor.assign(rows(turn.matmul((basis * sizes).transposed())))
    }
  }

  /// The rotation of white rows `[n, k]` after which they are least normal, `[k, k]`.
  private func rotation(of white: Tensor, _ run: FitRun) throws -> Tensor {
    let (n, k) = (Double(white.size(0)), white.size(1))
    let random = RandomStream(run.seed.child("rotation"), device: run.device)
    var turn = Self.orthonormal(random.normal([k, k], type: .float64))
    for _ in 0..<iterations {
      if run.shouldStop() { throw TrainingError.stopped(step: 0, steps: 1) }
      let bent = white.matmul(turn.transposed()).tanh()  // [n, k]
      let slope = 1 - bent.squared().mean(over: 0)  // [k]
      let next = Self.orthonormal(
        bent.transposed().matmul(white) / n - turn * slope.unsqueezed(1))
      let moved = try (1 - (next * turn).sum(over: 1).abs()).abs().max().value()
      turn = next
      if moved < 1e-6 { break }
    }
    return try turn.checked()
  }

  /// (W Wᵀ)^(−1/2) W.
  private static func orthonormal(_ w: Tensor) -> Tensor {
    let (u, _, vt) = w.svd()
    return u.matmul(vt)
  }
}

extension ICA.Network: Encoding, Decoding {
  public var latents: Int { mixing.tensor.size(0) }
  /// The directions that components stand for, `[k, d]`.
  public var directions: Tensor { mixing.tensor }
  /// Components, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    (x.flattened(from: 1) - mean.tensor.unsqueezed(0)).matmul(unmixing.tensor.transposed())
  }
  /// Sums of directions, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    (z.matmul(mixing.tensor) + mean.tensor.unsqueezed(0)).reshaped([z.size(0)] + shape)
  }
}
