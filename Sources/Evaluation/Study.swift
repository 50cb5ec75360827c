import Datasets
import Files
import Learning
import Torch

/// A question that is answered from a person's own numbers, or in a world whose truth is known: a statistical
/// procedure, or the lab of a theory.
///
/// Settings are the stored properties, as those of a `Recipe` are.
public protocol Study: Configured {
  /// What it reads from files, by default name; nothing for a lab, which makes its own world.
  static var inputs: [StudyInput] { get }

  /// The answer.
  ///
  /// All randomness follows from the room's seed.
  ///
  /// - Throws: ``UserError`` naming the setting or the input that is wrong, and what would be right.
  func run(_ room: StudyRoom) throws -> Findings
}

/// One array that a study reads.
public struct StudyInput: Equatable, Sendable {
  /// The name of the column or array, unless the person says otherwise.
  public let name: String
  /// What it holds and how it is laid out, such as `[simulations, draws, dimensions]`.
  public let help: String
  /// Whether the study works without it.
  public let isOptional: Bool

  public init(_ name: String, _ help: String, optional: Bool = false) {
    self.name = name
    self.help = help
    isOptional = optional
  }
}

/// Where a study runs: its inputs, its seed, and who hears of its progress.
public struct StudyRoom: Sendable {
  public let inputs: NamedArrays
  public let seed: Seed
  /// Threads it may use.
  public let threads: Int
  /// Told how much of how much is done.
  public let progress: @Sendable (_ done: Int, _ of: Int) -> Void
  /// Asked now and then whether to stop.
  public let shouldStop: @Sendable () -> Bool

  public init(
    _ inputs: NamedArrays = NamedArrays(), seed: Seed, threads: Int = 1,
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.inputs = inputs
    self.seed = seed
    self.threads = threads
    self.progress = progress
    self.shouldStop = shouldStop
  }
}

/// What a study found.
public struct Findings: Codable, Equatable, Sendable {
  /// One number, with its interval where there is one.
  public struct Figure: Codable, Equatable, Sendable {
    public var name: String
    public var value: Double
    public var interval: Interval?
    /// Such as `nats`; empty for a pure number.
    public var unit: String
  }

  /// Numbers or words in rows under named columns.
  public struct Table: Codable, Equatable, Sendable {
    public var title: String
    public var columns: [String]
    public var rows: [[Cell]]
  }

  /// A cell of a table.
  public enum Cell: Codable, Equatable, Sendable {
    case number(Double)
    case word(String)
  }

  /// Curves over a common axis.
  public struct Chart: Codable, Equatable, Sendable {
    public var title: String
    public var x: String
    public var y: String
    public var curves: [Curve]
  }

  /// A named curve, with a band around it where `low` and `high` are not empty.
  public struct Curve: Codable, Equatable, Sendable {
    public var name: String
    public var x: [Double]
    public var y: [Double]
    public var low: [Double]
    public var high: [Double]
  }

  /// Pixels in rows from the top, each red, green and blue, with a name.
  public struct Picture: Codable, Equatable, Sendable {
    public var name: String
    public var width: Int
    public var height: Int
    public var pixels: [UInt8]

    public init(_ name: String, width: Int, height: Int, pixels: [UInt8]) {
      self.name = name
      self.width = width
      self.height = height
      self.pixels = pixels
    }
  }

  /// Pictures below each other; a page shows them, and other forms of the answer leave them out.
  public struct Gallery: Codable, Equatable, Sendable {
    public var title: String
    public var caption: String
    public var pictures: [Picture]
  }

  /// The answer in a plain sentence or two.
  public var conclusion: String
  public var figures: [Figure] = []
  public var tables: [Table] = []
  public var charts: [Chart] = []
  public var galleries: [Gallery] = []

  public init(_ conclusion: String) { self.conclusion = conclusion }

  /// Adds a number.
  public mutating func add(_ name: String, _ value: Double, unit: String = "") {
    figures.append(Figure(name: name, value: value, interval: nil, unit: unit))
  }

  /// Adds a number with its interval.
  public mutating func add(_ name: String, _ estimate: Estimate, unit: String = "") {
    figures.append(
      Figure(name: name, value: estimate.value, interval: estimate.interval, unit: unit))
  }

  /// Adds a table.
  public mutating func add(table title: String, _ columns: [String], _ rows: [[Cell]]) {
    tables.append(Table(title: title, columns: columns, rows: rows))
  }

  /// Adds a chart.
  public mutating func add(chart title: String, x: String, y: String, _ curves: [Curve]) {
    charts.append(Chart(title: title, x: x, y: y, curves: curves))
  }

  /// Adds pictures.
  public mutating func add(gallery title: String, caption: String, _ pictures: [Picture]) {
    galleries.append(Gallery(title: title, caption: caption, pictures: pictures))
  }
}

extension Findings.Curve {
  public init(_ name: String, x: [Double], y: [Double], low: [Double] = [], high: [Double] = []) {
    self.init(name: name, x: x, y: y, low: low, high: high)
  }
}

extension Findings.Cell: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral
{
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(stringLiteral value: String) { self = .word(value) }
}
