import Datasets
import Evaluation
import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Prediction

@Suite struct IbydmtTests {
  @Test func wealthFollowsTheAuthorsRules() throws {
    // By hand: no stake on the first payoff; then v = 2 / (2 − ln 3) · z / (1 + z²), at most a half.
    var bettor = Bettor()
    bettor.bet(0.1)
    #expect(bettor.wealth == 1)
    let first = tanh(0.1)
    let stake = min(0.5, 2 / (2 - log(3)) * first / (1 + first * first))
    bettor.bet(-0.2)
    #expect(near(bettor.wealth, 1 + stake * tanh(-0.2), 1e-12))
    let golden = try Fixtures.read().betting
    var path = WealthPath()
    for gain in golden.gains { path.bet(gain) }
    for (own, expected) in zip(path.values, golden.wealth) { #expect(near(own, expected, 1e-9)) }
    #expect(path.values.count == golden.wealth.count)
  }

  @Test func aFairGameRarelyMakesRich() {
    let rich = (0..<400).count { game in
      var random = NormalDraws(Seed(1).child(game))
      var path = WealthPath()
      for _ in 0..<200 { path.bet(random.next()) }
      return path.step(reaching: 20) != nil
    }
    #expect(rich <= 30)
  }

  @Test func theBoundFallsWithEachRejection() {
    func path(_ gains: Int) -> WealthPath {
      var path = WealthPath()
      for _ in 0..<gains { path.bet(1) }
      return path
    }
    let (rich, poor) = (path(40), path(3))
    let steps = controlledRejections([rich, poor, rich], level: 0.05)
    #expect(steps[0] == rich.step(reaching: 60) && steps[1] == nil)
    #expect(steps[2] == rich.step(reaching: 30))
    #expect(near(rich.p, 1 / (rich.values.max() ?? 1), 1e-12) && poor.p <= 1)
  }

  @Test func drawsHaveTheDensitysCovariance() throws {
    let golden = try Fixtures.read().density
    // One known concept that is the same in all rows gives equal weights; SciPy's are for equal weights too.
    let rows = golden.points.count / 2
    let values = (0..<rows).flatMap { row -> [Double] in
      [golden.points[2 * row], golden.points[2 * row + 1], 0]
    }
    let matrix = FeatureMatrix(names: ["a", "b", "c"], values: values, count: rows)
    let sampler = KernelSampler(matrix, neighbours: 1e9)
    var random = NormalDraws(Seed(2))
    let draws = (0..<4000).map { _ in
      sampler.draw([0, 1], given: [2], of: [0, 0, 0], &random)
    }
    // A draw is a row plus noise: its variance is the rows' plus the kernel's.
    for axis in 0..<2 {
      let column = (0..<rows).map { golden.points[2 * $0 + axis] }
      let own = column.variance * Double(rows - 1) / Double(rows)
      let expected = own + golden.covariance[3 * axis]
      #expect(near(draws.map { $0[axis] }.variance / expected, 1, 0.08))
    }
  }

  @Test func nearRowsDecideADraw() {
    var random = NormalDraws(Seed(3))
    let values = (0..<600).flatMap { _ -> [Double] in
      let first = random.next()
      return [first, 3 * first + 0.1 * random.next()]
    }
    let matrix = FeatureMatrix(names: ["a", "b"], values: values, count: 600)
    let sampler = KernelSampler(matrix, neighbours: 30)
    let draws = (0..<150).map { _ in sampler.draw(1, given: [1, 0], &random) }
    #expect(abs(draws.mean - 3) < 0.3)
    #expect(sampler.nearest([1, 3]) == sampler.nearest([1.0001, 3]))
  }

  @Test func aRegressionDrawsAChainAsItIs() throws {
    let world = try ConceptWorld(3000, correlation: 0.6, Seed(10))
    let sampler = try RegressionSampler(world.concepts)
    var random = NormalDraws(Seed(11))
    let row = world.concepts.row(7)
    let learnt = (0..<1500).map { _ in sampler.draw(4, given: row, &random) }
    let known = (0..<1500).map { _ in world.draw(4, given: row, &random) }
    #expect(abs(learnt.mean - known.mean) < 0.12)
    #expect(abs(learnt.variance / known.variance - 1) < 0.12)
  }

  @Test func theKnownSamplerIsTheConditional() throws {
    // The regression of a chain's inner member on the others, by least squares.
    let world = try ConceptWorld(5000, correlation: 0.6, Seed(4))
    var random = NormalDraws(Seed(5))
    let drawn = (0..<5000).map { world.draw(3, given: world.concepts.row($0), &random) }
    let real = world.concepts.column(3)
    #expect(abs(drawn.variance - real.variance) < 0.06)
    let next = world.concepts.column(4)
    func cross(_ a: [Double]) -> Double { zip(a, next).map { $0 * $1 }.mean }
    #expect(abs(cross(drawn) - cross(real)) < 0.05)
  }

  @Test func relevantConceptsRejectAndOthersDoNot() throws {
    let world = try ConceptWorld(700, correlation: 0.6, Seed(6))
    let strongest = try #require(world.weights.firstIndex(of: 2))
    let order = Array(0..<700)
    let real = conditionalPath(
      world.predictions, world.concepts, strongest, order: order, sampler: world, until: 20, Seed(7)
    )
    #expect(real.step(reaching: 20) != nil)
    let null = try #require(world.weights.firstIndex(of: 0))
    let none = conditionalPath(
      world.predictions, world.concepts, null, order: Array(order.prefix(300)), sampler: world,
      until: 20, Seed(7))
    #expect(none.step(reaching: 20) == nil)
    let global = globalPath(
      world.predictions, world.concepts.column(strongest), order: order, until: 20)
    #expect(global.step(reaching: 20) != nil)
  }

  @Test func localPairsThatDifferReject() {
    var random = NormalDraws(Seed(8))
    let apart = localPath((0..<300).map { _ in (1 + random.next(), -1 + random.next()) })
    #expect(apart.step(reaching: 20) != nil)
    let alike = localPath((0..<300).map { _ in (random.next(), random.next()) })
    #expect(alike.step(reaching: 20) == nil)
  }

  private func table(_ rows: Int) throws -> (NamedArrays, strongest: String) {
    let world = try ConceptWorld(rows, correlation: 0, Seed(9))
    var columns = world.concepts.names.indices.map {
      (world.concepts.names[$0], world.concepts.column($0))
    }
    columns.append(("prediction", world.predictions))
    let strongest = world.weights.firstIndex(of: 2).map { world.concepts.names[$0] } ?? ""
    return (try arrays(columns), strongest)
  }

  @Test func theStrongestConceptIsNamedFirst() throws {
    var study = Ibydmt()
    study.repeats = 1
    study.most = 250
    study.neighbours = 0.1
    let (files, strongest) = try table(500)
    for kind in ImportanceKind.allCases {
      study.kind = kind
      study.row = 3
      study.most = kind == .global ? 250 : 20
      let found = try study.run(StudyRoom(files, seed: Seed(1)))
      #expect(try study.run(StudyRoom(files, seed: Seed(1))) == found)
      guard kind == .global else { continue }
      #expect(found.conclusion.contains("first: \(strongest)"))
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func message(_ arrays: NamedArrays, _ change: (inout Ibydmt) -> Void = { _ in }) -> String {
      var study = Ibydmt()
      change(&study)
      do {
        _ = try study.run(StudyRoom(arrays, seed: Seed(1)))
        return ""
      } catch { return "\(error)" }
    }
    let files = try table(60).0
    #expect(message(try table(20).0).contains("there are 20 rows"))
    #expect(message(files) { $0.level = 0 }.contains("--level 0"))
    #expect(
      message(files) {
        $0.kind = .local
        $0.row = 61
      }.contains("--row 61"))
    #expect(
      message(files) {
        $0.kind = .local
        $0.known = 8
      }.contains("--known 8"))
    let numbers = (0..<60).map(Double.init)
    #expect(message(try arrays([("prediction", numbers)])).contains("scores of concepts"))
    #expect(
      message(try arrays([("prediction", numbers.map { _ in 1 }), ("a", numbers)])).contains(
        "the same in every row"))
    #expect(
      message(try arrays([("prediction", numbers), ("a", numbers)])) { $0.kind = .conditional }
        .contains("two concepts"))
    #expect(message(try arrays([("a", numbers)])).contains("hold no prediction"))
  }
}
