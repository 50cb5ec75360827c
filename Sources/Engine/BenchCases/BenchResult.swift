import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// What the pairs of a case came to, as it is kept.
struct BenchResult: Codable {
  let id: String
  let title: String
  let peer: String
  let target: Double
  let unit: String
  /// Whether more of the unit is better.
  let isRate: Bool
  let quality: String?
  let qualityDirection: Direction?
  /// The day, the machine, and what ran, so that figures of several days stand side by side.
  let date: String
  let machine: String
  let versions: String
  var ours: [BenchFigures] = []
  var theirs: [BenchFigures] = []

  init(_ each: any BenchCase) {
    id = each.id
    title = each.title
    peer = each.peer
    target = each.target
    unit = each.measure.unit
    if case .rate = each.measure { isRate = true } else { isRate = false }
    quality = each.quality?.name
    qualityDirection = each.quality?.direction
    date = String(Date().ISO8601Format().prefix(10))
    machine = BenchPage.processor
    versions = "latent \(Latent.version), libtorch \(Runtime.version)"
  }

  /// How many times as fast we are, pair by pair.
  var ratios: [Double] {
    zip(ours, theirs).map { isRate ? $0.value / $1.value : $1.value / $0.value }
  }
  var ratio: Double { BenchRow.median(ratios) }
  var value: Double { BenchRow.median(ours.map(\.value)) }
  var peerValue: Double { BenchRow.median(theirs.map(\.value)) }
  var memoryRatio: Double {
    BenchRow.median(zip(ours, theirs).map { $0.peak_memory_bytes / $1.peak_memory_bytes })
  }
  /// The peer with its version, where its script says it.
  var versionedPeer: String { theirs.compactMap(\.version).first.map { "\(peer) (\($0))" } ?? peer }

  /// Quality of both sides over the pairs' seeds; nothing where there is none, or one pair.
  func compared() throws -> BenchQuality? {
    let mine = ours.compactMap(\.quality), other = theirs.compactMap(\.quality)
    guard let direction = qualityDirection, min(mine.count, other.count) > 1 else { return nil }
    return try BenchQuality(direction, mine, other)
  }

  var json: JSON {
    get throws {
      [
        ("case", .string(id)), ("peer", .string(versionedPeer)), ("ratio", .number(ratio)),
        ("target", .number(target)), ("lowest", .number(ratios.min() ?? .nan)),
        ("highest", .number(ratios.max() ?? .nan)), ("unit", .string(unit)),
        ("peer_value", .number(peerValue)), ("value", .number(value)),
        ("memory_ratio", .number(memoryRatio)),
        ("quality", try compared()?.json(quality ?? "") ?? .null),
        ("pairs", .int(ratios.count)),
      ].json
    }
  }
}

/// Ours and theirs with their intervals, and whether ours is no worse: better in the mean, or the intervals overlap.
struct BenchQuality {
  let ours: Estimate
  let theirs: Estimate
  let isNoWorse: Bool

  /// - Throws: ``UserError`` with fewer than two values on a side.
  init(_ direction: Direction, _ ours: [Double], _ theirs: [Double]) throws {
    let (a, b) = (try Estimate.mean(of: ours), try Estimate.mean(of: theirs))
    let isBetter = direction == .higher ? a.value >= b.value : a.value <= b.value
    let overlap = a.interval.low <= b.interval.high && b.interval.low <= a.interval.high
    (self.ours, self.theirs, isNoWorse) = (a, b, isBetter || overlap)
  }

  func json(_ name: String) -> JSON {
    func interval(_ estimate: Estimate) -> JSON {
      [
        ("value", .number(estimate.value)), ("low", .number(estimate.interval.low)),
        ("high", .number(estimate.interval.high)),
      ].json
    }
    return [
      ("name", .string(name)), ("ours", interval(ours)), ("theirs", interval(theirs)),
      ("noWorse", .bool(isNoWorse)),
    ].json
  }

  /// Both sides as a person reads them.
  var text: String {
    func side(_ estimate: Estimate) -> String {
      let half = (estimate.interval.high - estimate.interval.low) / 2
      return String(format: "%.5g ± %.2g", estimate.value, half)
    }
    return "\(side(ours)) against \(side(theirs))\(isNoWorse ? "" : ": WORSE")"
  }
}
