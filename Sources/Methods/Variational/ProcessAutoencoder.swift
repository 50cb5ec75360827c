import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// A stochastic encoder, a decoder with processes that expect its codes, and draws of both from their posterior.
public struct ProcessAutoencoder: Module {
  /// What the sampler draws together.
  struct Member: Module {
    let decoder: Decoder
    let process: SparseProcess
    let likelihood: Likelihood
  }

  let encoder: Encoder
  let head: Linear
  let member: Member
  let draws: [MovingAverage<Member>]
  /// What the sampler adds to the codes of a batch, `[batch, k]`.
  let shift: Parameter
  let auxiliary: AuxiliaryInputs
  /// Auxiliary inputs of some training examples.
  let places: Buffer
  public let latents: Int

  init(_ domain: Domain, _ settings: SGPBAE, _ random: RandomStream) {
    let auxiliary = AuxiliaryInputs(domain, settings.auxiliary, random)
    var noisy = domain
    // Noise of the data's size stands beside them.
    noisy.shape[0] *= 2
    encoder = settings.networks.encoder(noisy, random)
    head = Linear(encoder.features, settings.latents, random)
    func member() -> Member {
      Member(
        decoder: settings.networks.decoder(domain, latents: settings.latents, random),
        process: SparseProcess(
          inputs: auxiliary.count, outputs: settings.latents, inducing: settings.inducing,
          length: settings.lengthScale, noise: settings.processNoise, random.child("process")),
        likelihood: Likelihood(settings.likelihood, isUnit: domain.isUnit, device: random.device))
    }
    self.member = member()
    draws = (0..<settings.draws).map { _ in MovingAverage(member()) }
    // Not 0 at first, from where nothing would pull the encoder.
    shift = Parameter(
      random.child("shift").normal([settings.training.batch, settings.latents]) * 0.01)
    self.auxiliary = auxiliary
    places = Buffer(random.child("places").normal([256, auxiliary.count]))
    latents = settings.latents
  }

  /// What is sampled; what belongs to the batch alone comes last.
  var sampled: [Tensor] { member.parameters + [shift.tensor] }

  /// Takes the scale of the auxiliary inputs of the examples, and inducing inputs among them.
  ///
  /// - Throws: `TensorError`.
  func learnPlaces(_ examples: Examples, _ seed: Seed) throws {
    let random = RandomStream(seed)
    let standard = try auxiliary.learn(examples)
    func some(_ count: Int, _ name: String) -> Tensor {
      standard.indexSelect(0, random.child(name).integers(0..<examples.count, [count]))
    }
    try places.tensor.assign(some(places.tensor.size(0), "places"))
    let inducing = member.process.inputs.tensor
    let jitter = random.child("jitter").normal(inducing.shape) * 0.05
    try inducing.assign(some(inducing.size(0), "inducing") + jitter.to(inducing.device))
  }

  /// Draws of codes, or what no noise gives, `[n]` + shape to `[n, k]`.
  func codes(_ x: Tensor, _ random: RandomStream?) -> Tensor {
    let noise = random.map { $0.normal(x.shape, type: x.dtype) } ?? x.zerosLike()
    return head(encoder(.concatenate([x, noise], along: 1)))
  }

  /// What the sampler adds to the codes of the batch at hand, `[n, k]`; 0 outside a training.
  func shift(of count: Int) -> Tensor {
    guard Runtime.isTraining, count <= shift.tensor.size(0) else {
      return Tensor.zeros([count, latents], device: shift.tensor.device)
    }
    return shift.tensor.sliced(0, 0, count)
  }
}

extension ProcessAutoencoder: Encoding, Sampling {
  /// Codes without the encoder's noise, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { codes(x, nil) }
  /// Expected examples, the mean over the draws of the decoder, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    Tensor.stack(draws.map { $0.base.likelihood($0.base.decoder(z)).mean }).mean(over: 0)
  }

  /// Draws of the first draw's processes at auxiliary inputs of training examples, `[count, k]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    let rows = random.child("places").integers(0..<places.tensor.size(0), [count])
    let prior = draws[0].base.process.conditional(at: places.tensor.indexSelect(0, rows))
    return prior.mean + prior.deviation * random.child("codes").normal(prior.mean.shape)
      * temperature
  }

  /// Expected codes at the auxiliary inputs of a batch, the mean over the draws of the processes, `[n, k]`.
  func expectedCodes(_ batch: Batch) -> Tensor {
    let places = auxiliary(batch)
    return Tensor.stack(draws.map { $0.base.process.conditional(at: places).mean }).mean(over: 0)
  }

  /// What examples at the auxiliary inputs of a batch may be: `repeats` distributions for each draw of the posterior,
  /// each with codes drawn from the processes.
  func predictions(_ batch: Batch, repeats: Int, _ random: RandomStream) -> [any Distribution] {
    let places = auxiliary(batch)
    return draws.enumerated().flatMap { index, draw in
      let codes = draw.base.process.conditional(at: places)
      return (0..<repeats).map { turn in
        let z = codes.sample(random.child(index).child(turn))
        return draw.base.likelihood(draw.base.decoder(z))
      }
    }
  }
}
