import Datasets
import Learning
import Torch

/// Nonlinear mixtures of independent sources whose means and scales change from segment to segment.
///
/// - Source: after Hyvärinen & Morioka, *Unsupervised feature extraction by time-contrastive learning and nonlinear
///   ICA*, NeurIPS 2016, section 5.
struct SegmentWorld {
  var sources = 4
  var segments = 20
  var layers = 2
  /// Deviation of the noise on what is observed, whose own is about 1.
  var noise = 0.1

  /// A source of so many examples: the segment is the class, the sources are the factors.
  ///
  /// - Throws: `TensorError`.
  func source(train: Int, test: Int, _ seed: Seed) throws -> Source {
    let random = RandomStream(seed.child("segments"))
    let means = random.uniform([segments, sources]) * 4 - 2
    let scales = random.uniform([segments, sources]) * 1.2 + 0.3
    let mixing = (0..<layers).map { random.child($0).normal([sources, sources]).qr().q }
    let count = train + 2 * test
    let labels = (0..<count).map { $0 % segments }
    let places = Tensor(labels.map(Int64.init))
    let noise = random.child("sources").normal([count, sources])
    let s = means.indexSelect(0, places) + scales.indexSelect(0, places) * noise
    var x = s
    for (layer, turn) in mixing.enumerated() {
      x = x.matmul(turn)
      if layer < layers - 1 { x = x.leakyRelu(0.2) }
    }
    x = (x - x.mean(over: 0, keep: true)) / x.standardDeviation(over: 0, keep: true)
    x += random.child("noise").normal(x.shape) * self.noise
    func part(_ range: Range<Int>) throws -> Examples {
      try Examples(
        given: x.sliced(0, range.lowerBound, range.upperBound), labels: Array(labels[range]),
        factors: s.sliced(0, range.lowerBound, range.upperBound))
    }
    let domain = Domain(
      shape: [sources], support: .real, classes: (0..<segments).map { "segment \($0)" },
      factors: (0..<sources).map { Factor("source \($0)", values: 0) })
    return try Source(
      given: "segments", domain, train: part(0..<train), validation: part(train..<train + test),
      test: part(train + test..<count))
  }
}
