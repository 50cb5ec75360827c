import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// Factors of the codes of a trained autoencoder, which stays as it is: one that tells the class and one for the rest,
/// which are to say nothing of each other, and a network that makes the code of both again.
///
/// - Source: Yoon, Roh & Suk, *A plug-in method for representation factorization in connectionist models*, IEEE
///   Transactions on Neural Networks and Learning Systems 2021, arXiv:1905.11088.
/// - Departs: the autoencoder is a variational one, trained first in the same run; two factors; the correlation is
///   estimated by Donsker and Varadhan's bound, of several permutations; no adversary of examples.
public struct FDEN: GradientRecipe {
  public static let card = Card(
    id: "fden", title: "Factors decomposer-entangler network",
    source:
      "Yoon, Roh & Suk, A Plug-in Method for Representation Factorization in Connectionist Models, IEEE TNNLS 2021, "
      + "arXiv:1905.11088",
    system: "S088",
    summary:
      "Two networks split the codes of a trained autoencoder into a factor for the class and one for the rest, and join "
      + "them again; the factors are kept from saying anything of each other. latent edit changes the class."
  )

  /// Units of the factor that tells the class.
  public var classUnits = 10
  /// Units of the factor for the rest.
  public var styleUnits = 16
  /// Share of the training examples whose class is used.
  public var labelled = 1.0
  /// Weight of what the factors say of each other.
  public var correlation = 3.0
  /// Weight of the classes that are to be told, of examples whose class is used.
  public var telling = 10.0
  /// Widths of the layers of the networks that split and join codes, and of the one that looks for what factors share.
  public var factorHidden = [128]
  /// Passes in which the autoencoder learns before the factors do.
  public var codeEpochs = 20
  /// Weight of the KL term of the autoencoder; 1 gives the evidence lower bound.
  public var beta = 1.0
  /// Units of the autoencoder's codes.
  public var latents = 32
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public struct Network: Module {
    let autoencoder: Fixed<GaussianAutoencoder>
    /// The mean of its codes and their deviation, `[2, latents]`, found before the factors are.
    let scale: Buffer
    let factors: FactorDecomposer
    /// The mean of the class's factor in each class, `[classes, c]`, found after the training.
    let means: Buffer
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(
      weights: [("correlation", correlation), ("telling", telling), ("beta", beta)])
    try AutoencoderSettings.validate(widths: [("factor-hidden", factorHidden)])
    try require(codeEpochs >= 1, "--code-epochs \(codeEpochs): must be at least 1 pass")
    for (flag, units) in [("class-units", classUnits), ("style-units", styleUnits)] {
      try require(1...100_000 ~= units, "--\(flag) \(units): must be 1 to 100000")
    }
    try require(
      labelled > 0 && labelled <= 1, "--labelled \(labelled): must be a share above 0, up to 1")
    try require(
      domain.classes.count >= 2,
      "this method is told classes, of which there must be two; --label COLUMN says where they are")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let classes = domain.classes.count
    return Network(
      autoencoder: Fixed(coder.makeNetwork(domain, random.child("base"))),
      scale: Buffer(Tensor.ones([2, latents], device: random.device)),
      factors: FactorDecomposer(
        latents: latents, classUnits: classUnits, styleUnits: styleUnits, classes: classes,
        hidden: factorHidden, random),
      means: Buffer(Tensor.zeros([classes, classUnits], device: random.device)))
  }

  /// How the autoencoder learns, by itself.
  var coder: BetaVAE {
    var coder = BetaVAE()
    (coder.beta, coder.latents, coder.networks) = (beta, latents, networks)
    (coder.likelihood, coder.training) = (likelihood, training)
    coder.training.epochs = codeEpochs
    return coder
  }

  public func phases(_ network: Network) -> [Phase] {
    let factors = network.factors
    func codes(_ x: Tensor) -> Tensor { withoutGradients { network.codes(x) } }
    // What estimates must keep up with what it judges.
    let watching = ParameterGroup(factors.statisticParameters, rate: 2)
    return [
      Phase("estimate", [watching]) { batch, step in
        let found = withoutGradients { factors.decomposer(codes(batch.x)) }
        return Loss(.term("bound", -factors.correlation(found, step.random("estimate"))))
      },
      Phase("factors", factors.factorParameters) { batch, step in
        let z = codes(batch.x)
        let found = factors.decomposer(z)
        let back = (factors.entangler(found) - z).squared().sum(over: 1)
        return Loss(
          .term("code", back), .term("telling", told(factors, found, batch), weight: telling),
          .term(
            "correlation", factors.correlation(found, step.random("others")), weight: correlation))
      },
    ]
  }

  /// Cross-entropy of the classes of examples whose class is used, over their share, nats, `[n]`; 0 for others.
  private func told(_ factors: FactorDecomposer, _ found: Tensor, _ batch: Batch) -> Tensor {
    // What validation has refused; a loss that is not a number stops the training.
    guard let labels = batch.labels else { return Tensor(.nan) }
    let used = batch.indices.map { place -> Float in
      var draw = SplitMix(Seed(0).child("labelled").child(place))
      return draw.uniform() < labelled ? Float(1 / labelled) : 0
    }
    return factors.reader(factors.halves(found).label).crossEntropy(labels)
      * Tensor(used).to(found.device)
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    let base = network.autoencoder.base
    let learnt = try coder.train(base, in: coder.phases(base), run.part("autoencoder"))
    try network.learnScale(from: run)
    var result = try train(network, in: phases(network), run)
    result.seconds += learnt.seconds
    try network.learnMeans(from: run)
    return result
  }
}
