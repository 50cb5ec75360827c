import Torch

/// Where and how much each of many units is active, with the places at which it is not left out.
public struct UnitActivity {
  /// For each unit the tokens at which it is active, rising.
  public private(set) var places: [[Int32]]
  /// How much it is active there.
  public private(set) var values: [[Float]]
  /// Number of tokens.
  public private(set) var count = 0

  /// No token yet.
  public init(units: Int) {
    places = [[Int32]](repeating: [], count: units)
    values = [[Float]](repeating: [], count: units)
  }

  /// Number of units.
  public var units: Int { places.count }

  /// Adds the codes of the next tokens, `[k, m]`; a unit is active where its code is above 0.
  ///
  /// - Throws: `TensorError`.
  public mutating func add(_ codes: Tensor) throws {
    let codes = try codes.detached().to(.cpu).checked(), width = codes.size(1)
    // By rows of numbers: most are 0, and a test of each costs less than a list of those that are not.
    let numbers = try codes.values(as: Float.self)
    for row in 0..<codes.size(0) {
      let place = Int32(count + row)
      for unit in 0..<width where numbers[row * width + unit] > 0 {
        places[unit].append(place)
        values[unit].append(numbers[row * width + unit])
      }
    }
    count += codes.size(0)
  }

  /// Share of the tokens at which a unit is active.
  public func share(_ unit: Int) -> Double { Double(places[unit].count) / Double(max(count, 1)) }

  /// The most that a unit is active.
  public func most(_ unit: Int) -> Float { values[unit].max() ?? 0 }

  /// How alike units are in when they are active: the phi coefficient of each two of `chosen`, `[u, u]`.
  public func coactivity(_ chosen: [Int]) -> [[Double]] {
    var together = [[Int]](
      repeating: [Int](repeating: 0, count: chosen.count), count: chosen.count)
    var byPlace = [[Int32]](repeating: [], count: count)
    for (index, unit) in chosen.enumerated() {
      for place in places[unit] { byPlace[Int(place)].append(Int32(index)) }
    }
    for units in byPlace {
      for a in units { for b in units { together[Int(a)][Int(b)] += 1 } }
    }
    let n = Double(max(count, 1))
    return chosen.indices.map { a in
      chosen.indices.map { b in
        let (p, q) = (Double(together[a][a]) / n, Double(together[b][b]) / n)
        let spread = (p * (1 - p) * q * (1 - q)).squareRoot()
        return spread > 0 ? (Double(together[a][b]) / n - p * q) / spread : 0
      }
    }
  }
}
