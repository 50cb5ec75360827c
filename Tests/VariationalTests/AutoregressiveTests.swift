import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Variational

/// Methods whose decoders see what they have written.
@Suite struct AutoregressiveTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [1, 6, 5], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([8, 1, 6, 5]), indices: Array(0..<8))
  let step = Step(index: 0, progress: 0, examples: 8, seed: Seed(2))

  @Test func aVLAEWithAPlainDecoderAndANormalPriorIsTheVAE() throws {
    var method = VLAE()
    (method.decoder, method.prior) = (.plain, .normal)
    let network = method.makeNetwork(domain, RandomStream(1))
    let twin = VAE().makeNetwork(domain, RandomStream(1))
    let bound = try VAE().loss(twin, batch, step).total.value()
    #expect(try method.loss(network, batch, step).total.value() == bound)
    let (mine, theirs) = (
      network.elbo(batch.x, RandomStream(4)), twin.elbo(batch.x, RandomStream(4))
    )
    #expect(try (mine - theirs).abs().max().value() == 0)
  }

  @Test func aLikelihoodGivenTheCodeIsAProductOverInputsOfWhatTheDecoderSaysInTurn() throws {
    // Of two binary inputs the four probabilities given a code sum to 1.
    let pair = Domain(shape: [2], support: .binary)
    let network = VLAE().makeNetwork(pair, RandomStream(1))
    let x = Tensor([0, 0, 0, 1, 1, 0, 1, 1] as [Float], shape: [4, 2])
    let z = RandomStream(5).normal([1, 20]).expanded([4, 20]).contiguous()
    let p = network.likelihood(network.decoder(z, x)).logProbability(of: x).exp()
    #expect(try abs(p.sum().value() - 1) < 1e-6)
    let second = network.decoder(z, x).selected(1, 1)
    #expect(try (second[0] - second[2]).abs().value() > 0, "the second sees the first")
  }

  @Test func theRateOfAFlowIsOnAverageThatOfItsWeights() throws {
    let network = VLAE().makeNetwork(domain, RandomStream(1))
    let x = batch.x.repeated(500)
    let q = network.posterior(x)
    let z = q.sample(RandomStream(6))
    let sampled = q.logProbability(of: z) - network.priorLogProbability(of: z)
    let gap = try (network.rate(q, z) - sampled).mean().value()
    #expect(abs(gap) < 0.3, "the entropy is exact in one and drawn in the other")
  }

  @Test func freeNatsLeaveTheRateWhereItIsAndCostNothingBelow() throws {
    var method = VLAE()
    method.prior = .normal
    let network = method.makeNetwork(domain, RandomStream(1))
    let rate = try method.loss(network, batch, step).terms[1].mean.value()
    method.freeNats = rate * 2
    #expect(try abs(method.loss(network, batch, step).terms[1].mean.value() - rate * 2) < 1e-4)
    method.freeNats = rate / 2
    #expect(try abs(method.loss(network, batch, step).terms[1].mean.value() - rate) < 1e-4)
  }

  @Test func theWeightOfTheRateRisesWithTheTraining() throws {
    var method = VLAE()
    method.annealing = 0.5
    let network = method.makeNetwork(domain, RandomStream(1))
    let weights = [0, 0.25, 0.5, 1].map { progress in
      method.loss(network, batch, Step(index: 0, progress: progress, seed: Seed(2))).terms[1].weight
    }
    #expect(weights == [0, 0.5, 1, 1])
  }

  @Test func aDecodedPictureIsAlwaysTheSame() throws {
    let network = VLAE().makeNetwork(domain, RandomStream(1))
    let z = network.samplePrior(3, temperature: 1, RandomStream(2))
    #expect(try network.decode(z).bytes() == network.decode(z).bytes())
    #expect(network.decode(z).shape == [3, 1, 6, 5])
  }

  @Test func anInfoVAEsAutoregressiveDecoderSeesThePicture() throws {
    var method = InfoVAE()
    method.decoder = .autoregressive
    let network = method.makeNetwork(domain, RandomStream(1))
    let z = Tensor.zeros([8, 10])
    let apart = network.decoder(z, batch.x) - network.decoder(z, batch.x * 0)
    #expect(try apart.abs().max().value() > 0)
    #expect(try method.loss(network, batch, step).total.value().isFinite)
  }

  @Test func aFlowVAEWhoseStepMovesNothingHasTheBoundOfTheVAEAtItsDraws() throws {
    var method = FlowVAE()
    method.flowSteps = 1
    let network = method.makeNetwork(domain, RandomStream(1))
    for parameter in network.flow.parameters { try parameter.assign(parameter.zerosLike()) }
    let x = batch.x
    let ours = network.logWeights(x, draws: 3, RandomStream(4))
    let theirs = network.base.logWeights(x, draws: 3, RandomStream(4))
    #expect(try (ours - theirs).abs().max().value() < 1e-4)
    #expect(try (network.encode(x) - network.base.encode(x)).abs().max().value() == 0)
  }

  @Test func aFlowVAEsDensityIsThatOfWhereItsDrawsComeFrom() throws {
    let network = FlowVAE().makeNetwork(domain, RandomStream(1))
    let (z, logDensity) = network.drawn(batch.x, RandomStream(5))
    let h = network.base.encoder(batch.x)
    let start = network.flow.inverse(z, network.features(h))
    let expected =
      network.base.head(h).logProbability(of: start)
      - network.flow.mapped(start, network.features(h)).logDeterminant
    #expect(try (logDensity - expected).abs().max().value() < 1e-2)
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    var method = VLAE()
    method.pixels.windows = [4]
    #expect(throws: UserError("--windows 4: must be odd sides from 1 to 255")) {
      try method.validate(for: domain)
    }
    method.pixels.windows = [1, 3]
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    method = VLAE()
    method.latents = 1
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    method.prior = .normal
    #expect(throws: Never.self) { try method.validate(for: domain) }
  }
}
