import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Testing
import Torch

/// What every method promises, now and later; a method needs no test file of its own for these.
@Suite struct ContractTests {
  static let recipes: [any Recipe.Type] = Catalogue.methods.map(\.recipe)
  static let names = Catalogue.methods.map(\.card.id)

  let folder = NSTemporaryDirectory() + "contract-" + UUID().uuidString

  init() throws {
    Runtime.threads = 1
    try makeFolder(folder)
  }

  func recipe(_ name: String) throws -> any Recipe.Type { try Catalogue.method(named: name).recipe }

  /// Sixty random pictures of 8 × 8 in three classes of brightness, opened as any user's file is.
  func source() throws -> Source {
    let path = folder + "/images-idx3-ubyte"
    if !FileManager.default.fileExists(atPath: path) {
      let x = try RandomStream(11).uniform([60, 64]).values(as: Double.self)
      let kinds = (0..<60).map { UInt8($0 % 3) }
      let levels = x.indices.map { UInt8(2 + 50 * Double(kinds[$0 / 64]) + 150 * x[$0]) }
      let pictures: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 8, 0, 0, 0, 8]
      try AtomicFile.write(Data(pictures + levels), to: path)
      let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 60]
      try AtomicFile.write(Data(labels + kinds), to: folder + "/labels-idx1-ubyte")
    }
    return try Source.open(path)
  }

  /// The method with the smallest training that is one.
  func small<Method: Recipe>(_ type: Method.Type, epochs: Int = 2) throws -> Method {
    guard type.settings.contains(where: { $0.flag == "epochs" }) else { return Method() }
    return try Method().setting("epochs", to: "\(epochs)").setting("batch", to: "16")
  }

  func fitted<Method: Recipe>(
    _ type: Method.Type, seed: UInt64 = 1
  ) throws -> [String: Tensor] {
    try Space.fitted(small(type), FitRun(source(), seed: Seed(seed))).network.state
  }

  func bytes(_ state: [String: Tensor]) throws -> [String: Data] {
    try state.mapValues { try $0.bytes() }
  }

  @Test(arguments: names) func settingsSurviveARoundTrip(_ name: String) throws {
    func check<Method: Recipe>(_ type: Method.Type) throws {
      let encoded = try Method().encoded()
      #expect(try Method(encoded).encoded() == encoded)
      for setting in type.settings {
        let again = try Method().setting(setting.flag, to: setting.initial).encoded()
        #expect(again == encoded, "--\(setting.flag) \(setting.initial) is its default")
      }
    }
    try check(recipe(name))
  }

  @Test(arguments: names) func anUnknownSettingIsRefused(_ name: String) throws {
    func check<Method: Recipe>(_ type: Method.Type) {
      #expect(throws: UserError.self) { try Method().setting("no-such-setting", to: "1") }
      #expect(throws: UserError.self) { try Method(.object(["noSuchSetting": .integer(1)])) }
    }
    check(try recipe(name))
  }

  @Test(arguments: names) func everySettingIsDocumented(_ name: String) throws {
    for setting in try recipe(name).settings {
      #expect(!Catalogue.help(for: setting).isEmpty, "--\(setting.flag)")
    }
  }

  @Test(arguments: names) func theCardSaysWhereTheMethodComesFrom(_ name: String) throws {
    let card = try recipe(name).card
    #expect(card.id.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
    #expect(!card.title.isEmpty && !card.summary.isEmpty)
    #expect(card.source.contains(/(19|20)\d\d/), "a source names its year")
  }

  @Test(arguments: names) func theSameSeedGivesTheSameBytesAndAnotherSeedOthers(
    _ name: String
  ) throws {
    let type = try recipe(name)
    let first = try bytes(fitted(type))
    #expect(try bytes(fitted(type)) == first)
    // A closed form draws nothing.
    guard type is any GradientRecipe.Type else { return }
    #expect(try bytes(fitted(type, seed: 2)) != first)
  }

  @Test(arguments: names) func everyParameterOfEveryPhaseReceivesAGradient(_ name: String) throws {
    func check<Method: GradientRecipe>(_ type: Method.Type) throws {
      let source = try source()
      let network = Method().makeNetwork(source.domain, RandomStream(1))
      let batch = try source.train.batch(Array(0..<16))
      // Half of the training is done, so that what is annealed counts.
      let step = Step(index: 0, progress: 0.5, seed: Seed(1))
      for phase in Method().phases(network) {
        let loss = Runtime.training(true) { phase.loss(batch, step) }
        for term in loss.terms {
          #expect(term.value.rank == 0 || term.value.shape == [16], "\(term.name)")
          #expect(try term.value.sum().value().isFinite, "\(term.name)")
        }
        for gradient in try loss.total.gradients(for: phase.parameters) {
          let size = try gradient.abs().sum().value()
          #expect(size.isFinite && size > 0)
        }
      }
    }
    func open<Method: Recipe>(_ type: Method.Type) throws {
      if let type = type as? any GradientRecipe.Type { try check(type) }
    }
    try open(recipe(name))
  }

  @Test(arguments: names) func whatAFittedNetworkGivesHasTheRightShape(_ name: String) throws {
    func check<Method: Recipe>(_ type: Method.Type) throws {
      let source = try source()
      let network = try Space.fitted(small(type), FitRun(source, seed: Seed(1))).network
      let x = try source.test.batch([0, 1, 2, 3]).x
      if let network = network as? any Encoding {
        let codes = try network.encode(x).checked()
        #expect(codes.rank == 2 && codes.size(0) == 4)
        let alone = (0..<4).map { network.encode(x[$0..<$0 + 1]) }
        let apart = try (codes - Tensor.concatenate(alone)).abs().max().value()
        #expect(apart < 1e-5, "an example's code does not depend on its batch")
      }
      if let network = network as? any Classifying {
        let rows = try network.logProbabilities(x).checked()
        #expect(rows.shape == [4, source.domain.classes.count])
        let sums = try rows.exp().sum(over: 1).values(as: Double.self)
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 }, "a row of probabilities sums to 1")
        let alone = (0..<4).map { network.logProbabilities(x[$0..<$0 + 1]) }
        let apart = try (rows - Tensor.concatenate(alone)).abs().max().value()
        #expect(apart < 1e-5, "an example's classes do not depend on its batch")
      }
      if let network = network as? any Decoding {
        #expect(network.decode(Tensor.zeros([3, network.latents])).shape == [3, 1, 8, 8])
      }
      if let network = network as? any Sampling {
        let z = network.samplePrior(5, temperature: 1, RandomStream(1))
        #expect(z.shape == [5, network.latents])
      }
      if let network = network as? any Bounding {
        let random = RandomStream(1)
        #expect(network.elbo(x, random).shape == [4])
        #expect(network.logWeights(x, draws: 3, random).shape == [3, 4])
      }
    }
    try check(recipe(name))
  }

  @Test(arguments: names) func aSavedSpaceGivesTheSameCodes(_ name: String) throws {
    func check<Method: Recipe>(_ type: Method.Type) throws {
      let (space, source) = try saved(type, in: folder + "/a.latent")
      let again = try Space(opening: space.folder, methods: Self.recipes)
      let x = try source.test.batch([0, 1]).x
      if let before = space.network as? any Classifying,
        let after = again.network as? any Classifying
      {
        #expect(try before.logProbabilities(x).bytes() == after.logProbabilities(x).bytes())
      }
      guard let before = space.network as? any Encoding, let after = again.network as? any Encoding
      else { return }
      #expect(try before.encode(x).bytes() == after.encode(x).bytes())
    }
    try check(recipe(name))
  }

  func saved<Method: Recipe>(
    _ type: Method.Type, in place: String, resumes: Bool = false,
    stopAfter steps: Int = .max
  ) throws -> (Space, Source) {
    let source = try source()
    var run = FitRun(source, seed: Seed(5))
    run.folder = place
    run.resumes = resumes
    var left = steps
    run.shouldStop = {
      left -= 1
      return left <= 0
    }
    let origin = SpaceDescription.Origin(spec: "x", options: .init(), fingerprint: "")
    let description = try SpaceDescription(
      small(type), source: source, origin: origin, run: run, versions: [:])
    return (try Space.fit(small(type), run, description).space, source)
  }

  @Test(arguments: names) func aStoppedFitGoesOnToTheSameBits(_ name: String) throws {
    func check<Method: Recipe>(_ type: Method.Type) throws {
      let whole = try saved(type, in: folder + "/whole.latent").0.network.state
      for steps in 1...4 {
        let place = "\(folder)/broken-\(steps).latent"
        do {
          _ = try saved(type, in: place, stopAfter: steps)
        } catch is TrainingError {}
        let state = try saved(type, in: place, resumes: true).0.network.state
        #expect(try bytes(state) == bytes(whole), "stopped after \(steps) steps")
      }
    }
    try check(recipe(name))
  }

  @Test(arguments: names) func dataItCannotTakeIsRefusedInOneSentence(_ name: String) throws {
    func check<Method: Recipe>(_ type: Method.Type) throws {
      let tokens = Domain(shape: [12], support: .tokens)
      let unlabelled = Domain(shape: [1, 8, 8], support: .unit)
      for domain in [tokens, unlabelled] {
        do {
          try Method().validate(for: domain)
        } catch let error as UserError {
          #expect(!error.description.contains("\n"))
        }
      }
      let network = Method().makeNetwork(unlabelled, RandomStream(1))
      if network is any Classifying {
        #expect(throws: UserError.self, "a classifier needs labels") {
          try Method().validate(for: unlabelled)
        }
      }
      if let network = network as? any Encoding {
        #expect(throws: TensorError.self) { try network.encode(Tensor.zeros([2, 5])).checked() }
      }
    }
    try check(recipe(name))
  }

  private func refusal<Method: Recipe>(of type: Method.Type, _ domain: Domain) -> UserError? {
    do { try Method().validate(for: domain) } catch let error as UserError { return error } catch {}
    return nil
  }

  @Test(arguments: names) func aConstantColumnAndASingleRowDoNotTrapIt(_ name: String) throws {
    func check<Method: Recipe>(_ type: Method.Type) throws {
      let path = folder + "/constant.csv"
      let rows = (0..<40).map { ["1", "\(Double($0) / 7)", "\($0 % 3)"] }
      try CSV.write(header: ["a", "b", "c"], rows: rows, to: path)
      var options = SourceOptions()
      options.labelColumn = "c"
      let source = try Source.open(path, options)
      // What reads images alone says so.
      if let error = refusal(of: type, source.domain) {
        #expect(error.description.contains("image"))
        return
      }
      let network = try Space.fitted(small(type), FitRun(source, seed: Seed(1))).network
      guard let encoding = network as? any Encoding else { return }
      let codes: [Float] = try encoding.encode(source.test.batch([0]).x).values()
      #expect(codes.allSatisfy { $0.isFinite })
    }
    try check(recipe(name))
  }
}
