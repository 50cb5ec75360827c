import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Probability
import Torch

/// A mixture of normals fitted to the codes of training examples once the training is over, from which a deterministic
/// autoencoder can be sampled.
///
/// - Source: Ghosh, Sajjadi, Vergari, Black & Schölkopf, *From variational to deterministic autoencoders*, ICLR 2020,
///   arXiv:1903.12436, section 4.
public struct ExPostDensity: Module {
  /// `[components]`; all 0 before the fit.
  public let weights: Buffer
  /// `[components, k]`.
  public let means: Buffer
  /// Lower factors of the covariances, `[components, k, k]`.
  public let factors: Buffer

  /// A density of `components` normals over codes of `latents` numbers, still to be fitted.
  public init(latents: Int, components: Int, device: Device = .cpu) {
    weights = Buffer(Tensor.zeros([components], device: device))
    means = Buffer(Tensor.zeros([components, latents], device: device))
    factors = Buffer(Tensor.zeros([components, latents, latents], device: device))
  }

  /// Number of normals.
  public var components: Int { weights.tensor.count }

  /// Refuses numbers of normals that make no density.
  ///
  /// - Throws: `UserError` naming the flag `--components`.
  public static func validate(components: Int) throws {
    try require(
      1...1000 ~= components, "--components \(components): must be from 1 to 1000 normals")
  }

  /// Takes the maximum likelihood that expectation–maximisation finds for codes `[n, k]`.
  ///
  /// A code that lies on a plane gets a little width, a millionth of the mean variance; the same codes and seed give the
  /// same density.
  ///
  /// - Throws: `TensorError` that the codes carry.
  public func fit(_ codes: Tensor, seed: Seed, restarts: Int = 1) throws {
    let x = try codes.to(.cpu).to(.float64).checked()
    let (n, k) = (x.size(0), x.size(1))
    let some = min(components, n)
    let spread = try x.variance(over: 0, correction: 0).mean().value()
    let floor = max(1e-6 * spread, 1e-12)
    let mixture = GaussianMixture(floor: floor)
    let found =
      some == 1
      ? try mixture.fit(x, from: Array(repeating: 0, count: n), components: 1)
      : try mixture.fit(x, components: some, restarts: restarts, seed: seed)
    let missing = components - some
    // A normal that no code is left for has weight 0 and any width.
    let spare = Array(repeating: Tensor.identity(k, type: .float64), count: missing)
    let roots = Tensor.stack(found.covariances.map { $0.cholesky() } + spare)
    try weights.tensor.assign(found.weights.padded([0, missing]).to(.float32))
    try means.tensor.assign(found.means.padded([0, 0, 0, missing]).to(.float32))
    try factors.tensor.assign(roots.to(.float32))
  }

  /// Fits the density to the codes that `network` gives the training examples of `run`.
  ///
  /// - Throws: what reading or fitting throws.
  public func fit(_ network: any Encoding, _ run: FitRun) throws {
    var scores = Scores(run.source.train, seed: run.seed.child("density"))
    scores.device = run.device
    try fit(try Runtime.training(false) { try scores.codes(network) }, seed: scores.seed)
  }

  /// Draws, `[count, k]`; what is random in a component is scaled by `temperature`.
  public func sample(_ count: Int, temperature: Double = 1, _ random: RandomStream) -> Tensor {
    let picked = random.child("components")
      .categorical(weights.tensor.unsqueezed(0), count: count).squeezed(0)
    let noise = random.child("codes").normal([count, means.tensor.size(1), 1])
    let moved = factors.tensor.indexSelect(0, picked).batchedMatmul(noise).squeezed(2)
    return means.tensor.indexSelect(0, picked) + moved * temperature
  }

  /// log density of codes `[n, k]`, nats, `[n]`.
  public func logProbability(of z: Tensor) -> Tensor {
    let k = Double(means.tensor.size(1))
    let parts = (0..<components).map { component in
      let root = factors.tensor[component]
      let centred = (z - means.tensor[component].unsqueezed(0)).transposed()
      let white = root.solveTriangular(centred, upper: false)
      let volume = root.diagonal().log().sum() * 2 + k * log(2 * Double.pi)
      return (white.squared().sum(over: 0) + volume) * -0.5 + weights.tensor[component].log()
    }
    return Tensor.stack(parts, along: 1).logSumExp(over: 1)
  }

  /// A network that decodes as `base` does and whose prior is this density.
  public func sampler(_ base: any Decoding) -> some Sampling {
    ExPostSampler(density: self, base: base)
  }
}

/// A decoder with a density of its own over codes.
private struct ExPostSampler: Sampling {
  let density: ExPostDensity
  let base: any Decoding

  var latents: Int { base.latents }
  func decode(_ z: Tensor) -> Tensor { base.decode(z) }
  func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    density.sample(count, temperature: temperature, random)
  }
}
