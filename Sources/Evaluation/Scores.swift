import Datasets
import Learning
import Probability
import Torch

/// Figures of a fitted network on examples, one for each example unless said otherwise.
///
/// Random numbers follow from `seed`, so two networks are scored with the same draws.
public struct Scores {
  public let examples: Examples
  public let seed: Seed
  public var device = Device.cpu
  /// Told how many examples of how many are done.
  public var progress: (Int, Int) -> Void = { _, _ in }

  public init(_ examples: Examples, seed: Seed) {
    self.examples = examples
    self.seed = seed
  }

  /// Runs `body` over the examples, `size` at a time, without gradients.
  ///
  /// - Throws: what reading or `body` throws.
  public func map<Result>(
    of size: Int = 500, _ body: (Batch, RandomStream) throws -> [Result]
  ) throws -> [Result] {
    var results: [Result] = []
    var done = 0
    for (index, chunk) in examples.chunks(of: size).enumerated() {
      let batch = try examples.batch(chunk).moved(to: device)
      let random = RandomStream(seed.child(index), device: device)
      results += try withoutGradients { try body(batch, random) }
      done += chunk.count
      progress(done, examples.count)
    }
    return results
  }

  /// Codes of all examples, `[n, k]`.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func codes(_ codec: Codec) throws -> Tensor {
    let parts = try map { batch, _ in [try codec.encode(batch).to(.cpu).checked()] }
    return try Tensor.concatenate(parts).checked()
  }

  /// Codes of all examples, `[n, k]`.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func codes(_ network: any Encoding) throws -> Tensor { try codes(Codec(network)) }

  /// Evidence lower bounds, the mean of `draws` one-draw bounds, nats.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func elbo(_ network: any Bounding, draws: Int = 1) throws -> [Double] {
    try map { batch, random in
      var sum = Tensor.zeros([batch.x.size(0)], device: device)
      for draw in 0..<draws { sum += network.elbo(batch.x, random.child(draw)) }
      return try (sum * (1 / Double(draws))).values(as: Double.self)
    }
  }

  /// Importance-weighted bounds on log p(x) with `draws` draws, nats.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func logLikelihood(_ network: any Bounding, draws: Int) throws -> [Double] {
    // About 50,000 decoded examples at a time keep memory in bounds.
    let size = max(1, min(500, 50_000 / draws))
    return try map(of: size) { batch, random in
      var parts: [Tensor] = []
      var left = draws
      while left > 0 {
        let now = min(left, max(1, 50_000 / max(batch.x.size(0), 1)))
        parts.append(network.logWeights(batch.x, draws: now, random.child(parts.count)))
        left -= now
      }
      return try ImportanceWeights.bound(Tensor.concatenate(parts)).values(as: Double.self)
    }
  }

  /// Mean squared errors of reconstructions, per input; from `codes` of all examples, `[n, k]`, where they are at hand.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func squaredError(_ codec: Codec, from codes: Tensor? = nil) throws -> [Double] {
    var done = 0
    return try map { batch, _ in
      let n = batch.x.size(0)
      let z = codes.map { $0[done..<done + n].to(device) } ?? codec.encode(batch)
      done += n
      let back = codec.decode(z, of: batch)
      return try back.squaredError(batch.x).flattened(from: 1).mean(over: 1)
        .values(as: Double.self)
    }
  }

  /// Mean squared errors of reconstructions, per input.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func squaredError(_ network: any Encoding & Decoding) throws -> [Double] {
    try squaredError(Codec(network))
  }

  /// Variances over the examples of each unit's code, `[k]`.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func unitActivity(_ network: any Encoding) throws -> [Double] {
    try ActiveUnits.activity(of: codes(network))
  }

  /// Number of units whose activity is above 0.01.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func activeUnits(_ network: any Encoding) throws -> Int {
    try ActiveUnits.count(in: codes(network))
  }
}

/// Units whose code varies from example to example.
///
/// - Source: Burda, Grosse & Salakhutdinov, *Importance weighted autoencoders*, ICLR 2016, §5.2.
public enum ActiveUnits {
  /// Variances over the examples of each unit's code, `[n, k]` to `[k]`.
  ///
  /// - Throws: `TensorError`.
  public static func activity(of codes: Tensor) throws -> [Double] {
    try codes.to(.float64).variance(over: 0).values(as: Double.self)
  }

  /// Number of units of codes `[n, k]` whose activity is above 0.01.
  ///
  /// - Throws: `TensorError`.
  public static func count(in codes: Tensor) throws -> Int {
    try activity(of: codes).count { $0 > 0.01 }
  }
}
