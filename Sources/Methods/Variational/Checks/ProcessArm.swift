import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// A variational autoencoder whose codes are sparse Gaussian processes over auxiliary inputs, the baseline of a check:
/// the encoder gives noisy observations of the processes, from which follows their posterior at the inducing inputs.
///
/// - Source: Jazbec, Ashman, Fortuin, Pearce, Mandt & Rätsch, *Scalable Gaussian process variational autoencoders*,
///   AISTATS 2021, arXiv:2010.13472. With the moments of the posterior written out, its bound is the expected
///   log-likelihood less the divergence of the values at the inducing inputs.
/// - Departs: noise around the processes is learned.
struct ProcessArm: GradientRecipe {
  static let card = Card(
    id: "process-arm", title: "Sparse Gaussian process variational autoencoder",
    source: "Jazbec et al., 2021",
    summary: "A variational autoencoder whose codes are sparse processes over the factors.")

  var auxiliary: [Int] = []
  var latents = 8
  var inducing = 64
  var length = 1.0
  var networks = EncoderDecoder()
  var likelihood = LikelihoodFamily.gaussian
  var training = Training()

  /// The posterior of whitened values at the inducing inputs, k normals over m values.
  struct Posterior {
    /// Factors of the precisions, `[k, m, m]`.
    let root: Tensor
    /// Means, `[k, m, 1]`.
    let mean: Tensor

    /// Divergence from the standard normal, summed over the processes, a scalar in nats.
    func divergence() -> Tensor {
      let m = root.size(2)
      let inverse = root.solveTriangular(
        .identity(m, type: root.dtype, device: root.device), upper: false)
      let logs = root.diagonal().log().sum()
      let size = Double(root.size(0) * m)
      return (inverse.squared().sum() + mean.squared().sum() - size) * 0.5 + logs
    }
  }

  struct Network: Module {
    let encoder: Encoder
    let head: NormalHead
    let decoder: Decoder
    let process: SparseProcess
    let likelihood: Likelihood
    let auxiliary: AuxiliaryInputs

    /// What is trained: the values at the inducing inputs are not, since their posterior follows from the codes.
    var trained: [Tensor] {
      namedParameters.filter { $0.name != "process.values" }.map(\.parameter.tensor)
    }

    /// From a batch that stands for `share` times as many examples.
    func posterior(_ batch: Batch, share: Double) -> Posterior {
      let seen = head(encoder(batch.x))
      let precision = (-seen.logVariance.to(.float64)).exp().transposed() * share  // [k, n]
      let weights = process.projection(at: auxiliary(batch)).weights  // [m, n]
      let heavy = weights.unsqueezed(0) * precision.unsqueezed(1)  // [k, m, n]
      let eye = Tensor.identity(weights.size(0), type: .float64, device: weights.device)
      let root = (heavy.matmul(weights.transposed()) + eye).cholesky()
      let pull = heavy.matmul(seen.mean.to(.float64).transposed().unsqueezed(2))  // [k, m, 1]
      return Posterior(root: root, mean: root.choleskySolve(pull))
    }

    /// Codes at the auxiliary inputs of a batch, over `[n, k]`.
    func codes(_ batch: Batch, given posterior: Posterior) -> Normal {
      let (weights, left) = process.projection(at: auxiliary(batch))
      let mean = weights.transposed().matmul(posterior.mean).squeezed(2).transposed()  // [n, k]
      let white = posterior.root.solveTriangular(weights.unsqueezed(0), upper: false)  // [k, m, n]
      let spread = left + white.squared().sum(over: 1) + process.logNoise.tensor.to(.float64).exp()
      return Normal(
        mean: mean.to(.float32), logVariance: spread.log().transposed().to(.float32))
    }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    let inputs = AuxiliaryInputs(domain, auxiliary, random)
    return Network(
      encoder: encoder, head: NormalHead(encoder.features, latents, random),
      decoder: networks.decoder(domain, latents: latents, random),
      process: SparseProcess(
        inputs: inputs.count, outputs: latents, inducing: inducing, length: length,
        random.child("process")),
      likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
      auxiliary: inputs)
  }

  func phases(_ network: Network) -> [Phase] {
    [Phase("bound", network.trained) { loss(network, $0, $1) }]
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let n = batch.x.size(0)
    let all = Double(step.examples ?? n)
    let posterior = network.posterior(batch, share: all / Double(n))
    let z = network.codes(batch, given: posterior).sample(step.random("noise"))
    let p = network.likelihood(network.decoder(z))
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),
      .term("rate", posterior.divergence(), weight: 1 / all))
  }

  func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    let inputs = try network.auxiliary.learn(run.source.train)
    let random = RandomStream(run.seed.child("inducing"))
    let rows = random.child("rows").integers(0..<run.source.train.count, [inducing])
    let places = network.process.inputs.tensor
    try places.assign(
      inputs.indexSelect(0, rows) + random.child("jitter").normal(places.shape) * 0.05)
    return try train(network, in: phases(network), run)
  }
}
