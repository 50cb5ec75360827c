import Networks
import Torch

/// How the vectors of a codebook are learned.
public enum CodebookLearning: String, Codable, CaseIterable, Sendable {
  /// By gradients of a loss.
  case gradient
  /// As moving averages of the vectors they stand for.
  case average
}

/// A codebook of K vectors, of which the nearest stands for each vector.
///
/// - Source: van den Oord, Vinyals & Kavukcuoglu, *Neural Discrete Representation Learning*, NeurIPS 2017,
///   arXiv:1711.00937, eq. 1 and appendix A.1 (moving averages).
public struct VectorQuantiser: Quantiser {
  public let size: Int
  public let width: Int
  /// The vectors, `[K, w]`, where gradients learn them.
  public let learned: Parameter?
  /// The vectors, `[K, w]`, where they are averages.
  public let averaged: Buffer?
  /// Moving averages of how many vectors of a batch each one stands for, `[K]`, and of their sums, `[K, w]`.
  let counts: Buffer
  let sums: Buffer
  /// Moving average of the same counts in units of their mean, `[K]`: 1 is even use.
  public let use: Buffer
  /// Counts, a choice of vectors and, where the codebook is averages, sums of the last batch: `[K]`, `[K, w]`, `[K, w]`.
  let batchCounts: Buffer
  let batchSums: Buffer
  let candidates: Buffer

  /// Vectors that start uniform within ±1 / K.
  public init(
    size: Int, width: Int, learning: CodebookLearning = .gradient, _ random: RandomStream
  ) {
    (self.size, self.width) = (size, width)
    let start = (random.uniform([size, width]) * 2 - 1) * (1 / Double(size))
    learned = learning == .gradient ? Parameter(start) : nil
    averaged = learning == .average ? Buffer(start) : nil
    let ones = Tensor.ones([size], device: random.device)
    // Each vector starts as the average of one vector, itself.
    (counts, sums, use) = (Buffer(ones), Buffer(start), Buffer(ones))
    (batchCounts, batchSums, candidates) = (Buffer(ones), Buffer(start), Buffer(start))
  }

  /// The vectors, `[K, w]`.
  public var codebook: Tensor { learned?.tensor ?? averaged?.tensor ?? sums.tensor }

  public func indices(_ z: Tensor) -> Tensor {
    withoutGradients { squaredDistances(flat(z), codebook).argmin(over: 1).reshaped(z.size(0), -1) }
  }

  public func vectors(_ indices: Tensor) -> Tensor { codebook.embedding(indices) }

  public func quantised(_ z: Tensor) -> Tensor { z.straightThrough(to: vectors(indices(z))) }

  private func flat(_ z: Tensor) -> Tensor { z.reshaped(-1, width) }

  /// Keeps what ``follow(decay:reviving:)`` needs of a batch of vectors `[n, t, w]` and the choices for them.
  public func note(_ z: Tensor, _ indices: Tensor, _ random: RandomStream) {
    // A tensor that carries an error brings it out with the loss.
    guard z.error == nil, indices.error == nil else { return }
    withoutGradients {
      let (rows, index) = (flat(z.detached()), indices.flattened())
      let ones = Tensor.ones([rows.size(0)], device: z.device)
      let counts = batchCounts.tensor.zerosLike().indexAdd(0, index, ones)
      let chosen = rows.indexSelect(0, random.integers(0..<rows.size(0), [size]))
      // Cannot fail: the shapes are those of the buffers.
      try? batchCounts.tensor.assign(counts)
      try? candidates.tensor.assign(chosen)
      guard averaged != nil else { return }
      try? batchSums.tensor.assign(batchSums.tensor.zerosLike().indexAdd(0, index, rows))
    }
  }

  /// Moves averages towards the batch that was noted last, and puts vectors that are hardly used onto vectors of it.
  ///
  /// - Parameters:
  ///   - decay: Share of the past in the moving averages.
  ///   - reviving: Use, in units of even use, below which a vector is moved; 0 moves none.
  /// - Throws: `TensorError`.
  public func follow(decay: Double, reviving: Double) throws {
    try withoutGradients {
      let now = batchCounts.tensor
      let total = now.sum()
      try use.tensor.assign(use.tensor.lerp(now * Double(size) / total, 1 - decay))
      if let averaged {
        try counts.tensor.assign(counts.tensor.lerp(now, 1 - decay))
        try sums.tensor.assign(sums.tensor.lerp(batchSums.tensor, 1 - decay))
        let all = counts.tensor.sum()
        let smooth = (counts.tensor + 1e-5) / (all + Double(size) * 1e-5) * all
        try averaged.tensor.assign(sums.tensor / smooth.unsqueezed(1))
      }
      guard reviving > 0 else { return }
      let idle = use.tensor .< reviving  // [K]
      let moved = idle.unsqueezed(1).choose(candidates.tensor, codebook.detached())
      try codebook.assign(moved)
      let ones = use.tensor.onesLike()
      try use.tensor.assign(idle.choose(ones, use.tensor))
      guard averaged != nil else { return }
      try counts.tensor.assign(idle.choose(ones, counts.tensor))
      try sums.tensor.assign(idle.unsqueezed(1).choose(moved, sums.tensor))
    }
  }

  /// Puts every vector onto the unit sphere, where the nearest vector is the one at the least angle.
  ///
  /// - Throws: `TensorError`.
  public func normalise() throws { try withoutGradients { try codebook.assign(codebook.unit()) } }

  /// The choices with a share of them exchanged for one of the nearest vectors to the one chosen, `[n, t]`.
  ///
  /// - Parameters:
  ///   - rate: Share of choices that are exchanged.
  ///   - neighbours: How many nearest vectors there are to draw from, the one chosen among them.
  public func perturbed(
    _ indices: Tensor, rate: Double, neighbours: Int, _ random: RandomStream
  ) -> Tensor {
    withoutGradients {
      let near = squaredDistances(codebook, codebook).top(
        Swift.min(neighbours, size), along: 1, largest: false
      ).indices  // [K, δ]
      let rows = near.indexSelect(0, indices.flattened())  // [n · t, δ]
      let drawn = random.integers(0..<Swift.min(neighbours, size), [rows.size(0), 1])
      let exchanged = rows.gather(1, drawn).reshaped(indices.shape)
      return (random.uniform(indices.shape) .< rate).choose(exchanged, indices)
    }
  }
}
