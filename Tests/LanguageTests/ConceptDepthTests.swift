import Datasets
import Evaluation
import Files
import Learning
import Networks
import Testing
import Torch

@testable import Language

@Suite struct ConceptDepthTests {
  init() { Runtime.threads = 1 }

  /// A model that has not learned anything, and so holds what it is told and no more.
  private func untrained(_ world: RelationChains) throws -> HookedLanguageModel {
    try world.model(64, epochs: 0, blocks: 2, width: 16, Lab(quick: true), Seed(3))
  }

  @Test func aCurveJumpsAndConvergesWhereItsRatiosSay() {
    let curve = DepthCurve(accuracies: [0.5, 0.54, 0.6, 0.9, 0.98, 1, 0.99])
    #expect(curve.jump == 2 && curve.converging == 4 && curve.peak == 1)
    #expect(curve.reached(0.9) == 3 && curve.reached(0.97) == 4 && curve.reached(1.1) == 7)
    let flat = DepthCurve(accuracies: [0.8, 0.81, 0.8])
    #expect(flat.jump == nil && flat.converging == 0)
    // A curve that still moves at its end has no plateau before it.
    #expect(DepthCurve(accuracies: [0.5, 0.5, 1]).converging == 2)
    #expect(DepthCurve(accuracies: [1, 1, 0.9]).converging == 2)
  }

  @Test func rowsAreRoundedByScalesOfTheirOwn() throws {
    let x = Tensor(
      [3, -1.2, 0.4, 0, 0.3, -0.12, 0.04, 0.21, 0, 0, 0, 0] as [Float], shape: [3, 4])
    let rounded = try x.roundedByRow(bits: 3).values()
    let wanted: [Float] = [3, -1, 0, 0, 0.3, -0.1, 0, 0.2, 0, 0, 0, 0]
    #expect(zip(rounded, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
    // Each number is off by half a step at most.
    let many = RandomStream(1).normal([20, 30])
    for bits in [2, 4, 8] {
      let step = many.abs().max(over: 1, keep: true) / Double((1 << (bits - 1)) - 1)
      let error = (many.roundedByRow(bits: bits) - many).abs() / step
      #expect(try error.max().value() < 0.501)
    }
  }

  @Test func weightsAreBackAfterTheyWereRounded() throws {
    let transformer = try untrained(RelationChains(steps: 2, Seed(1))).transformer
    let before = transformer.state.mapValues { $0.detached().copied() }
    let changed = try transformer.withRoundedWeights(
      bits: 3, where: { $0.hasPrefix("blocks.") }
    ) {
      try transformer.state.filter { name, now in
        guard let old = before[name] else { return true }
        return try (now.detached() - old).abs().max().value() > 0
      }.keys.sorted()
    }
    // Matrices of the blocks, and neither norms nor the embedding.
    #expect(
      changed
        == transformer.state.filter { $0.key.hasPrefix("blocks.") && $0.value.rank == 2 }.keys
        .sorted())
    #expect(!changed.isEmpty)
    for (name, now) in transformer.state {
      let old = try #require(before[name])
      #expect(try (now.detached() - old).abs().max().value() == 0)
    }
  }

  @Test func chainsLeadWhereTheirStepsDo() throws {
    let world = RelationChains(steps: 3, Seed(2))
    var random = SplitMix(Seed(3)), leads: [[Int]: Int] = [:]
    for _ in 0..<1000 {
      let question = world.question(.chain(1), &random)
      leads[Array(question.words.suffix(2))] = question.answer
    }
    #expect(leads.count == RelationChains.people * RelationChains.relations)
    for _ in 0..<50 {
      let question = world.question(.chain(3), &random)
      var person = question.words[question.words.count - 4]
      for relation in question.words.suffix(3) { person = try #require(leads[[person, relation]]) }
      #expect(question.answer == person)
      #expect(question.label == (person - RelationChains.firstPerson) % 2)
      let word = world.question(.word, &random)
      #expect(word.label == ((word.words.last ?? 0) - RelationChains.firstRelation) % 2)
    }
    // In texts every name after a relation is the one to which the chain has led.
    let texts = world.texts(50, Seed(4))
    #expect(texts.shape == [50, world.length])
    let values = try texts.values()
    for start in stride(from: 0, to: values.count, by: world.length) {
      let words = values[start..<start + world.length - 1].map { Int($0) - 1 }
      #expect(values[start + world.length - 1] == 0 && words.allSatisfy { $0 >= 0 })
      var person: Int?
      var untold = 0
      for word in words {
        if word >= RelationChains.firstRelation {
          person = leads[[person ?? -1, word]]
          untold += 1
        } else if word >= RelationChains.firstPerson {
          #expect(person == nil || person == word)
          (person, untold) = (word, 0)
        }
        #expect(untold <= world.steps)
      }
    }
  }

  @Test func moodsAreThoseOfMostWords() {
    let world = RelationChains(steps: 2, Seed(2))
    var random = SplitMix(Seed(5))
    let drawn = (0..<200).map { _ in world.question(.mood, &random) }
    // Words of the second mood follow those of the first.
    let middle = RelationChains.firstPerson - 6
    #expect(
      drawn.allSatisfy { question in
        let high = question.words.dropLast().count { $0 >= middle }
        return question.label == (high > 2 ? 1 : 0) && question.answer == question.label
      })
    #expect(Set(drawn.map(\.label)) == [0, 1])
  }

  @Test func lastVectorsAreThoseOfEachPlace() throws {
    let world = RelationChains(steps: 2, Seed(1))
    let model = try untrained(world)
    let rows = [[0, 5, 7, 9], [0, 30], [0] + Array(1...40)]
    let layers = try model.lastVectors(rows)
    #expect(layers.count == 3)
    for (layer, place) in ["embed", "blocks.0.resid_post", "blocks.1.resid_post"].enumerated() {
      // Texts that are longer than the context are cut.
      let cut = rows.map { Array($0.prefix(world.length)) }
      let wanted = try model.vectors(cut, at: place, .last)
      #expect(try (layers[layer] - wanted).abs().max().value() < 1e-5)
    }
    #expect(throws: UserError.self) { try model.lastVectors([[]]) }
  }

  @Test func theLastWordIsReadAtOnceAndShuffledLabelsAreNot() throws {
    let world = RelationChains(steps: 2, Seed(1))
    let tasks = world.depthTasks(300, noise: 1, Seed(2)).filter { $0.name == "word" }
    let probes = DepthProbes(tasks: tasks, seed: Seed(3), shouldStop: { false })
    let model = try untrained(world)
    for arm in [DepthProbes.Arm.plain, .noised, .rounded(bits: 4)] {
      #expect(try probes.curves(model, arm).first?.accuracies.first == 1)
    }
    let shuffled = try #require(try probes.curves(model, .shuffled).first)
    #expect(shuffled.accuracies.allSatisfy { (0.3...0.7).contains($0) })
    let stopped = DepthProbes(tasks: tasks, seed: Seed(3), shouldStop: { true })
    #expect(throws: TrainingError.self) { try stopped.curves(model, .plain) }
  }

  @Test func noiseStandsBeforeTheQuestion() {
    let world = RelationChains(steps: 2, Seed(1))
    for task in world.depthTasks(20, noise: 2, Seed(2)) {
      for (row, noised) in zip(task.rows, task.noised) {
        #expect(noised.count == row.count + 6 && noised.suffix(row.count - 1) == row.dropFirst())
        #expect(Set(noised[1..<4]).count == 1 && Set(noised[4..<7]).count == 1)
        #expect(noised.count <= world.length)
      }
    }
  }

  private func given(_ texts: [String], _ labels: [String], _ tasks: [String]) throws -> NamedArrays
  {
    var inputs = NamedArrays()
    try inputs.add("text", .words(texts))
    try inputs.add("label", .words(labels))
    try inputs.add("task", .words(tasks))
    return inputs
  }

  @Test func aPersonsTasksKeepTheirOrderAndTheirLabels() throws {
    let model = try untrained(RelationChains(steps: 2, Seed(1)))
    let all = 0..<100
    let inputs = try given(
      all.map { "text \($0)" },
      all.map { $0 < 50 ? ["a", "b"][$0 % 2] : ["x", "y", "z"][$0 % 3] },
      all.map { $0 < 50 ? "simple" : "hard" })
    let tasks = try DepthTask.given(inputs, model, noise: 1, most: 45, Seed(1))
    #expect(tasks.map(\.name) == ["simple", "hard"])
    #expect(tasks.map(\.classes) == [2, 3] && tasks.allSatisfy { $0.labels.count == 45 })
    for task in tasks {
      for (place, row) in task.rows.enumerated() {
        let text = model.text(of: row.dropFirst()), noised = model.text(of: task.noised[place])
        let number = Int(text.dropFirst(5)) ?? -1
        #expect(task.labels[place] == (number < 50 ? number % 2 : number % 3))
        #expect(noised == "aaa\(text)" || noised == "bbb\(text)")
      }
    }
    let few = try given(["a", "b"], ["x", "y"], ["t", "t"])
    #expect { try DepthTask.given(few, model, noise: 1, most: 45, Seed(1)) } throws: {
      "\($0)".contains("t has 2 texts, and at least 40 are needed")
    }
    let alike = try given(
      all.map { "\($0)." }, all.map { _ in "x" }, all.map { _ in "t" })
    #expect { try DepthTask.given(alike, model, noise: 1, most: 45, Seed(1)) } throws: {
      "\($0)".contains("t has 1 labels")
    }
  }

  @Test func eachTaskHasACurveAndBadSettingsAreRefused() throws {
    var study = ConceptDepth()
    (study.texts, study.epochs, study.blocks, study.width) = (64, 1, 1, 8)
    (study.probed, study.steps, study.bits) = (100, 2, [4])
    let findings = try study.run(StudyRoom(seed: Seed(1)))
    #expect(findings.figures.count == 4 && findings.tables.first?.rows.count == 16)
    #expect(findings.charts.map(\.curves.count) == [4, 4])
    #expect(findings.charts.first?.curves.allSatisfy { $0.y.count == 2 } == true)
    study.bits = [1]
    #expect(throws: UserError.self) { try study.run(StudyRoom(seed: Seed(1))) }
    (study.bits, study.noise) = ([4], 4)
    #expect { try study.run(StudyRoom(seed: Seed(1))) } throws: {
      "\($0)".contains("too many strings")
    }
    (study.noise, study.model) = (1, "nowhere")
    #expect { try study.run(StudyRoom(seed: Seed(1))) } throws: {
      "\($0)".contains("a file with texts and labels")
    }
    study.model = ""
    let room = StudyRoom(try given(["a", "b"], ["x", "y"], ["t", "t"]), seed: Seed(1))
    #expect { try study.run(room) } throws: { "\($0)".contains("--model FOLDER") }
  }
}
