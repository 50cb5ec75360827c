import Datasets
import Files
import Foundation
@testable import Learning
import Networks
import Testing
import Torch

/// Least squares by gradients: a method whose answer is known.
private struct Line: LossRecipe {
  static let card = Card(id: "line", title: "Line", source: "none, 1805", summary: "Least squares.")

  /// Multiplies the loss; not a number to break a training.
  var scale = 1.0
  /// The step from which the loss is not a number.
  var breaksAt = 1_000_000
  var training = Training()

  struct Network: Module {
    let linear: Linear
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(linear: Linear(domain.size, 1, random))
  }

  /// The first input is to be predicted from all of them.
  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let error = network.linear(batch.x).squeezed(1) - batch.x[.all, 0]
    let factor = step.index >= breaksAt ? Double.nan : scale
    return Loss(.term("error", error.squared() * factor))
  }
}

@Suite struct TrainerTests {
  let folder = NSTemporaryDirectory() + "trainer-" + UUID().uuidString

  init() throws {
    Runtime.threads = 1
    try makeFolder(folder)
  }

  private func source() throws -> Source {
    let path = folder + "/x.npy"
    try NPY.write(RandomStream(3).normal([200, 3]) * 3, to: path)
    return try Source.open(path)
  }

  private func line(_ change: (inout Line) -> Void = { _ in }) -> Line {
    var line = Line()
    line.training.learningRate = 0.05
    line.training.batch = 20
    change(&line)
    return line
  }

  @Test(arguments: OptimiserKind.allCases) func leastSquaresFindsTheLine(
    _ kind: OptimiserKind
  ) throws {
    let method = line { line in
      line.training.epochs = 60
      line.training.optimiser = kind
    }
    let (network, result) = try Space.fitted(method, FitRun(source(), seed: Seed(1)))
    let weights: [Float] = try network.linear.weight.tensor.values()
    #expect(abs(weights[0] - 1) < 0.02 && abs(weights[1]) < 0.02 && abs(weights[2]) < 0.02)
    #expect(result.history.count == 60)
  }

  @Test func aGroupMovesAtARateOfItsOwn() throws {
    let random = RandomStream(1)
    let (slow, still) = (random.normal([3]), random.normal([2]))
    let before: [Float] = try slow.values()
    for kind in OptimiserKind.allCases {
      var training = Training()
      training.optimiser = kind
      let ones = Tensor.ones([3])
      let moved = try [1.0, 0.1].map { rate in
        let (p, q) = (slow.copied(), still.copied())
        let optimiser = Optimiser(
          [ParameterGroup([p], rate: rate), ParameterGroup([q], rate: 0, weightDecay: 0)], training)
        try optimiser.step([ones, Tensor.ones([2])], rate: 0.01)
        #expect(try (q - still).abs().max().value() == 0)
        return try p.values().first.map { $0 - before[0] } ?? 0
      }
      #expect(abs(moved[1] - moved[0] / 10) < 1e-6 && moved[0] < -0.005)
    }
  }

  @Test func aLossThatIsNotANumberStopsAndSaysWhereAndWhatIsKept() throws {
    let method = line { $0.breaksAt = 12 }
    var run = FitRun(try source(), seed: Seed(1))
    run.folder = folder + "/nan.latent"
    #expect(throws: TrainingError.notFinite(term: "error", step: 12, saved: 8)) {
      _ = try Space.fitted(method, run)
    }
    #expect(
      FileManager.default.fileExists(
        atPath: folder + "/nan.latent" + "/checkpoint/last.safetensors"))
  }

  @Test func trainingStopsWhenValidationNoLongerImproves() throws {
    let method = line { line in
      line.training.epochs = 500
      line.training.patience = 3
      line.training.learningRate = 0.2
    }
    let (_, result) = try Space.fitted(method, FitRun(source(), seed: Seed(1)))
    #expect(result.history.count < 500)
  }

  @Test func aRunWithMoreEpochsGoesOnFromAFinishedOne() throws {
    var run = FitRun(try source(), seed: Seed(1))
    run.folder = folder + "/more.latent"
    _ = try Space.fitted(line { $0.training.epochs = 2 }, run)
    run.resumes = true
    let (network, result) = try Space.fitted(line { $0.training.epochs = 4 }, run)
    let whole = try Space.fitted(
      line { $0.training.epochs = 4 }, FitRun(source(), seed: Seed(1)))
    #expect(result.history.count == 4)
    let (a, b) = (network.linear.weight.tensor, whole.network.linear.weight.tensor)
    #expect(try a.bytes() == b.bytes())
  }

  /// A kill between the last checkpoint and the weights leaves a finished training to be resumed.
  @Test(arguments: [(0.9, 0), (0.0, 2)]) func aFinishedRunThatResumesLeavesTheSameWeights(
    _ average: Double, _ patience: Int
  ) throws {
    var options = SourceOptions()
    options.validation = 0.2
    _ = try source()
    var run = FitRun(try Source.open(folder + "/x.npy", options), seed: Seed(1))
    run.folder = folder + "/whole-\(patience).latent"
    let method = line { line in
      line.training.epochs = 3
      line.training.average = average
      line.training.patience = patience
    }
    let whole = try Space.fitted(method, run).network.linear.weight.tensor.bytes()
    run.resumes = true
    #expect(try Space.fitted(method, run).network.linear.weight.tensor.bytes() == whole)
  }

  @Test func trainingsSideBySideHaveTheBitsOfEachAlone() throws {
    let (source, method) = (try source(), line { $0.training.epochs = 3 })
    @Sendable func bits(_ seed: Int) throws -> Data {
      let run = FitRun(source, seed: Seed(UInt64(seed)))
      return try Space.fitted(method, run).network.linear.weight.tensor.bytes()
    }
    let together = SideBySide(workers: 3).results(4) { seed in
      try require(seed != 2, "not this one")
      return try bits(seed)
    }
    for (seed, result) in together.enumerated() {
      if seed == 2 {
        #expect(throws: UserError("not this one")) { try result.get() }
      } else {
        #expect(try result.get() == bits(seed))
      }
    }
  }

  /// Epochs of a moment are not all written, and still none is lost.
  @Test func aRunStoppedBetweenSavesGoesOnToTheSameBits() throws {
    let method = line { $0.training.epochs = 6 }
    let whole = try Space.fitted(method, FitRun(source(), seed: Seed(1)))
    var run = FitRun(try source(), seed: Seed(1))
    run.folder = folder + "/between.latent"
    var (steps, told) = (0, [Int]())
    run.recorded = { told.append($0.count) }
    run.shouldStop = {
      steps += 1
      return steps == 29
    }
    #expect(throws: TrainingError.stopped(step: 29, steps: 48)) {
      try Space.fitted(method, run)
    }
    run.resumes = true
    run.shouldStop = { false }
    let resumed = try Space.fitted(method, run)
    let bits = try [whole, resumed].map { try $0.network.linear.weight.tensor.bytes() }
    #expect(bits[0] == bits[1])
    #expect(resumed.result.history.map(\.train) == whole.result.history.map(\.train))
    #expect(told.contains(3) && told.last == 6)
  }

  @Test func settingsThatMakeNoTrainingAreRefusedByName() throws {
    #expect(throws: UserError("--epochs 0: at least 1 pass over the data is needed")) {
      try Space.fitted(line { $0.training.epochs = 0 }, FitRun(source(), seed: Seed(1)))
    }
    #expect(throws: UserError("--learning-rate fast: must be a number")) {
      try Line().setting("learning-rate", to: "fast")
    }
    #expect(throws: UserError("--optimiser adma: must be one of adam, adamw, sgd")) {
      try Line().setting("optimiser", to: "adma")
    }
    #expect(throws: UserError("line has no setting --epocs; did you mean --epochs?")) {
      try Line().setting("epocs", to: "3")
    }
  }

  @Test func theStepSizeFollowsItsSchedule() {
    var training = Training()
    training.learningRate = 1
    training.warmup = 10
    training.schedule = .cosine
    #expect(training.rate(at: 0, of: 110) == 0.1)
    #expect(training.rate(at: 9, of: 110) == 1)
    #expect(abs(training.rate(at: 60, of: 110) - 0.5) < 1e-12)
    #expect(training.rate(at: 110, of: 110) < 1e-12)
  }

  @Test func aDamagedBundleIsRefusedInOneSentence() throws {
    let place = folder + "/bad.latent"
    try makeFolder(place)
    #expect(throws: UserError("\(place) is not a space: it holds no space.json")) {
      try Space(opening: place, methods: [])
    }
    try AtomicFile.write(Data(#"{"format": 99}"#.utf8), to: place + "/space.json")
    #expect(
      throws: UserError(
        "\(place) was made by a newer Latent (format 99, this one reads up to 1); update Latent to "
          + "open it")
    ) { try Space(opening: place, methods: []) }
    try AtomicFile.write(Data(#"{"format": 1}"#.utf8), to: place + "/space.json")
    #expect(throws: UserError.self) { try Space(opening: place, methods: []) }
  }
}
