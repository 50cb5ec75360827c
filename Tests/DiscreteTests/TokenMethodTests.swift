import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Discrete

/// What the methods with tokens share, and where they reduce to each other.
@Suite struct TokenMethodTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [1, 8, 8], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([20, 1, 8, 8]), indices: Array(0..<20))
  let step = Step(index: 0, progress: 0, examples: 20, seed: Seed(2))

  func value(_ loss: Loss, _ name: String) throws -> Double {
    try loss.terms.first { $0.name == name }?.mean.value() ?? .nan
  }

  @Test func anIndexOutsideTheCodebookIsOneSentence() throws {
    func check(_ network: some Tokenising) throws {
      let size = network.codebookSize
      for wrong in [size, -1] {
        let tokens = Tensor.full([1, 16], Double(wrong), type: .int64)
        do {
          try network.decode(tokens: tokens).checked()
          Issue.record("\(wrong) was decoded")
        } catch let error as TensorError {
          let text = error.description
          #expect(text == "codebook index of [1, 16]: \(wrong) is outside 0 to \(size - 1)")
        }
      }
      let last = Tensor.full([1, 16], Double(size - 1), type: .int64)
      #expect(network.decode(tokens: last).shape == [1, 1, 8, 8])
    }
    try check(VQVAE().makeNetwork(domain, RandomStream(1)))
    try check(FSQ().makeNetwork(domain, RandomStream(1)))
    try check(VQWAE().makeNetwork(domain, RandomStream(1)))
  }

  @Test func tokensDecodeToWhatTheirVectorsDo() throws {
    func check(_ network: some Encoding & Sampling & Tokenising) throws {
      let tokens = network.tokens(batch.x)
      #expect(tokens.shape == [20, 16])
      let gap = network.decode(tokens: tokens) - network.decode(network.encode(batch.x))
      #expect(try gap.abs().max().value() == 0)
      let drawn = network.samplePrior(4, temperature: 1, RandomStream(1))
      #expect(drawn.shape == [4, network.latents])
    }
    var grid = VQVAE()
    grid.networks.architecture = .convolution
    try check(grid.makeNetwork(domain, RandomStream(1)))
    try check(VQVAE().makeNetwork(domain, RandomStream(1)))
    try check(FSQ().makeNetwork(domain, RandomStream(1)))
  }

  /// The codebook's term moves only the codebook, the commitment only the encoder.
  @Test func eachDistanceMovesItsOwnSide() throws {
    let network = VQVAE().makeNetwork(domain, RandomStream(1))
    let loss = VQVAE().loss(network, batch, step)
    let first = network.encoder.output.weight.tensor
    let codebook = try #require(network.codes.learned).tensor
    for (name, moved, still) in [
      ("codebook", codebook, first), ("commitment", first, codebook),
    ] {
      let term = try #require(loss.terms.first { $0.name == name }).mean
      let slope = try term.gradients(for: [moved], keepGraph: true)[0]
      #expect(try slope.abs().sum().value() > 0)
      let other = try? term.gradients(for: [still], keepGraph: true)[0].abs().sum().value()
      #expect(other ?? 0 == 0)
    }
    #expect(try value(loss, "codebook") == value(loss, "commitment"))
  }

  @Test func withoutPerturbationARobustTokeniserIsTheVQVAEOfAverages() throws {
    var (robust, plain) = (RobustTokenizer(), VQVAE())
    robust.perturbation.perturbationRate = 0
    plain.learning = .average
    let network = robust.makeNetwork(domain, RandomStream(1))
    let loss = Runtime.training(true) { robust.loss(network, batch, step) }
    let same = Runtime.training(true) { plain.loss(network, batch, step) }
    #expect(try loss.total.value() == same.total.value())
    robust.perturbation.perturbationRate = 1
    let other = Runtime.training(true) { robust.loss(network, batch, step) }
    #expect(try value(other, "commitment") == value(same, "commitment"))
    #expect(try value(other, "reconstruction") != value(same, "reconstruction"))
  }

  @Test func onlyTheFirstExamplesOfABatchArePerturbed() throws {
    var perturbation = LatentPerturbation()
    perturbation.perturbationReach = 1
    let codes = VectorQuantiser(size: 64, width: 2, RandomStream(1))
    let tokens = Tensor.zeros([20, 16], type: .int64)
    let places = try perturbation(tokens, codes, step).places()
    #expect(places[..<32].contains { $0 != 0 } && places[32...].allSatisfy { $0 == 0 })
    #expect(perturbation.rate(at: 0.1) == 1 && perturbation.rate(at: 0.9) == 0.5)
    #expect(abs(perturbation.rate(at: 0.4) - 0.75) < 1e-12)
  }

  /// All tokens at one vector, codebook of that vector and another at squared distance 1 per number.
  @Test func transportToASharedCodebookIsTheShareTimesTheDistance() throws {
    var method = VQWAE()
    (method.codebook, method.codeWidth, method.tokens) = (2, 4, 3)
    (method.smoothing, method.rounds) = (0.01, 200)
    let codes = method.makeNetwork(domain, RandomStream(1)).codes
    try codes.codebook.tensor.assign(
      Tensor([0, 0, 0, 0, 1, 1, 1, 1] as [Float], shape: [2, 4]))
    let costs = codes.costs(Tensor.zeros([5, 3, 4]))
    #expect(try costs.values() == Array(repeating: [0, 1] as [Float], count: 15).flatMap { $0 })
    let even = codes.shares.tensor.logSoftmax(along: 1)
    let moved = Sinkhorn(smoothing: 0.01, iterations: 50).distance(costs, logWeights: even)
    #expect(try moved.values().allSatisfy { abs($0 - 0.5) < 1e-5 })
  }

  /// The prior and the decoder learn after the tokeniser, and each can be stopped.
  @Test func aFitStoppedInALaterPartGoesOnToTheSameBits() throws {
    let folder = NSTemporaryDirectory() + "tokens-" + UUID().uuidString
    try makeFolder(folder)
    let rows = (0..<40).map { row in (0..<4).map { "\(Double((row * 7 + $0 * 3) % 11) / 10)" } }
    try CSV.write(header: ["a", "b", "c", "d"], rows: rows, to: folder + "/table.csv")
    let source = try Source.open(folder + "/table.csv")
    var method = RobusTok()
    (method.codebook, method.tokens, method.codeWidth) = (8, 3, 2)
    (method.training.epochs, method.training.batch) = (1, 16)
    (method.prior.priorEpochs, method.prior.priorWidth, method.postEpochs) = (1, 8, 1)
    func state(_ place: String, resumes: Bool, stopAfter steps: Int) throws -> [String: Data] {
      var run = FitRun(source, seed: Seed(1))
      run.folder = "\(folder)/\(place)"
      run.resumes = resumes
      var left = steps
      run.shouldStop = {
        left -= 1
        return left <= 0
      }
      return try Space.fitted(method, run).network.state.mapValues { try $0.bytes() }
    }
    let whole = try state("whole", resumes: false, stopAfter: .max)
    for steps in [1, 3, 5] {
      #expect(throws: TrainingError.self) {
        try state("part-\(steps)", resumes: false, stopAfter: steps)
      }
      #expect(try state("part-\(steps)", resumes: true, stopAfter: .max) == whole)
    }
  }

  @Test func settingsThatMakeNoCodebookAreRefused() throws {
    for (flag, wrong) in [("codebook", "1"), ("decay", "1"), ("prior-heads", "3"), ("tokens", "0")]
    {
      let method = try VQVAE().setting(flag, to: wrong)
      #expect(throws: UserError.self) { try method.validate(for: domain) }
    }
    for levels in ["1", "100000,100000", ""] {
      let method = try FSQ().setting("levels", to: levels)
      #expect(throws: UserError.self) { try method.validate(for: domain) }
    }
  }
}
