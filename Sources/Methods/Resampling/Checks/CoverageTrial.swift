import Evaluation
import Torch

/// One seed of regressions whose true coefficients are known.
struct CoverageTrial {
  private let worlds: Int
  private let seed: Seed
  private let counts = [1, 2, 5, 10]

  init(_ lab: Lab, _ seed: Seed) {
    worlds = lab.pick(full: 60, quick: 2)
    self.seed = seed
  }

  private static let designs: [(link: Regression.Link, rows: Int, width: Int)] = [
    (.linear, 200, 20), (.linear, 200, 60), (.linear, 200, 80), (.logistic, 400, 40),
  ]

  /// The share of covered coefficients by procedure and number of resamples, and relative widths.
  private struct Tally {
    var covered: [String: [Double]] = [:]  // by "procedure", one for each number of resamples
    var widths: [Double] = [0, 0, 0, 0]
    var total = 0.0
  }

  func run(_ board: inout Scoreboard) throws {
    var distances: [String: [Double]] = [:], widths: [[Double]] = [[], [], [], []]
    for (place, design) in Self.designs.enumerated() {
      var tally = Tally()
      for world in 0..<worlds {
        try add(design, seed.child(place).child(world), &tally)
      }
      for (name, covered) in tally.covered {
        distances[name, default: []] += covered.map { abs($0 / tally.total - 0.95) }
      }
      guard design.link == .linear else { continue }
      for at in counts.indices { widths[at].append(tally.widths[at] / tally.total) }
    }
    for (name, all) in distances {
      // Four numbers of resamples for each design, the first of which is one.
      let fromTwo = all.enumerated().filter { $0.offset % 4 > 0 }.map(\.element)
      board[CheapBootstrap.coverageFromTwo.name, name] = fromTwo
      if name != "standard error" { board[CheapBootstrap.coverage.name, name] = all }
      board[CheapBootstrap.coverage.name, "two points"] = all.map { _ in 0.02 }
      for (at, count) in counts.enumerated() {
        let own = all.enumerated().filter { $0.offset % 4 == at }.map(\.element)
        let noun = count == 1 ? "resample" : "resamples"
        board[CheapBootstrap.coverageOfOne.name, "\(name), \(count) \(noun)"] = own
      }
    }
    for (at, count) in counts.enumerated() {
      board[CheapBootstrap.width.name, "\(count) resample\(count == 1 ? "" : "s")"] = widths[at]
    }
  }

  /// Adds one world's intervals.
  private func add(
    _ design: (link: Regression.Link, rows: Int, width: Int), _ seed: Seed, _ tally: inout Tally
  ) throws {
    let random = RandomStream(seed.child("world"))
    let x = random.normal([design.rows, design.width], type: .float64)
    let truth =
      random.normal([design.width, 1], type: .float64) * (1 / Double(design.width).squareRoot())
    let signal = x.matmul(truth)
    let y =
      design.link == .linear
      ? signal + random.normal([design.rows, 1], type: .float64)
      : random.bernoulli(signal.sigmoid())
    let regression = Regression(design.link, x: x, y: y, rows: design.rows)
    guard let fit = try regression.coefficients() else { return }
    var resampled: [[Double]] = []
    for draw in 0..<40 where resampled.count < 10 {
      let weights = resampledCounts(design.rows, seed.child("resample").child(draw))
      if let each = try regression.coefficients(weights) { resampled.append(each) }
    }
    guard resampled.count == 10 else { return }
    let actual = try truth.values(as: Double.self)
    let exact = try design.link == .linear ? exactReaches(x, y, fit) : []
    for place in fit.indices {
      let draws = resampled.map { $0[place] }
      for (at, count) in counts.enumerated() {
        let few = Array(draws.prefix(count))
        let cheap = CheapInterval(fit[place], few).interval(0.95)
        for (name, interval) in procedures(fit[place], few) + [("cheap", cheap)] {
          let hit = interval.contains(actual[place]) ? 1.0 : 0
          tally.covered[name, default: [0, 0, 0, 0]][at] += hit
        }
        if let reach = exact.isEmpty ? nil : exact[place] {
          tally.widths[at] += (cheap.high - cheap.low) / (2 * reach)
        }
      }
      tally.total += 1
    }
  }

  /// The intervals that the paper holds its own against.
  private func procedures(_ fit: Double, _ draws: [Double]) -> [(String, Interval)] {
    let percentile = Interval.percentile(draws, level: 0.95)
    let basic = Interval(
      low: 2 * fit - percentile.high, high: 2 * fit - percentile.low, level: 0.95)
    let reach = draws.count > 1 ? normalQuantile(0.975) * draws.variance.squareRoot() : 0
    return [
      ("percentile", percentile), ("basic", basic),
      ("standard error", Interval(low: fit - reach, high: fit + reach, level: 0.95)),
    ]
  }

  /// Half the widths of the exact intervals of a linear regression with normal noise.
  private func exactReaches(_ x: Tensor, _ y: Tensor, _ fit: [Double]) throws -> [Double] {
    let rest = y - x.matmul(Tensor(fit, shape: [fit.count, 1]))
    let free = Double(x.size(0) - fit.count)
    let noise = try (rest * rest).sum(over: 0, 1).values(as: Double.self)[0] / free
    let quantile = studentQuantile(0.975, degrees: free)
    return try x.transposed().matmul(x).inverse().diagonal().values(as: Double.self)
      .map { quantile * ($0 * noise).squareRoot() }
  }
}
