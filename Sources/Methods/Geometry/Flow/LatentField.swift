import Learning
import Torch

/// The flow of an autoencoder on its codes: each is moved to the code of what it decodes to, E(D(z)).
///
/// - Source: Fumero, Moschella, Rodolà & Locatello, *Navigating the latent space dynamics of neural models*, 2025,
///   arXiv:2505.22785, §3.
public struct LatentField {
  private let map: (Tensor) -> Tensor
  /// Most moves.
  public var steps = 300
  /// A code rests when a move is shorter than this share of its length, and of 1.
  public var tolerance = 1e-4

  /// The field of a network.
  public init(_ network: any Encoding & Decoding) {
    map = { network.encode(network.decode($0)) }
  }

  /// The field of a map of codes.
  init(map: @escaping (Tensor) -> Tensor) { self.map = map }

  /// Where codes came to.
  public struct Flow {
    /// `[n, k]`.
    public let ends: Tensor
    /// Whether each rests there.
    public let rests: [Bool]
    /// Moves that were made.
    public let steps: Int

    /// Share of the codes that rest.
    public var resting: Double { Double(rests.count { $0 }) / Double(max(1, rests.count)) }
  }

  /// Follows codes `[n, k]` until all rest, or ``steps`` are over.
  ///
  /// - Parameter visit: Told the codes before the first move and after each.
  /// - Throws: `TensorError` that the codes carry, or what `visit` throws.
  public func follow(_ codes: Tensor, visit: (Tensor) throws -> Void = { _ in }) throws -> Flow {
    try withoutGradients {
      var z = try codes.checked()
      try visit(z)
      var rests = [Bool](repeating: false, count: z.size(0))
      var made = 0
      while made < steps, rests.contains(false) {
        let next = try map(z).checked()
        let move = (next - z).norm(over: 1)
        let far = (z.norm(over: 1).clamped(atLeast: 1) * tolerance)
        rests = try (move .<= far).to(.int64).values(as: Int64.self).map { $0 != 0 }
        z = next
        made += 1
        try visit(z)
      }
      return Flow(ends: z, rests: rests, steps: made)
    }
  }
}

/// The places where a flow comes to rest.
public struct Attractors {
  /// `[a, k]`, those that most came to first.
  public let places: Tensor
  /// How many came to each.
  public let counts: [Int]

  /// The ends of `flow` that rest, those nearer than `radius` to one that came before taken as one.
  ///
  /// - Throws: `TensorError`.
  public init(_ flow: LatentField.Flow, radius: Double) throws {
    let k = flow.ends.size(1)
    let rows = try flow.ends.values(as: Float.self)
    var found: [(start: Int, count: Int)] = []
    for (place, rests) in flow.rests.enumerated() where rests {
      let near = found.firstIndex { other in
        var square = 0.0
        for unit in 0..<k {
          let gap = Double(rows[place * k + unit] - rows[other.start * k + unit])
          square += gap * gap
        }
        return square <= radius * radius
      }
      if let near { found[near].count += 1 } else { found.append((place, 1)) }
    }
    found.sort { ($1.count, $0.start) < ($0.count, $1.start) }
    counts = found.map(\.count)
    places = flow.ends.indexSelect(0, Tensor(found.map { Int64($0.start) }))
  }
}

/// How strange examples are to an autoencoder, by their way through its field.
public struct TrajectoryScore {
  /// Places where training examples come to, `[a, k]`.
  public let goals: Tensor
  /// Moves of a way that are looked at.
  public var steps = 30

  /// Scores by the ends that the codes of training examples, `[n, k]`, come to.
  ///
  /// - Throws: `TensorError`.
  public init(_ field: LatentField, training codes: Tensor) throws {
    goals = try field.follow(codes).ends
  }

  /// The mean distance, along each way, to the nearest goal: n numbers, larger for stranger examples.
  ///
  /// - Throws: `TensorError`.
  public func callAsFunction(_ field: LatentField, _ codes: Tensor) throws -> [Double] {
    var field = field
    (field.steps, field.tolerance) = (steps, 0)
    var sum = [Double](repeating: 0, count: codes.size(0))
    var visits = 0
    _ = try field.follow(codes) { z in
      let near = try z.distances(to: goals).min(over: 1).values(as: Double.self)
      for place in sum.indices { sum[place] += near[place] }
      visits += 1
    }
    return sum.map { $0 / Double(visits) }
  }
}
