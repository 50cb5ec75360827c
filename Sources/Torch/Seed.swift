/// Where a stream of random numbers starts; children are named, so a new consumer does not shift the others.
public struct Seed: Codable, Equatable, Hashable, Sendable {
  /// The 64 bits that every number drawn from here follows from.
  public let value: UInt64

  /// The seed with these bits.
  public init(_ value: UInt64) { self.value = value }

  /// The seed of the consumer called `name`.
  public func child(_ name: String) -> Seed {
    var hash = value ^ 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Seed(SplitMix.mix(hash))
  }

  /// The seed of member `index` of a family: a step, an epoch, a replicate.
  public func child(_ index: Int) -> Seed {
    Seed(SplitMix.mix(value &+ SplitMix.increment &* (UInt64(bitPattern: Int64(index)) &+ 1)))
  }
}

/// Sixty-four random bits at a time, for what is decided outside tensors: shuffles, splits, choices.
///
/// - Source: Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
public struct SplitMix: RandomNumberGenerator, Sendable {
  static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15
  private var state: UInt64

  /// A generator that starts at `seed`.
  public init(_ seed: Seed) { state = seed.value }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// The next number of the uniform distribution on `[0, 1)`.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  static func mix(_ bits: UInt64) -> UInt64 {
    var z = bits
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
