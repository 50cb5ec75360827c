import Files
import Foundation
import Learning
import Synchronization

/// The settings that a check has chosen for its arms, once for all seeds.
///
/// Kept in a file where one is given, so that a check that was killed chooses the same again.
public final class Tuning: Sendable {
  private let path: String?
  private let chosen: Mutex<[String: Double]>

  /// What the file at `path` holds, and what is chosen from now on.
  public init(path: String? = nil) {
    self.path = path
    let kept = path.flatMap { try? MappedFile($0) }
      .flatMap { try? JSONDecoder().decode([String: Double].self, from: $0.data) }
    chosen = Mutex(kept ?? [:])
  }

  /// What was chosen so far, by name; nothing where nothing was.
  var all: [String: Double]? { chosen.withLock { $0.isEmpty ? nil : $0 } }

  /// The value for `name`, which `choose` finds the first time.
  ///
  /// - Throws: what `choose` or writing the file throws.
  func value(_ name: String, _ choose: () throws -> Double) throws -> Double {
    if let known = chosen.withLock({ $0[name] }) { return known }
    let value = try choose()
    let all = chosen.withLock {
      $0[name] = value
      return $0
    }
    if let path { try AtomicFile.write(try JSONEncoder().encode(all), to: path) }
    return value
  }
}

extension Lab {
  /// The learning rate of an arm, for all seeds of the check: the one whose fit with seed 0 scores highest
  /// on examples that the check does not judge by.
  ///
  /// - Parameter quantity: what is chosen, where it is not the learning rate.
  /// - Throws: what fitting or scoring throws; a training that leaves the numbers is a bad one.
  public func bestRate(
    _ arm: String, of rates: [Double], as quantity: String = "learning rate",
    _ score: (_ rate: Double) throws -> [Double]
  ) throws -> Double {
    let name = quantity == "learning rate" ? arm : "\(arm), \(quantity)"
    let best = try tuning.value(name) {
      var best = (rate: rates.first ?? 0, score: -Double.infinity)
      for rate in rates {
        do {
          say("\(arm): trying a \(quantity) of \(rate)")
          let mean = try score(rate).mean
          if mean > best.score { best = (rate, mean) }
        } catch let error as TrainingError {
          guard case .notFinite = error else { throw error }
        }
      }
      return best.rate
    }
    say("\(arm): \(quantity) \(best)")
    return best
  }
}
