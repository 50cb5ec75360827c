import Foundation
import Testing
import Torch

@testable import Networks

@Suite struct MaskedTokenTransformerTests {
  init() { Runtime.threads = 1 }

  func generator(tokens: Int, size: Int = 5) -> MaskedTokenTransformer {
    MaskedTokenTransformer(
      TokenTransformer(
        size: size, tokens: tokens, width: 8, blocks: 1, heads: 2, RandomStream(1)))
  }

  /// ⌊16 cos(π s / 16)⌋, and ⌊4 cos(π / 3)⌋ = 2 exactly.
  @Test func theScheduleIsACosine() {
    #expect(generator(tokens: 16).schedule(8) == [15, 14, 13, 11, 8, 6, 3, 0])
    #expect(generator(tokens: 4).schedule(3) == [3, 2, 0])
    #expect(generator(tokens: 49).schedule(2) == [34, 0])
    #expect(generator(tokens: 49).schedule(1) == [0])
  }

  @Test func asManyStepsAsTokensTakeOneEach() {
    for tokens in 1...40 {
      let schedule = Array((0..<tokens).reversed())
      #expect(generator(tokens: tokens).schedule(tokens) == schedule)
      #expect(generator(tokens: tokens).schedule(tokens + 7) == schedule)
    }
  }

  @Test(arguments: [1, 3, 7, 12, 50]) func everyTokenIsUnmaskedOnceAndThenStays(
    _ steps: Int
  ) throws {
    let generator = generator(tokens: 12)
    let path = generator.unmasking(
      6, steps: steps, noise: 4.5, temperature: 1, RandomStream(2))
    var before = [Int](repeating: 5, count: 72)
    for (row, left) in zip(path, generator.schedule(steps)) {
      let now = try row.places()
      #expect(zip(before, now).allSatisfy { $0 == 5 || $0 == $1 })
      for start in stride(from: 0, to: 72, by: 12) {
        #expect(now[start..<start + 12].count { $0 == 5 } == left)
      }
      before = now
    }
    #expect(before.allSatisfy { (0..<5) ~= $0 })
  }

  /// Frequencies of 20,000 draws against the probabilities where all is masked.
  @Test func inOneStepEachTokenIsDrawnByItsOwnProbability() throws {
    let generator = generator(tokens: 2)
    let p = try generator.logits(Tensor.full([1, 2], 5, type: .int64)).softmax()
      .values(as: Double.self)
    let drawn = try withoutGradients {
      try generator.sample(20_000, steps: 1, noise: 4.5, RandomStream(3)).places()
    }
    for place in 0..<2 {
      for token in 0..<5 {
        let count = stride(from: place, to: 40_000, by: 2).count { drawn[$0] == token }
        #expect(abs(Double(count) / 20_000 - p[5 * place + token]) < 0.015)
      }
    }
  }

  @Test func withoutNoiseTheLikeliestTokensStayFirst() throws {
    let generator = generator(tokens: 6)
    let first = try generator.unmasking(
      1, steps: 3, noise: 0, temperature: 0, RandomStream(2))[0].places()
    let sure = try generator.logits(Tensor.full([1, 6], 5, type: .int64)).logSoftmax()
      .max(over: 2).values()
    let (kept, masked) = ((0..<6).filter { first[$0] < 5 }, (0..<6).filter { first[$0] == 5 })
    let least = kept.map { sure[$0] }.min() ?? -.infinity
    #expect(kept.count == 1 && masked.allSatisfy { sure[$0] <= least })
  }

  /// Where all tokens are as likely, each masked one costs log K whatever is masked.
  @Test func anEvenGeneratorLosesTheLogarithmOfTheCodebook() throws {
    let generator = generator(tokens: 7)
    let head = generator.transformer.head
    try withoutGradients {
      try head.weight.tensor.assign(head.weight.tensor.zerosLike())
      try #require(head.bias).tensor.assign(Tensor.zeros([5]))
    }
    let tokens = RandomStream(4).integers(0..<5, [9, 7])
    let loss = try generator.negativeLogProbability(tokens, RandomStream(5)).value()
    #expect(abs(loss - log(5)) < 1e-6)
  }

  @Test func aTokenIsGuessedFromBothSidesAndNotFromItself() throws {
    let generator = generator(tokens: 3)
    let one = generator.logits(Tensor([0, 5, 2] as [Int64], shape: [1, 3]))
    for other in [[1, 5, 2], [0, 5, 3]] as [[Int64]] {
      let gap = (one - generator.logits(Tensor(other, shape: [1, 3]))).abs().max(over: 2)
      let gaps: [Float] = try gap.values()
      #expect(gaps[1] > 0)
    }
  }
}
