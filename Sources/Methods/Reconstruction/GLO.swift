import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// Generative latent optimisation: a generator and a code for each training example in the unit ball, learned together
/// by reconstruction alone; a normal fitted to the codes gives samples.
///
/// - Source: Bojanowski, Joulin, Lopez-Paz & Szlam, *Optimizing the latent space of generative networks*, ICML 2018,
///   arXiv:1707.05776, eq. 2 and section 3.
/// - Departs: Adam for the generator and plain gradient steps for the codes only; the size of a code's step is that of
///   its own example's loss; fully connected generator unless --architecture says otherwise; new examples are encoded
///   by descent from the mean of the codes.
public struct GLO: GradientRecipe {
  public static let card = Card(
    id: "glo", title: "Generative latent optimisation",
    source:
      "Bojanowski, Joulin, Lopez-Paz & Szlam, Optimizing the Latent Space of Generative Networks, ICML 2018, "
      + "arXiv:1707.05776",
    system: "S401",
    summary:
      "Every training example has a code of its own, learned together with the generator by reconstruction, without "
      + "an encoder or a discriminator; a normal fitted to the codes gives samples.")

  /// How far apart two examples are.
  public enum Distance: String, Codable, CaseIterable, Sendable {
    /// Laplacian for pictures, squared for other data.
    case auto
    /// Absolute differences of the bands of a Laplacian pyramid.
    case laplacian
    case squared
  }

  /// Where codes start.
  public enum Start: String, Codable, CaseIterable, Sendable {
    /// Whitened principal components.
    case pca
    case normal
  }

  /// How far apart two examples are: auto, laplacian for pictures, or squared.
  public var distance = Distance.auto
  /// Where codes start: pca or normal.
  public var start = Start.pca
  /// Size of a code's step against the gradient of its example's loss.
  public var codeRate = 1.0
  /// Steps of descent that give a new example its code.
  public var inversionSteps = 100
  /// Number of latent units, k.
  public var latents = 32
  /// Normals of the mixture that is fitted to the codes; the paper has one.
  public var components = 1
  public var networks = EncoderDecoder()
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, .auto)
    try ExPostDensity.validate(components: components)
    try require(codeRate > 0 && codeRate.isFinite, "--code-rate \(codeRate): must be above 0")
    try require(
      1...100_000 ~= inversionSteps, "--inversion-steps \(inversionSteps): at least 1 is needed")
    try require(
      distance != .laplacian || domain.isImage,
      "--distance laplacian needs pictures, and the source has shape \(domain.shape); --distance squared takes any"
    )
    if start == .pca { try LinearSettings.validate(domain, latents) }
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> InvertedGenerator {
    let isLaplacian = distance == .laplacian || (distance == .auto && domain.isImage)
    return InvertedGenerator(
      decoder: networks.decoder(domain, latents: latents, random),
      density: ExPostDensity(latents: latents, components: components, device: random.device),
      pyramid: isLaplacian ? LaplacianPyramid() : nil, isUnit: domain.isUnit, latents: latents,
      steps: inversionSteps)
  }

  public func fit(_ network: InvertedGenerator, _ run: FitRun) throws -> FitResult {
    let random = RandomStream(run.seed.child("codes"), device: run.device)
    let table =
      start == .pca
      ? try CodeTable(principalComponents: run, latents: latents, random)
      : CodeTable(examples: run.source.train.count, latents: latents, random)
    let result = try train(network, in: [phase(network, table)], scaffold: table, run)
    try network.density.fit(table.codes.tensor, seed: run.seed.child("density"))
    return result
  }

  /// Without codes of its own each example is encoded anew.
  public func phases(_ network: InvertedGenerator) -> [Phase] { [phase(network, nil)] }

  private func phase(_ network: InvertedGenerator, _ table: CodeTable?) -> Phase {
    let last = CodeDescent.Batch()
    let descent: any Descent =
      table.map { CodeDescent(table: $0, rate: codeRate, batch: last) } ?? PlainDescent()
    return Phase("all", network.parameters, descent: descent) { batch, _ in
      let z: Tensor
      if let table, Runtime.isTraining {
        z = table.leaf(batch.indices)
        last.note(z, batch.indices)
      } else {
        // Ten steps, since validation examples have no codes and the training is not to wait for them.
        z = network.inverted(batch.x, steps: min(10, inversionSteps))
      }
      return Loss(.term("distance", network.distance(z, batch.x)))
    }
  }
}
