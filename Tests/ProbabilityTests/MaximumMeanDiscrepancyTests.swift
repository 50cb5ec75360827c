import Foundation
import Probability
import Testing
import Torch

@Suite struct MaximumMeanDiscrepancyTests {
  typealias Discrepancy = MaximumMeanDiscrepancy

  init() { Runtime.threads = 1 }

  /// The estimate by loops over the pairs.
  func explicit(
    _ x: Tensor, _ y: Tensor, _ kernel: Discrepancy.Kernel, _ scale: Double,
    _ estimator: Discrepancy.Estimator
  ) throws -> Double {
    let k = x.size(1)
    func rows(_ t: Tensor) throws -> [[Double]] {
      let all = try t.values(as: Double.self)
      return (0..<t.size(0)).map { Array(all[$0 * k..<($0 + 1) * k]) }
    }
    func likeness(_ a: [Double], _ b: [Double]) -> Double {
      var squared = 0.0
      for (one, other) in zip(a, b) { squared += (one - other) * (one - other) }
      return kernel == .rbf ? exp(-squared / scale) : scale / (scale + squared)
    }
    func within(_ a: [[Double]]) -> Double {
      var (sum, pairs) = (0.0, 0.0)
      for i in a.indices {
        for j in a.indices where i != j || estimator == .biased {
          sum += likeness(a[i], a[j])
          pairs += 1
        }
      }
      return sum / pairs
    }
    let (a, b) = (try rows(x), try rows(y))
    var cross = 0.0
    for one in a { for other in b { cross += likeness(one, other) } }
    return within(a) + within(b) - 2 * cross / Double(a.count * b.count)
  }

  @Test(arguments: Discrepancy.Kernel.allCases, Discrepancy.Estimator.allCases)
  func theEstimateIsTheExplicitDoubleSum(
    _ kernel: Discrepancy.Kernel, _ estimator: Discrepancy.Estimator
  ) throws {
    let random = RandomStream(8)
    let x = random.normal([7, 3], type: .float64)
    let y = random.normal([5, 3], type: .float64) * 2 + 1
    let found = try Discrepancy(kernel, scale: 1.7, estimator)(x, y).value()
    let expected = try explicit(x, y, kernel, 1.7, estimator)
    #expect(abs(found - expected) < 1e-12)
    let single = try Discrepancy(kernel, scale: 1.7, estimator)(x.sliced(0, 0, 1), y).value()
    #expect(single.isFinite)
  }

  /// With the centred kernel c, the variance is E c² (4 / (n (n − 1)) + 4 / n²) for equal sizes n.
  @Test func underEqualityTheUnbiasedEstimatorHasMeanZeroAndItsKnownVariance() throws {
    let (n, k, draws) = (12, 2, 6000)
    let scale: Double = 2 * Double(k)
    func moment(_ base: Double) -> Double { pow(base, -Double(k) / 2) }
    let mean: Double = moment(1 + 4 / scale)
    let shrunk: Double = moment(1 + 2 / scale)
    let embedded: Double = shrunk * shrunk * moment(1 + 4 / (scale + 2))
    let centred: Double = moment(1 + 8 / scale) - 2 * embedded + mean * mean
    let size = Double(n)
    let (within, across): (Double, Double) = (4 / (size * (size - 1)), 4 / (size * size))
    let variance: Double = centred * (within + across)

    let random = RandomStream(77)
    let (unbiased, biased) = (
      Discrepancy.normal(.rbf, units: k), Discrepancy.normal(.rbf, units: k, .biased)
    )
    var (sum, squares, sumOfBiased) = (0.0, 0.0, 0.0)
    for _ in 0..<draws {
      let x = random.normal([n, k], type: .float64), y = random.normal([n, k], type: .float64)
      let estimate = try unbiased(x, y).value()
      sum += estimate
      squares += estimate * estimate
      sumOfBiased += try biased(x, y).value()
    }
    let count = Double(draws)
    let error = (variance / count).squareRoot()
    #expect(abs(sum / count) < 4 * error)
    let ratio: Double = squares / count / variance
    #expect(abs(ratio - 1) < 0.15)
    // The pairs of a point with itself add 2 (1 − E k) / n.
    let excess: Double = 2 * (1 - mean) / size
    let gap: Double = sumOfBiased / count - excess
    #expect(abs(gap) < 4 * error)
  }

  @Test(arguments: Discrepancy.Kernel.allCases)
  func itSeesAShiftAndFallsWithTheSampleOnlyUnderEquality(_ kernel: Discrepancy.Kernel) throws {
    let random = RandomStream(5)
    let x = random.normal([400, 2], type: .float64), y = random.normal([400, 2], type: .float64)
    let discrepancy = Discrepancy.normal(kernel, units: 2)
    let equal = try discrepancy(x, y).value()
    let shifted = try discrepancy(x, y + 1).value()
    let same = try Discrepancy(kernel, scale: 4, .biased)(x, x).value()
    #expect(abs(equal) < 0.01)
    #expect(shifted > 0.05)
    #expect(abs(same) < 1e-12)
  }

  @Test(arguments: Discrepancy.Kernel.allCases, Discrepancy.Estimator.allCases)
  func theEstimateHasTheGradientOfFiniteDifferences(
    _ kernel: Discrepancy.Kernel, _ estimator: Discrepancy.Estimator
  ) throws {
    let random = RandomStream(9)
    let inputs = [
      random.normal([5, 3], type: .float64), random.normal([4, 3], type: .float64) + 0.5,
    ]
    let error = try gradientError(inputs) { all in
      Discrepancy(kernel, scale: 3, estimator)(all[0], all[1])
    }
    #expect(error < 1e-6)
  }

  /// In single precision one loop over the pairs gives value and gradient.
  @Test(arguments: Discrepancy.Kernel.allCases, Discrepancy.Estimator.allCases)
  func singlePrecisionGivesWhatDoubleGives(
    _ kernel: Discrepancy.Kernel, _ estimator: Discrepancy.Estimator
  ) throws {
    let random = RandomStream(10)
    let (x, y) = (random.normal([130, 7]), random.normal([90, 7]) * 1.5 + 0.3)
    func found(_ type: DType) throws -> [Tensor] {
      let (a, b) = (x.to(type).requiringGradient(), y.to(type).requiringGradient())
      let value = Discrepancy.normal(kernel, units: 7, estimator)(a, b)
      let onlyX = Discrepancy.normal(kernel, units: 7, estimator)(a, y.to(type))
      return try
        ([value.detached()] + (value * 3).gradients(for: [a, b])
        + [(onlyX * 3).gradient(of: a)]).map { $0.to(.float64) }
    }
    for (one, other) in try zip(found(.float32), found(.float64)) {
      let scale = try other.abs().max().value()
      #expect(try (one - other).abs().max().value() < 1e-5 * scale + 1e-7)
    }
  }

  @Test func secondDerivativesPassThroughASinglePrecisionEstimate() throws {
    let random = RandomStream(11)
    let (x, y) = (random.normal([6, 3]), random.normal([5, 3]) + 0.5)
    func penalty(_ type: DType) throws -> Tensor {
      let a = x.to(type).requiringGradient()
      let slope = try Discrepancy(.rbf, scale: 3)(a, y.to(type)).gradients(
        for: [a], createGraph: true)[0]
      return try slope.squared().sum().gradient(of: a).to(.float64)
    }
    #expect(try (penalty(.float32) - penalty(.float64)).abs().max().value() < 1e-5)
  }

  /// Single precision, and codes far away, as at the start of a training.
  @Test(arguments: Discrepancy.Kernel.allCases)
  func farCodesAreFiniteWithTheirGradients(_ kernel: Discrepancy.Kernel) throws {
    let random = RandomStream(6)
    let x = (random.normal([6, 4]) * 1e4).requiringGradient()
    let value = Discrepancy.normal(kernel, units: 4)(x, random.normal([6, 4]))
    #expect(try value.value().isFinite)
    #expect(try value.gradient(of: x).values().allSatisfy(\.isFinite))
  }
}
