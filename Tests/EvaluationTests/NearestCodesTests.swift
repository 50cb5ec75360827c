import Evaluation
import Testing
import Torch

@Suite struct NearestCodesTests {
  /// The nearest are picked without sorting all; that they are the first of the sorted, ties by place, is seen where many
  /// codes are equally far.
  @Test(arguments: NearestCodes.Distance.allCases, [0, 1, 4, 39, 40, 1000])
  func theNearestAreTheFirstOfAllSorted(_ distance: NearestCodes.Distance, _ most: Int) throws {
    let values = (0..<80).map { Float(($0 * 37 % 11) % 4) - 1 }
    let codes = try NearestCodes(Tensor(values, shape: [40, 2]))
    let code: [Float] = [1, -1]
    func far(_ place: Int) -> Double {
      let (x, y) = (Double(values[2 * place]), Double(values[2 * place + 1]))
      if distance == .euclidean { return ((x - 1) * (x - 1) + (y + 1) * (y + 1)).squareRoot() }
      let squares = x * x + y * y
      return squares > 0 ? 1 - (x - y) / (squares * 2).squareRoot() : 1
    }
    for excluded in [nil, 7] {
      let wanted = (0..<40).filter { $0 != excluded }
        .sorted { (far($0), $0) < (far($1), $1) }.prefix(most)
      let found = codes.nearest(to: code, most: most, by: distance, without: excluded)
      #expect(found.map(\.place) == Array(wanted))
      #expect(found.map(\.distance) == wanted.map(far))
    }
  }
}
