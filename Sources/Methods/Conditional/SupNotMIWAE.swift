import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The supervised not-missing-at-random importance weighted autoencoder: a generative model fills the
/// gaps of series in several ways, also by what their being gaps says of them, and a classifier is
/// averaged over what was filled in; dropping observed numbers in training keeps the fillings useful.
///
/// Gaps are those of the source: missing cells, `?` in `.ts` files, steps beyond the end of a series.
/// Any pattern of gaps is taken, also one that training never saw, and a series of which nothing is
/// observed; the fillings are then what the model makes of the rest, without a warning.
///
/// - Source: Kim, Kim, Yun, Lee, Lee & Lee, *Probabilistic Imputation for Time-series Classification
///   with Missing Data*, ICML 2023, arXiv:2308.06738, section 3; the authors' program.
/// - Departs: convolutions over time instead of transformers, and the encoder is told where gaps are;
///   the logits of the missingness are not squashed; the probability of the dropped numbers, from
///   which these are drawn, does not count again as a weight; noise of the fillings in evaluation is
///   drawn once and the same for all series. Pictures are series of their rows, rows of tables series
///   of one step.
public struct SupNotMIWAE: LossRecipe {
  public static let card = Card(
    id: "supnotmiwae", title: "Supervised not-missing-at-random autoencoder",
    source:
      "Kim, Kim, Yun, Lee, Lee & Lee, Probabilistic Imputation for Time-series Classification with "
      + "Missing Data, ICML 2023, arXiv:2308.06738",
    system: "S390",
    summary:
      "An importance weighted autoencoder of series with gaps models values, gaps and class together; "
      + "a classifier is averaged over several fillings, and observed numbers are dropped in training "
      + "so that fillings are of use.")

  /// Prior of the codes over time.
  public enum Prior: String, Codable, CaseIterable, Sendable {
    /// A Gaussian process with a Cauchy kernel for each unit.
    case process
    /// Independent standard normal variables.
    case standard
  }

  /// Share of the observed numbers that are dropped in training on the way to the classifier.
  public var dropping = 0.4
  /// Fillings of each series in training, K in the paper.
  public var samples = 5
  /// Fillings of each series in evaluation.
  public var testSamples = 20
  /// Prior of the codes over time: process or standard.
  public var prior = Prior.process
  /// Steps over which the codes of the process are alike.
  public var lengthScale = 7.0
  /// Number of latent units of each step, k.
  public var latents = 8
  /// Channels of the convolutions.
  public var width = 32
  /// Steps that a convolution sees; an odd number.
  public var kernelSize = 5
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      domain.classes.count >= 2,
      "supnotmiwae needs labels of at least two classes; --label COLUMN says where they are")
    try require(
      (0..<1) ~= dropping, "--dropping \(dropping): must be a share from 0 up to 1")
    try AutoencoderSettings.validate(samples: samples)
    try require(
      testSamples >= 1, "--test-samples \(testSamples): at least 1 filling is needed")
    try require(lengthScale > 0, "--length-scale \(lengthScale): must be above 0")
    try require(
      (1...10_000) ~= latents && (1...10_000) ~= width,
      "--latents \(latents) and --width \(width): each must be from 1 to 10000")
    try require(
      kernelSize >= 1 && kernelSize % 2 == 1,
      "--kernel-size \(kernelSize): must be an odd number of steps")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(domain, self, random)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    // What validation has refused; a loss that is not a number stops the training.
    guard let labels = batch.labels else { return Loss(.term("joint", Tensor(.nan))) }
    let x = network.layout.series(batch.x)  // [n, c, t]
    let observed = batch.observed.map(network.layout.series) ?? x.onesLike()
    let (times, n) = (samples, x.size(0))
    let draw = network.draw(x, observed, times, step.random("codes"))
    var told = draw.observed  // [times · n, c, t]
    if Runtime.isTraining, dropping > 0 {
      told = told * step.random("dropping").bernoulli(told.filled(with: 1 - dropping))
    }
    let filled = network.filled(
      draw.x, told, with: draw.outputs.sample(step.random("fillings")))
    let ofClass = -network.logits(filled).crossEntropy(labels.tiled(times))
    let ofGaps = network.missingness(filled).bernoulliLogProbability(of: told)
    let joint = (ofClass + ofGaps + draw.logWeights).reshaped(times, n)
    return Loss(.term("joint", -ImportanceWeights.bound(joint)))  // nats
  }
}
