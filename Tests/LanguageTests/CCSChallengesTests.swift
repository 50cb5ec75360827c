import Datasets
import Learning
import Testing
import Torch

@testable import Language

@Suite struct CCSChallengesTests {
  /// Pairs with a strong feature along the first axis and a weak one along the second; the halves are offset.
  private func pairs(_ count: Int) -> (yes: Tensor, no: Tensor, strong: [Bool], weak: [Bool]) {
    let strong = (0..<count).map { $0 % 2 == 0 }, weak = (0..<count).map { $0 / 2 % 2 == 0 }
    let signs = zip(strong, weak).flatMap { strong, weak -> [Float] in
      [strong ? 3 : -3, weak ? 1 : -1, 0]
    }
    let features = Tensor(signs, shape: [count, 3])
    let noise = RandomStream(Seed(1)).normal([2, count, 3]) * 0.2
    return (
      features + noise.selected(0, 0) + 5, noise.selected(0, 1) - features - 5, strong, weak
    )
  }

  @Test func halvesAreScaledByThemselves() throws {
    let (yes, no, _, _) = pairs(400)
    let scaled = try ContrastPairs(yes: yes, no: no)
    for half in [scaled.yes, scaled.no] {
      #expect(try half.mean(over: 0).abs().max().value() < 1e-4)
      #expect(abs(try half.variance(over: 0, correction: 0).max().value() - 1) < 1e-4)
    }
    let again = scaled.scaled(yes: yes, no: no)
    #expect(try (again.yes - scaled.yes).abs().max().value() < 1e-6)
  }

  @Test func aSupervisedReaderFindsTheWeakFeature() throws {
    let (yes, no, strong, weak) = pairs(400)
    let scaled = try ContrastPairs(yes: yes, no: no)
    let reader = try PairReader.supervised(scaled, weak)
    let answers = try reader.answers(yes: scaled.yes, no: scaled.no)
    #expect(PairReader.agreement(answers, weak, isSigned: true) == 1)
    #expect(PairReader.agreement(answers, strong) < 0.6)
  }

  @Test func anyFeatureIsConsistent() throws {
    // The theorem: a reader of either feature satisfies the search's loss as well as the other.
    let (yes, no, _, _) = pairs(400)
    let scaled = try ContrastPairs(yes: yes, no: no)
    for axis in 0..<2 {
      let weights = Tensor((0..<3).map { $0 == axis ? Float(20) : 0 }, shape: [3])
      let loss = try PairReader.inconsistency(scaled, weights, Tensor.zeros([1])).value()
      #expect(loss < 1e-3)
    }
    let undecided = PairReader.inconsistency(scaled, Tensor.zeros([3]), Tensor.zeros([1]))
    #expect(abs(try undecided.value() - 0.25) < 1e-6)
  }

  @Test func unsupervisedReadersFindAFeature() throws {
    let (yes, no, strong, weak) = pairs(200)
    let scaled = try ContrastPairs(yes: yes, no: no)
    for reader in [
      try PairReader.consistent(scaled, starts: 2, steps: 200, rate: 0.05, Seed(2)),
      try .principal(scaled), try .clustered(scaled, Seed(3)),
    ] {
      let answers = try reader.answers(yes: scaled.yes, no: scaled.no)
      let found = [strong, weak].map { PairReader.agreement(answers, $0) }
      #expect((found.max() ?? 0) > 0.7)
    }
  }

  @Test func statementsOfBothHalvesDifferAndAreTrueHalfOfTheTime() {
    let world = StatedFacts(opinionated: 0.3, Seed(4))
    let (train, test) = world.statements(200, Seed(5))
    #expect(train.count == 100 && test.count == 100)
    #expect(train.count { world.isTrue($0) } == 50 && test.count { world.isTrue($0) } == 50)
    #expect(Set(train).isDisjoint(with: test))
  }

  @Test func pairsOfAPersonMustFit() throws {
    var inputs = NamedArrays()
    try inputs.add("yes", .numbers([Double](repeating: 0, count: 60), shape: [30, 2]))
    try inputs.add("no", .numbers([Double](repeating: 0, count: 30), shape: [30, 1]))
    #expect { try GivenPairs(inputs) } throws: { "\($0)".contains("they must be alike") }
  }
}
