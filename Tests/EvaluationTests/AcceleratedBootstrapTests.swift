@testable import Evaluation
import Files
import Foundation
import Testing
import Torch

@Suite struct AcceleratedBootstrapTests {
  /// The middles of 200 equal shares of the exponential distribution of mean 1.
  private let exponential = (0..<200).map { -log(1 - (Double($0) + 0.5) / 200) }

  /// The interval that the exponential distribution itself gives, by quantiles of χ² with 400 degrees of freedom from
  /// SciPy: a second-order interval is near it, that of the percentiles is 0.006 and 0.013 too low.
  @Test func theIntervalOfASkewedSampleIsNearTheExactOne() throws {
    let found = try AcceleratedBootstrap().mean(of: exponential, seed: Seed(1))
    #expect(abs(found.estimate.interval.low - 0.87317) < 0.004)
    #expect(abs(found.estimate.interval.high - 1.15246) < 0.007)
    #expect(found.acceleration > 0 && abs(found.bias) < 0.05)
    let error = (exponential.variance / 200 * 199 / 200).squareRoot()
    #expect(abs(found.standardError / error - 1) < 0.03)
  }

  @Test func theAccelerationIsThatOfLeavingEachValueOut() throws {
    let values = exponential.enumerated().map { $1 * 3 - Double($0 % 7) }
    let means = values.indices.map { left in
      values.enumerated().filter { $0.offset != left }.map(\.element).mean
    }
    let gaps = means.map { means.mean - $0 }
    let cubes = gaps.map { $0 * $0 * $0 }.reduce(0, +), squares = gaps.map { $0 * $0 }.reduce(0, +)
    let wanted = cubes / (6 * pow(squares, 1.5))
    #expect(abs(AcceleratedBootstrap.acceleration(values) / wanted - 1) < 1e-10)
  }

  @Test func theBitsDoNotDependOnThreads() throws {
    var bootstrap = AcceleratedBootstrap()
    bootstrap.replicates = 500
    let found = try [1, 3].map { threads in
      try bootstrap.mean(of: Array(exponential.prefix(33)), seed: Seed(4), threads: threads)
    }
    #expect(found[0] == found[1])
    #expect(try bootstrap.mean(of: Array(exponential.prefix(33)), seed: Seed(5)) != found[0])
  }

  @Test func valuesThatAreAllAlikeHaveNoWidth() throws {
    let found = try AcceleratedBootstrap().mean(of: [2, 2, 2], seed: Seed(0))
    #expect(found.estimate.interval == Interval(low: 2, high: 2, level: 0.95))
    #expect(throws: UserError("an interval of a mean needs at least 2 values, not 1")) {
      try AcceleratedBootstrap().mean(of: [1], seed: Seed(0))
    }
  }
}
