import Files
import Foundation
import Torch

/// The true factors of a store's examples.
enum FactorValues: Sendable {
  /// All of them, `[n, f]`.
  case listed([Float], width: Int)

  var width: Int {
    switch self {
    case .listed(_, let width): width
    }
  }

  func row(_ row: Int) -> ArraySlice<Float> {
    switch self {
    case .listed(let values, let width): values[row * width..<(row + 1) * width]
    }
  }
}

/// What is done to raw numbers to make inputs of them.
struct Finish: Sendable {
  var divisor: Float = 1
  /// Means and deviations of each input, of each last axis, or one for all; empty where not standardised.
  var mean: [Float] = []
  var deviation: [Float] = []
  var binarise = Binarisation.none
  /// What binarising draws follow from where a batch brings no seed.
  var seed = Seed(0)
}

/// A split: some examples of a store.
public struct Examples: Sendable {
  /// Which examples of the store are in the split, in order.
  enum Rows: Sendable {
    case range(Range<Int>)
    case picked([Int])

    var count: Int {
      switch self {
      case .range(let range): range.count
      case .picked(let rows): rows.count
      }
    }

    subscript(_ index: Int) -> Int {
      switch self {
      case .range(let range): range.lowerBound + index
      case .picked(let rows): rows[index]
      }
    }
  }

  let store: any Store
  let rows: Rows
  let allLabels: [Int]?
  let allFactors: FactorValues?
  let finish: Finish
  /// 1 for each number of the store that was observed, 0 for a gap that was filled; nothing without gaps.
  let allObserved: [UInt8]?

  init(
    store: any Store, rows: Rows? = nil, labels: [Int]?, factorValues: FactorValues?,
    finish: Finish, observed: [UInt8]? = nil
  ) {
    self.store = store
    self.rows = rows ?? .range(0..<store.count)
    allLabels = labels
    allFactors = factorValues
    allObserved = observed
    self.finish = finish
  }

  /// Number of examples.
  public var count: Int { rows.count }

  /// The examples at `indices` of this split, in that order.
  ///
  /// - Parameter seed: what a stochastic binarisation draws from; the loader gives each epoch its own.
  /// - Throws: ``UserError`` where a file cannot be decoded or holds a number that is not finite.
  public func batch(_ indices: [Int], seed: Seed? = nil) throws -> Batch {
    let picked = indices.map { rows[$0] }
    return Batch(
      x: try inputs(picked, seed),
      labels: allLabels.map { all in
        Tensor(picked.map { Int64(all[$0]) }, shape: [picked.count])
      },
      factors: allFactors.map { all in
        Tensor(picked.flatMap { all.row($0) }, shape: [picked.count, all.width])
      },
      observed: allObserved.map { observed(picked, $0) },
      indices: indices)
  }

  /// 1 where a number of these rows was observed, else 0, float32 `[n]` + shape.
  private func observed(_ rows: [Int], _ all: [UInt8]) -> Tensor {
    let width = store.width
    return Tensor([rows.count] + store.shape) { (out: UnsafeMutableBufferPointer<Float>) in
      for (i, row) in rows.enumerated() {
        for j in 0..<width { out[i * width + j] = Float(all[row * width + j]) }
      }
    }
  }

  /// Whether some numbers are gaps that were filled.
  public var hasGaps: Bool { allObserved != nil }

  /// The first `n` examples, or all where there are fewer.
  public func prefix(_ n: Int) -> Examples {
    let n = min(max(0, n), count)
    switch rows {
    case .range(let range): return with(.range(range.prefix(n)))
    case .picked(let rows): return with(.picked(Array(rows.prefix(n))))
    }
  }

  /// The examples at `indices` of this split, as a split.
  public func subset(_ indices: [Int]) -> Examples { with(.picked(indices.map { rows[$0] })) }

  /// All places in order, `n` at a time; the last chunk may be shorter.
  public func chunks(of n: Int) -> some Sequence<[Int]> {
    precondition(n > 0, "chunks of \(n) examples")
    let count = count
    return stride(from: 0, to: count, by: n).lazy.map { Array($0..<min($0 + n, count)) }
  }

  /// The class of each example; nothing without labels.
  public func labels() throws -> [Int]? {
    allLabels.map { all in (0..<count).map { all[rows[$0]] } }
  }

  /// The factor values of each example; nothing where none are known.
  public func factors() -> [[Float]]? {
    allFactors.map { all in (0..<count).map { Array(all.row(rows[$0])) } }
  }

  func with(_ rows: Rows) -> Examples {
    Examples(
      store: store, rows: rows, labels: allLabels, factorValues: allFactors, finish: finish,
      observed: allObserved)
  }
}

extension Examples {
  /// The inputs of some rows of the store, float32 `[n]` + shape.
  private func inputs(_ rows: [Int], _ seed: Seed?) throws -> Tensor {
    let size = store.bytesPerExample, shape = [rows.count] + store.shape
    guard rows.count * store.width > 0 else { return Tensor([Float](), shape: shape) }
    if let joined = store as? JoinedStore { return try joined.inputs(rows, seed) }
    try store.prepare(rows)
    func copy(to raw: UnsafeMutableRawBufferPointer) throws {
      for (i, row) in rows.enumerated() {
        try store.copy(row, to: .init(rebasing: raw[i * size..<(i + 1) * size]))
      }
    }
    let x = try Tensor(shape) { (floats: UnsafeMutableBufferPointer<Float>) in
      if store.element == .float32, !store.swapped {
        try copy(to: UnsafeMutableRawBufferPointer(floats))
        return try complete(floats, rows, seed)
      }
      let raw = UnsafeMutableRawBufferPointer.allocate(
        byteCount: rows.count * size, alignment: 64)
      defer { raw.deallocate() }
      try copy(to: raw)
      guard store.element != .uint8 else { return levels(raw, rows, seed, to: floats) }
      store.element.decode(UnsafeRawBufferPointer(raw), swapped: store.swapped, to: floats)
      try complete(floats, rows, seed)
    }
    return standardised(x)
  }

  /// Bytes as levels; here and not by tensor operators, whose threads would take the trainer's cores.
  private func levels(
    _ raw: UnsafeMutableRawBufferPointer, _ rows: [Int], _ seed: Seed?,
    to out: UnsafeMutableBufferPointer<Float>
  ) {
    guard finish.binarise != .none else {
      return Tensor.levels(UnsafeRawBufferPointer(raw), over: finish.divisor, to: out)
    }
    let width = store.width
    for (i, row) in rows.enumerated() {
      binarise(.init(rebasing: raw[i * width..<(i + 1) * width]), draw: drawSeed(row, seed))
    }
    for i in out.indices { out[i] = Float(raw[i]) }
  }

  private func complete(
    _ floats: UnsafeMutableBufferPointer<Float>, _ rows: [Int], _ seed: Seed?
  ) throws {
    if !store.checked, let bad = floats.firstIndex(where: { !$0.isFinite }) {
      throw UserError("row \(rows[bad / store.width]) holds \(floats[bad]), not a finite number")
    }
    if finish.divisor != 1 { for i in floats.indices { floats[i] /= finish.divisor } }
    if finish.binarise != .none {
      for (i, row) in rows.enumerated() {
        binarise(floats, from: i * store.width, draw: drawSeed(row, seed))
      }
    }
  }

  private func standardised(_ x: Tensor) -> Tensor {
    guard !finish.mean.isEmpty else { return x }
    let shape = finish.mean.count == store.width ? store.shape : [finish.mean.count]
    return (x - Tensor(finish.mean, shape: shape)) / Tensor(finish.deviation, shape: shape)
  }

  private func drawSeed(_ row: Int, _ seed: Seed?) -> Seed {
    (finish.binarise == .stochastic ? seed ?? finish.seed : finish.seed).child(row)
  }

  /// Ones with the levels' probabilities, or where they reach a half; zeros elsewhere.
  private func binarise(_ levels: UnsafeMutableRawBufferPointer, draw: Seed) {
    let full = UInt32(finish.divisor)
    guard finish.binarise != .threshold else {
      for i in levels.indices { levels[i] = UInt32(levels[i]) * 2 >= full ? 1 : 0 }
      return
    }
    var random = SplitMix(draw)
    var bits: UInt64 = 0
    for i in levels.indices {
      // Sixteen bits a pixel: a probability of 1/255 is met to within 0.4 %.
      bits = i % 4 == 0 ? random.next() : bits >> 16
      levels[i] = UInt32(bits & 0xffff) * full < UInt32(levels[i]) << 16 ? 1 : 0
    }
  }

  private func binarise(_ levels: UnsafeMutableBufferPointer<Float>, from start: Int, draw: Seed) {
    var random = SplitMix(draw)
    for i in start..<start + store.width {
      let threshold = finish.binarise == .threshold ? 0.5 : Float(random.next() >> 40) * 0x1p-24
      let one = finish.binarise == .threshold ? levels[i] >= threshold : levels[i] > threshold
      levels[i] = one ? 1 : 0
    }
  }
}
