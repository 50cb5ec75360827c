import Datasets
import Files
import GoldenFixtures
import Testing
import Torch

@testable import Evaluation

/// Measures of geometry against scikit-dimension, SciPy and published formulas in `Tests/Golden/geometry.json`.
@Suite struct GeometryTests {
  private struct Golden: Decodable {
    let codes: [[Double]]
    let other: [[Double]]
    let neighbours: Int
    let twoNN: Double
    let local: [Double]
    let likelihood: Double
    let skewness: Double
    let robinHood: Double
    let antihubs: Double
    let cka: Double
    let unbiasedCKA: Double
    let cca: Double
    let svcca: Double
    let procrustes: Double
    let rsa: Double
    let effectiveRank: Double
    let averageCosine: Double
    let partitionRatio: Double
  }

  private let golden: Golden
  private let codes: Tensor
  private let other: Tensor

  init() throws {
    Runtime.threads = 1
    golden = try GoldenFixtures.golden("geometry")
    codes = Tensor(golden.codes.flatMap { $0 }, shape: [golden.codes.count, 4])
    other = Tensor(golden.other.flatMap { $0 }, shape: [golden.other.count, 3])
  }

  private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-5 * max(1, abs(b)) }

  @Test func dimensionsAreThoseOfScikitDimension() throws {
    let lists = try NeighbourDistances(codes, golden.neighbours)
    #expect(near(try IntrinsicDimension.twoNN(lists), golden.twoNN))
    #expect(near(try IntrinsicDimension.likelihood(lists), golden.likelihood))
    for (ours, theirs) in zip(try IntrinsicDimension.local(lists), golden.local) {
      #expect(near(ours, theirs))
    }
  }

  @Test func hubsAreThoseOfTheCounts() throws {
    let hubness = try Hubness(try NeighbourDistances(codes, golden.neighbours))
    #expect(near(hubness.skewness, golden.skewness))
    #expect(near(hubness.robinHood, golden.robinHood))
    #expect(near(hubness.antihubs, golden.antihubs))
  }

  @Test func similaritiesAreThoseOfTheirFormulas() throws {
    let wanted: [(RepresentationSimilarity, Double)] = [
      (.cka, golden.cka), (.unbiasedCKA, golden.unbiasedCKA), (.cca, golden.cca),
      (.svcca, golden.svcca), (.procrustes, golden.procrustes), (.rsa, golden.rsa),
    ]
    for (measure, value) in wanted {
      let ours = try measure.of(codes, other)
      #expect(near(ours, value), "\(measure.rawValue): \(ours), and \(value) is right")
    }
  }

  @Test(arguments: RepresentationSimilarity.allCases)
  func turnedAndScaledCodesAreTheSame(measure: RepresentationSimilarity) throws {
    let turned = codes.matmul(RandomStream(3).normal([4, 4], type: .float64).qr().q) * 3 + 1
    #expect(near(try measure.of(codes, turned), 1))
    let unrelated = RandomStream(4).normal([golden.codes.count, 4], type: .float64)
    #expect(try measure.of(codes, unrelated) < 0.5)
  }

  @Test func spectraAndDirectionsAreThoseOfTheirFormulas() throws {
    #expect(near(try Spectrum(codes).effectiveRank, golden.effectiveRank))
    #expect(near(try Isotropy.averageCosine(codes), golden.averageCosine))
    #expect(near(try Isotropy.partitionRatio(codes), golden.partitionRatio))
    let flat = try Spectrum([[1, 0, 5], [2, 0, 5], [3, 0, 5]] as Tensor)
    #expect(flat.directions(holding: 0.95) == 1 && flat.variances.count { $0 > 1e-12 } == 1)
  }

  @Test func aSpaceIsTranslatedIntoATurnedCopyOfItself() throws {
    let turn = RandomStream(5).normal([4, 4], type: .float64).qr().q
    let copy = codes.matmul(turn) * 2 - 1
    for freedom in CodeTranslation.Freedom.allCases {
      let moved = try CodeTranslation(from: codes, to: copy, freedom)(codes)
      #expect(try (moved - copy).abs().max().value() < 1e-4)
    }
    // Into fewer units a rotation leaves what does not fit.
    let narrow = try CodeTranslation(from: codes, to: other, .orthogonal)(codes)
    #expect(narrow.shape == [golden.codes.count, 3])
  }

  @Test func whatCannotBeMeasuredIsOneSentence() throws {
    let same = Tensor.ones([12, 3])
    #expect(throws: UserError.self) {
      try IntrinsicDimension.twoNN(try NeighbourDistances(same, 5))
    }
    #expect(throws: UserError.self) {
      try IntrinsicDimension.likelihood(try NeighbourDistances(same, 5))
    }
    #expect(throws: UserError.self) { try RepresentationSimilarity.cca.of(same, codes[0..<12]) }
    #expect(throws: UserError.self) { try RepresentationSimilarity.cka.of(codes, codes[0..<9]) }
    #expect(throws: UserError.self) { try CodeTranslation(from: same, to: same, .orthogonal) }
    #expect(throws: UserError.self) { try Isotropy.averageCosine(Tensor.zeros([4, 2])) }
  }
}
