import Files
import Foundation
import Learning

/// The account of a run in a form that another program shows, written while it trains.
///
/// Every call may be repeated, and a run that goes on may be begun again: what is there is not written twice.
public protocol TrainingLog: AnyObject {
  /// Says what the run is, before its first epoch.
  func begin(_ run: LoggedRun) throws
  /// Adds the epochs of `history` that are not there yet.
  func add(_ history: [EpochMetrics]) throws
  /// Adds figures that were measured after step `step`, by name.
  func add(figures: [String: Double], step: Int) throws
  /// Adds a picture made after step `step`, as the bytes of a PNG file.
  func add(picture: LoggedPicture, step: Int) throws
  /// Says how the run ended; it may be begun again.
  func end(_ status: RunStatus) throws
}

/// What a log says of a run.
public struct LoggedRun: Sendable {
  /// The run among others.
  public var name: String
  /// What runs are laid side by side, such as the data or the comparison.
  public var group: String
  /// The method's identifier.
  public var method: String
  /// The data, as the person named it.
  public var source: String
  /// The root of its random numbers.
  public var seed: UInt64
  /// The method's settings, of which nested ones have names with points.
  public var settings: JSONValue
  /// The folder of the space.
  public var space: String
  /// Versions of what makes the space, by name.
  public var versions: [String: String]
  /// When it began or goes on.
  public var started: Date

  public init(_ description: SpaceDescription, name: String, group: String, space: String) {
    self.name = name
    self.group = group
    method = description.method
    source = description.source.spec
    seed = description.seed
    settings = description.settings
    self.space = space
    versions = description.versions
    started = Date()
  }

  /// Method, data, seed and settings by name, in a fixed order.
  var parameters: [(name: String, value: JSONValue)] {
    [
      ("method", .string(method)), ("source", .string(source)),
      ("seed", Int(exactly: seed).map { .integer($0) } ?? .string("\(seed)")),
    ] + settings.leaves
  }
}

/// A picture with the name it is shown under.
public struct LoggedPicture: Sendable {
  public var name: String
  public var width: Int
  public var height: Int
  /// Values a pixel: 1 grey, 3 colour.
  public var channels: Int
  /// The bytes of a PNG file.
  public var png: Data

  public init(_ name: String, width: Int, height: Int, channels: Int, png: Data) {
    self.name = name
    self.width = width
    self.height = height
    self.channels = channels
    self.png = png
  }
}

extension EpochMetrics {
  /// Every number of the epoch under the name that logs give it, in a fixed order.
  var scalars: [(name: String, value: Double)] {
    func named(_ part: String, _ values: [String: Double]) -> [(name: String, value: Double)] {
      values.sorted { $0.key < $1.key }.map { ("\(part)/\($0.key)", $0.value) }
    }
    return named("train", train) + named("validation", validation)
      + [("examples per second", rate), ("seconds", seconds), ("epoch", Double(epoch))]
  }
}
