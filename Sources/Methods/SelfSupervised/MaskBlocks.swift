import Torch

/// Which patches of a grid are to be predicted, and from which: some blocks, and a large block without what they cover.
///
/// - Source: Assran et al., *Self-supervised learning from images with a joint-embedding predictive architecture*, CVPR
///   2023, section 3 and appendix A.1.
struct MaskBlocks {
  /// Places of the patches that are to be predicted, in order.
  let targets: [Int]
  /// Places of the patches that are read, in order; at least one, and none of the targets.
  let context: [Int]

  /// Blocks of a grid of `rows` · `columns` patches, at least two.
  init(_ rows: Int, _ columns: Int, count: Int, _ seed: Seed) {
    var random = SplitMix(seed)
    func block(_ scale: ClosedRange<Double>, _ ratio: ClosedRange<Double>) -> Set<Int> {
      func between(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
      }
      let area = between(scale) * Double(rows * columns), shape = between(ratio)
      func fit(_ side: Double, _ most: Int) -> Int { max(1, min(most, Int(side.rounded()))) }
      // A row of numbers has one row of patches, whose blocks are runs.
      let height = fit((area * shape).squareRoot(), rows)
      let width = fit(rows == 1 ? area : (area / shape).squareRoot(), columns)
      let top = Int(random.uniform() * Double(rows - height + 1))
      let left = Int(random.uniform() * Double(columns - width + 1))
      return Set((0..<height).flatMap { y in (0..<width).map { (top + y) * columns + left + $0 } })
    }
    var wanted = block(0.15...0.2, 0.75...1.5)
    for _ in 1..<max(count, 2) where count > 1 {
      let more = wanted.union(block(0.15...0.2, 0.75...1.5))
      // Something must be left to read.
      if more.count < rows * columns { wanted = more }
    }
    let large = block(0.85...1, 1...1).subtracting(wanted)
    let others = Set(0..<rows * columns).subtracting(wanted)
    targets = wanted.sorted()
    context = (large.isEmpty ? others : large).sorted()
  }
}
