import Evaluation
import Files
import Foundation
import Learning
import Testing
import Torch

@testable import Language

@Suite struct ICLImplicitBayesTests {
  init() { Runtime.threads = 1 }

  private let form = GINC.Form(
    concepts: 3, properties: 2, entities: 2, tokens: 4, stay: 0.5, temperature: 0.3, leap: 0.1)

  /// p(next state | state) by the two laws together.
  private func step(_ world: GINC, _ concept: Int, _ from: Int, _ to: Int) -> Double {
    let p = world.form.properties
    let entity = world.entitySteps[from / p][to / p]
    return entity * world.propertySteps[concept][from % p][to % p]
  }

  /// p(tokens | concept), the sum over every way of states.
  private func likelihood(
    _ tokens: [Int], _ world: GINC, _ concept: Int, _ starts: [Double]
  ) -> Double {
    func rest(_ state: Int, _ time: Int) -> Double {
      guard world.memory[state] == tokens[time] else { return 0 }
      guard time + 1 < tokens.count else { return 1 }
      return world.memory.indices.reduce(0.0) { sum, next in
        sum + step(world, concept, state, next) * rest(next, time + 1)
      }
    }
    return world.memory.indices.reduce(0.0) { $0 + starts[$1] * rest($1, 0) }
  }

  @Test func lawsAreProbabilitiesAndPropertyZeroIsTheDelimiter() {
    let world = GINC(GINC.Form(), seed: Seed(3))
    let rows = world.entitySteps + world.propertySteps.flatMap { $0 } + world.starts
    for row in rows {
      #expect(abs(row.reduce(0, +) - 1) < 1e-12 && row.allSatisfy { $0 > 0 })
    }
    for (state, token) in world.memory.enumerated() {
      #expect((token == 0) == (state % world.form.properties == 0) && token < world.form.tokens)
    }
    #expect(world.propertySteps[0] != world.propertySteps[1])
    #expect(GINC(GINC.Form(), seed: Seed(3)).memory == world.memory)
  }

  @Test func theForwardAlgorithmIsTheSumOverAllWays() throws {
    let world = GINC(form, seed: Seed(2)), t = 5
    let rows = world.documents(6, length: t, .mixture, Seed(4)).rows
    let belief = ConceptBelief(after: rows, in: world)
    let tokens = try rows.places()
    let posterior = try belief.posterior.values(as: Double.self)
    let logs = try belief.logLikelihoods.values(as: Double.self)
    let prediction = try belief.prediction.values(as: Double.self)
    let even = try belief.evenPrediction.values(as: Double.self)
    for row in 0..<6 {
      let text = Array(tokens[row * t..<(row + 1) * t])
      let likelihoods = (0..<3).map { likelihood(text, world, $0, world.starts[$0]) }
      let sum = likelihoods.reduce(0, +)
      for concept in 0..<3 {
        #expect(abs(posterior[row * 3 + concept] - likelihoods[concept] / sum) < 1e-12)
        #expect(abs(exp(logs[row * 3 + concept]) - likelihoods[concept]) < 1e-12)
      }
      for next in 0..<4 {
        let longer = (0..<3).map { likelihood(text + [next], world, $0, world.starts[$0]) }
        #expect(abs(prediction[row * 4 + next] - longer.reduce(0, +) / sum) < 1e-12)
        let mean = zip(longer, likelihoods).map { $0 / $1 }.mean
        #expect(abs(even[row * 4 + next] - mean) < 1e-12)
      }
    }
  }

  @Test func rightIsTheLikeliestTokenOfTheKnownConcept() throws {
    let world = GINC(form, seed: Seed(2))
    var random = SplitMix(Seed(7))
    let concepts = [0, 1, 2, 1], properties = [1, 1, 1, 0]
    let queries = zip(concepts, properties).map {
      world.example(3, concept: $0, property: $1, &random)
    }
    let answers = try world.answers(
      Tensor(queries.flatMap { $0 }, shape: [4, 3]), concepts: concepts, properties: properties
    ).places()
    for (row, query) in queries.enumerated() {
      let starts = world.memory.indices.map { $0 % 2 == properties[row] ? 0.5 : 0.0 }
      let next = (0..<4).map { likelihood(query + [$0], world, concepts[row], starts) }
      #expect(answers[row] == next.indices.max { next[$0] < next[$1] })
    }
  }

  @Test(arguments: GINC.Law.allCases)
  func documentsFollowTheLaws(_ law: GINC.Law) throws {
    let world = GINC(form, seed: Seed(5)), n = 10_000
    let drawn = world.documents(n, length: 2, law, Seed(6))
    let states = world.memory.indices
    var wanted = [Double](repeating: 0, count: 16)
    for concept in 0..<3 {
      let share = law == .oneConcept ? (concept == 0 ? 1.0 : 0.0) : 1.0 / 3
      for from in states {
        for to in states {
          let next =
            law == .random ? 1 / Double(states.count) : step(world, concept, from, to)
          let pair = world.memory[from] * 4 + world.memory[to]
          wanted[pair] += Double(n) * share * world.starts[concept][from] * next
        }
      }
    }
    var counted = [Double](repeating: 0, count: 16)
    let tokens = try drawn.rows.places()
    for row in 0..<n { counted[tokens[2 * row] * 4 + tokens[2 * row + 1]] += 1 }
    var (gap, cells) = (0.0, 0.0)
    for (count, mean) in zip(counted, wanted) where mean > 0 {
      gap += (count - mean) * (count - mean) / mean
      cells += 1
    }
    // Chi-squared with one degree less than cells, five deviations above its mean.
    #expect(gap < cells - 1 + 5 * (2 * (cells - 1)).squareRoot())
    #expect(zip(counted, wanted).allSatisfy { $1 > 0 || $0 == 0 })
    let concepts: Set<Int> = law == .oneConcept ? [0] : [0, 1, 2]
    #expect(Set(drawn.concepts) == concepts)
  }

  @Test func promptsAreExamplesBetweenDelimiters() throws {
    let world = GINC(GINC.Form(), seed: Seed(1))
    let asked = InContextPrompts(world, count: 30, length: 3, shots: 2, Seed(2))
    #expect(asked.rows.shape == [30, 10] && asked.answers.shape == [30])
    let tokens = try asked.rows.places()
    for row in 0..<30 {
      #expect(tokens[row * 10 + 3] == 0 && tokens[row * 10 + 7] == 0)
      // The first property of an example is none that shows the delimiter.
      for start in [0, 4, 8] { #expect(tokens[row * 10 + start] > 0) }
    }
    #expect(try abs(asked.exact.sum().value() - 30) < 1e-9)
    #expect(try asked.divergence(asked.exact) < 1e-12)
    #expect(try asked.divergence(asked.even) > 0)
    let answers = asked.answers.oneHot(20).to(.float64)
    #expect(try asked.accuracy(answers) == 1)
    #expect(try asked.accuracy(1 - answers) == 0)
  }

  @Test func examplesTellTheConcept() throws {
    let world = GINC(GINC.Form(), seed: Seed(1))
    func certainty(_ shots: Int) throws -> Double {
      let asked = InContextPrompts(world, count: 100, length: 5, shots: shots, Seed(2))
      let posterior = try ConceptBelief(after: asked.rows, in: world).posterior
        .values(as: Double.self)
      return asked.concepts.enumerated().map { posterior[$0 * 10 + $1] }.mean
    }
    #expect(try certainty(8) > certainty(0) + 0.1)
  }

  @Test func theVarianceOfOrdersLeavesOutChanceHits() throws {
    // By query, three orders: both halves go up together, then one goes up and the other down.
    #expect(abs(ExampleOrders.covariance([[0, 1, 1], [0, 0, 1]]) - 100 * 100 / 6) < 1e-9)
    #expect(abs(ExampleOrders.covariance([[0, 1], [1, 0]]) + 5000) < 1e-9)
    let world = GINC(GINC.Form(), seed: Seed(1))
    let few = ExampleOrders(sets: 12, orders: 6, queries: 20)
    let blind = try few.spread(world, length: 3, shots: 3, Seed(2)) { rows in
      Tensor.ones([rows.size(0), 20])
    }
    #expect(abs(blind.orders) < 1e-9 && abs(blind.dealt) < 1e-9)
    // A reader that goes by the first token alone is moved by orders, and by nothing else.
    let led = try few.spread(world, length: 3, shots: 3, Seed(2)) { rows in
      let exact = ConceptBelief(after: rows, in: world).prediction
      let isEven = (rows.selected(1, 0) - (rows.selected(1, 0) / 2.0).floor() * 2.0 .== 0.0)
      return exact * (isEven.to(.float64) * 2 - 1).unsqueezed(1)
    }
    #expect(led.orders > 0 && led.orders > led.dealt)
  }

  @Test func endsAreTheFewestAndTheMostExamples() {
    let scores = InContextScores(entries: [
      .init(length: 3, shots: 0, accuracy: 0.2, divergence: 9),
      .init(length: 3, shots: 4, accuracy: 0.5, divergence: 5),
      .init(length: 3, shots: 8, accuracy: 0.6, divergence: 1),
      .init(length: 5, shots: 0, accuracy: 0.4, divergence: 9),
      .init(length: 5, shots: 4, accuracy: 0.8, divergence: 3),
    ])
    #expect(abs(scores.before - 0.3) < 1e-12 && abs(scores.after - 0.7) < 1e-12)
    #expect(scores.divergence == 2)
    #expect(scores.accuracy(3) == 0.5 && scores.accuracy(5) == 0.8)
  }

  private var small: ICLImplicitBayes {
    var study = ICLImplicitBayes()
    (study.concepts, study.texts, study.length, study.prompts) = (2, 640, 16, 10)
    (study.lengths, study.shots) = ([3], [0, 2, 9])
    (study.blocks, study.width, study.units) = (1, 8, 8)
    return study
  }

  @Test func everyReaderIsAskedWhatFits() throws {
    let findings = try small.run(StudyRoom(seed: Seed(1)))
    let table = try #require(findings.tables.first)
    #expect(table.rows.count == 6 * 2)
    #expect(findings.figures.count == 6 + 2)
    let isFinite = findings.figures.allSatisfy { $0.value.isFinite }
    #expect(isFinite)
  }

  @Test func trainingLowersTheDivergence() throws {
    var study = small
    (study.texts, study.width, study.prompts, study.rate) = (6400, 16, 100, 0.01)
    let world = study.world(Seed(1))
    let asked = study.asked(world, Seed(1))
    let trained = try study.trained(.transformer, world, Lab(quick: true), Seed(1))
    let blind = try study.trained(.random, world, Lab(quick: true), Seed(1))
    let found = try study.scores(asked) { try trained.predictions($0.rows) }
    let without = try study.scores(asked) { try blind.predictions($0.rows) }
    #expect(found.divergence < without.divergence)
  }

  @Test func settingsThatAreNoneAreRefused() {
    let wrong: [(inout ICLImplicitBayes) -> Void] = [
      { $0.leap = 0 }, { $0.temperature = 0 }, { $0.tokens = 1 }, { $0.texts = 10 },
      { $0.lengths = [] }, { $0.lengths = [3, 3] }, { $0.lengths = [60] }, { $0.shots = [0] },
      { $0.shots = [0, -1] }, { $0.width = 10 }, { $0.rate = 0 },
    ]
    for change in wrong {
      var study = ICLImplicitBayes()
      change(&study)
      #expect(throws: UserError.self) { try study.run(StudyRoom(seed: Seed(1))) }
    }
  }
}
