import Foundation
import Probability
import Testing
import Torch

@Suite struct QuantiserTests {
  init() { Runtime.threads = 1 }

  /// A quantiser with these vectors of two numbers.
  func quantiser(_ rows: [[Float]], _ learning: CodebookLearning) throws -> VectorQuantiser {
    let made = VectorQuantiser(size: rows.count, width: 2, learning: learning, RandomStream(1))
    try made.codebook.assign(Tensor(rows.flatMap { $0 }, shape: [rows.count, 2]))
    return made
  }

  @Test func theNearestVectorStandsForEach() throws {
    let codes = try quantiser([[0, 0], [1, 0], [0, 2]], .gradient)
    let z = Tensor([0.4, 0.1, 0.6, 0.1, -1, 1.9, 0, 0.9] as [Float], shape: [2, 2, 2])
    #expect(try codes.indices(z).places() == [0, 1, 2, 0])
    #expect(try codes.quantised(z).values() == [0, 0, 1, 0, 0, 2, 0, 0])
  }

  @Test func gradientsGoStraightThroughTheChoice() throws {
    let codes = try quantiser([[0, 0], [1, 0]], .gradient)
    let z = Tensor([0.4, 0.1] as [Float], shape: [1, 1, 2]).requiringGradient()
    let weights = Tensor([3, -2] as [Float])
    let slope = try (codes.quantised(z) * weights).sum().gradient(of: z)
    #expect(try slope.values() == [3, -2])
  }

  /// Two vectors of mean (1, 1) for the first code, decay a half: count 1/2 + 2/2, sum 0/2 + (2, 2)/2.
  @Test func movingAveragesAreThoseOfTheirDefinition() throws {
    let codes = VectorQuantiser(size: 2, width: 2, learning: .average, RandomStream(1))
    let start: [Float] = try codes.codebook.values()
    let z = Tensor([0.5, 1.5, 1.5, 0.5] as [Float], shape: [1, 2, 2])
    codes.note(z, Tensor([0, 0] as [Int64], shape: [1, 2]), RandomStream(2))
    try codes.follow(decay: 0.5, reviving: 0)
    let after: [Float] = try codes.codebook.values()
    for axis in 0..<2 {
      #expect(abs(after[axis] - (start[axis] * 0.5 + 1) / 1.5) < 1e-4)
      #expect(abs(after[2 + axis] - start[2 + axis]) < 1e-4, "an average of nothing stays")
    }
    #expect(try codes.use.tensor.values() == [1.5, 0.5])
  }

  @Test func aVectorOutOfUseIsMovedOntoOneOfTheBatch() throws {
    for learning in CodebookLearning.allCases {
      let codes = try quantiser([[0, 0], [9, 9]], learning)
      let z = Tensor([0.25, 0.5, 0.25, 0.5] as [Float], shape: [1, 2, 2])
      for _ in 0..<3 {
        codes.note(z, codes.indices(z), RandomStream(2))
        try codes.follow(decay: 0.5, reviving: 0.2)
      }
      let after: [Float] = try codes.codebook.values()
      #expect(after[2] == 0.25 && after[3] == 0.5)
      #expect(try codes.use.tensor.values()[1] == 1)
    }
  }

  @Test func perturbedTokensAreAmongTheNearestAndAsManyAsAsked() throws {
    let codes = try quantiser([[0, 0], [1, 0], [10, 0], [11, 0]], .average)
    let tokens = Tensor((0..<400).map { Int64($0 % 4) }, shape: [100, 4])
    #expect(
      try codes.perturbed(tokens, rate: 0, neighbours: 2, RandomStream(1)).places()
        == tokens.places())
    let all = try codes.perturbed(tokens, rate: 1, neighbours: 2, RandomStream(1)).places()
    let pairs = try zip(all, tokens.places())
    #expect(pairs.allSatisfy { $0 / 2 == $1 / 2 }, "the other of each pair is the one near")
    let share = try Double(zip(all, tokens.places()).filter { $0 != $1 }.count) / 400
    #expect(abs(share - 0.5) < 0.1, "the one chosen is among those drawn from")
  }

  /// Figures of appendix A.1: an even number of levels lies from −L/2 to L/2 − 1, an odd one is symmetric.
  @Test func finiteScalarsRoundToTheirLevels() throws {
    let codes = FiniteScalarQuantiser(levels: [4, 3])
    #expect(codes.size == 12 && codes.width == 2)
    let z = Tensor([-9, -9, 9, 9, 0, 0, -0.35, 0.7] as [Float], shape: [1, 4, 2])
    #expect(try codes.quantised(z).values() == [-1, -1, 0.5, 1, 0, 0, -0.5, 1])
    #expect(try codes.indices(z).places() == [0, 11, 6, 9])
  }

  @Test func finiteScalarIndicesAndVectorsAreInverse() throws {
    for levels in [[4, 3], [8, 5, 5, 5], [2, 2, 7]] {
      let codes = FiniteScalarQuantiser(levels: levels)
      let all = Tensor.range(0, Double(codes.size)).unsqueezed(0)
      let vectors = codes.vectors(all)
      #expect(try vectors.abs().max().value() <= 1)
      let half = Tensor(levels.map { Float($0 / 2) })
      let digits = vectors * half + half
      let places = levels.indices.map { levels[..<$0].reduce(1, *) }
      let back = (digits * Tensor(places.map(Float.init))).sum(over: -1)
      #expect(try back.values() == (0..<codes.size).map(Float.init))
    }
  }

  @Test func everyLevelIsReached() throws {
    let codes = FiniteScalarQuantiser(levels: [5, 2])
    let grid = Tensor.linspace(-4, 4, count: 81)
    let z = Tensor.stack([grid, grid.flipped(0)], along: 1).unsqueezed(0)
    let (first, second) = (codes.quantised(z).selected(2, 0), codes.quantised(z).selected(2, 1))
    #expect(try Set(first.values()) == [-1, -0.5, 0, 0.5, 1])
    #expect(try Set(second.values()) == [-1, 0])
  }
}

@Suite struct SinkhornTests {
  init() { Runtime.threads = 1 }

  /// Two points and two weighted points: the plan has one free number, which is searched for.
  func exact(_ costs: [Double], _ weight: Double, smoothing: Double) -> (value: Double, p: Double) {
    func value(_ p: Double) -> Double {
      let plan = [p, 0.5 - p, weight - p, 0.5 - weight + p]
      let independent = [0.5 * weight, 0.5 * (1 - weight), 0.5 * weight, 0.5 * (1 - weight)]
      var sum = 0.0
      for index in 0..<4 {
        guard plan[index] > 0 else { continue }
        sum += plan[index] * costs[index]
        sum += smoothing * plan[index] * log(plan[index] / independent[index])
      }
      return sum
    }
    var (low, high) = (max(0, weight - 0.5), min(0.5, weight))
    for _ in 0..<200 {
      let (a, b) = (low + (high - low) / 3, high - (high - low) / 3)
      if value(a) < value(b) { high = b } else { low = a }
    }
    return (value(low), low)
  }

  @Test func valueAndPlanAreThoseOfASmallProblemSolvedExactly() throws {
    let costs = [0.0, 1.0, 0.7, 0.2]
    for weight in [0.3, 0.5, 0.8] {
      let known = exact(costs, weight, smoothing: 0.3)
      let tensor = Tensor(costs, shape: [1, 2, 2])
      let weights = Tensor([weight, 1 - weight], shape: [1, 2]).log()
      let sinkhorn = Sinkhorn(smoothing: 0.3, iterations: 200)
      let value = try sinkhorn.distance(tensor, logWeights: weights).sum().value()
      #expect(abs(value - known.value) < 1e-6)
      let plan = try sinkhorn.plan(tensor, logWeights: weights).values(as: Double.self)
      #expect(abs(plan[0] - known.p) < 1e-5)
      #expect(abs(plan[0] + plan[1] - 0.5) < 1e-9)
      #expect(abs(plan[0] + plan[2] - weight) < 1e-6)
    }
  }

  /// Without smoothing the three points go where the permutation 1, 2, 0 sends them, at a mean cost of 0.2.
  @Test func littleSmoothingGivesTheBestAssignment() throws {
    let costs = Tensor([0.9, 0.1, 0.8, 0.7, 0.9, 0.2, 0.3, 0.6, 0.9], shape: [1, 3, 3])
    let even = Tensor([1.0 / 3, 1.0 / 3, 1.0 / 3], shape: [1, 3]).log()
    let sinkhorn = Sinkhorn(smoothing: 0.002, iterations: 500)
    let plan = try sinkhorn.plan(costs, logWeights: even).values(as: Double.self)
    let cost = try zip(plan, costs.values(as: Double.self)).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(cost - 0.2) < 1e-3)
  }

  @Test func gradientsAreThoseOfFiniteDifferences() throws {
    let random = RandomStream(4)
    let costs = random.uniform([2, 3, 4], type: .float64)
    let logits = random.normal([2, 4], type: .float64)
    let sinkhorn = Sinkhorn(smoothing: 0.2, iterations: 300)
    let first = try gradientError([costs]) {
      sinkhorn.distance($0[0], logWeights: logits.logSoftmax(along: 1)).sum()
    }
    let second = try gradientError([logits]) {
      sinkhorn.distance(costs, logWeights: $0[0].logSoftmax(along: 1)).sum()
    }
    #expect(first < 1e-6 && second < 1e-6)
  }
}
