import Dispatch
import Torch

/// Scores of one or two arms over shared items, and the means of their resamplings.
///
/// A resampling is a pair of counts, of seeds and of items, and its mean the bilinear form of the
/// table between them. The second arm's counts are negative, so that the form is the difference.
struct ResampledTable: Sendable {
  /// Items taken at a time, so that their scores stay in the second-level cache.
  private static let block = 256
  /// Resamplings that go over a block while it is there.
  private static let group = 16

  private let scores: [Double]  // [seeds of all arms, items]
  private let arms: [Int]  // seeds of each arm
  private let items: Int

  /// The table of one arm, already a difference, or of a system and its baseline.
  init(arms: [[[Double]]]) {
    scores = arms.flatMap { $0.flatMap { $0 } }
    self.arms = arms.map(\.count)
    items = arms[0][0].count
  }

  /// The means of `count` resamplings; number `i` depends on `seed.child(i)` only.
  func replicates(_ count: Int, seed: Seed, threads: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { results, initialized in
      // Every thread writes a range of its own.
      nonisolated(unsafe) let out = results
      out.initialize(repeating: 0)
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        var draws = (0..<Self.group).map { _ in Draw(rows: scores.count / items, items: items) }
        var start = count * thread / threads
        let end = count * (thread + 1) / threads
        while start < end {
          let stop = min(start + Self.group, end)
          for i in start..<stop { fill(&draws[i - start], SplitMix(seed.child(i))) }
          addMeans(
            draws[..<(stop - start)], UnsafeMutableBufferPointer(rebasing: out[start..<stop]))
          start = stop
        }
      }
      initialized = count
    }
  }

  /// How much each row and each item weighs in one resampling.
  private struct Draw {
    var rows: [Double]
    var items: [Double]

    init(rows: Int, items: Int) {
      self.rows = Array(repeating: 0, count: rows)
      self.items = Array(repeating: 0, count: items)
    }
  }

  /// Draws with replacement the seeds of each arm, and then the items.
  private func fill(_ draw: inout Draw, _ start: SplitMix) {
    var random = start
    draw.rows.withUnsafeMutableBufferPointer { weights in
      weights.update(repeating: 0)
      var first = 0
      for (arm, seeds) in arms.enumerated() {
        let weight = (arm == 0 ? 1 : -1) / Double(seeds)
        for _ in 0..<seeds { weights[first + random.below(seeds)] += weight }
        first += seeds
      }
    }
    draw.items.withUnsafeMutableBufferPointer { counts in
      counts.update(repeating: 0)
      for _ in 0..<items { counts[random.below(items)] += 1 }
    }
  }

  /// Adds to each of `means` what its draw makes of the table, block by block of items.
  private func addMeans(_ draws: ArraySlice<Draw>, _ means: UnsafeMutableBufferPointer<Double>) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.block) { sums in
      var start = 0
      while start < items {
        let width = min(Self.block, items - start)
        for (i, draw) in draws.enumerated() {
          sums.initialize(repeating: 0)
          for (row, weight) in draw.rows.enumerated() where weight != 0 {
            add(row * items + start, width, times: weight, to: sums)
          }
          let total = draw.items.withUnsafeBufferPointer { counts in
            dot(sums, UnsafeBufferPointer(rebasing: counts[start..<start + width]))
          }
          means[i] += total / Double(items)
        }
        start += width
      }
    }
  }

  /// Adds `width` scores from `start` on, times `weight`, to `sums`.
  private func add(
    _ start: Int, _ width: Int, times weight: Double, to sums: UnsafeMutableBufferPointer<Double>
  ) {
    scores.withUnsafeBufferPointer { scores in
      let row = UnsafeBufferPointer(rebasing: scores[start..<start + width])
      for i in 0..<width { sums[i] += weight * row[i] }
    }
  }
}

/// The inner product over the length of `b`, in four sums that the processor adds at once.
private func dot(
  _ a: UnsafeMutableBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>
) -> Double {
  var s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0
  var i = 0
  while i + 4 <= b.count {
    s0 += a[i] * b[i]
    s1 += a[i + 1] * b[i + 1]
    s2 += a[i + 2] * b[i + 2]
    s3 += a[i + 3] * b[i + 3]
    i += 4
  }
  while i < b.count {
    s0 += a[i] * b[i]
    i += 1
  }
  return s0 + s1 + (s2 + s3)
}
