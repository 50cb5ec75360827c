import Torch

/// How grey levels become zeros and ones.
public enum Binarisation: String, Codable, Sendable, CaseIterable {
  /// Grey levels stay.
  case none
  /// One seeded Bernoulli draw per pixel, the same each time.
  case fixed
  /// One where the level is at least a half.
  case threshold
  /// A new seeded Bernoulli draw per pixel each time a batch is made.
  case stochastic
}

/// How a source is read, split and prepared.
public struct SourceOptions: Codable, Equatable, Sendable {
  /// Fraction of the training examples (of all, without an official test split) for validation.
  public var validation: Double?
  /// Fraction of all examples for the test split, where the source has no official one.
  public var test: Double?
  /// At most this many examples, drawn by seed; where there is an official test split, of each.
  public var limit: Int?
  /// Height and width that images are resized to.
  public var size: [Int]?
  /// Whether a broken file among good ones is an error.
  public var strict = false
  /// How grey levels become zeros and ones.
  public var binarise = Binarisation.none
  /// The column of a table that holds the classes; `none` for no such column.
  public var labelColumn: String?
  /// The column of a table that holds the texts to read; its other columns are no inputs then.
  public var textColumn: String?
  /// Rows of a table that make one example, in the order of time; each row is one without.
  public var window: Int?
  /// Samples that each sound is cut or filled up to; the longest, up to 16,384, without.
  public var length: Int?
  /// The encoder whose vectors of the texts or pictures are the examples, by name or as a folder or file.
  public var encoder: String?
  /// Whether numbers are taken as they are, and not brought to mean 0 and deviation 1; nothing is not.
  public var raw: Bool?
  /// What splits and draws follow from.
  public var seed: UInt64 = 0

  /// The defaults: 80/10/10 splits without, 2,000 validation examples with an official test split.
  public init() {}
}

/// What made the inputs from raw data, so that new data can be encoded in the same way.
public struct Preprocessing: Codable, Equatable, Sendable {
  /// One column of a table as it was read.
  public struct Column: Codable, Equatable, Sendable {
    /// The column's name in the header, or `c1`, `c2`, … without one.
    public var name: String
    /// Training mean, which also fills missing values; 0 for categories.
    public var mean: Float
    /// Training standard deviation; 1 for categories and constant columns.
    public var deviation: Float
    /// The categories, one input each; empty for numbers.
    public var values: [String]
  }

  /// What raw values are divided by: 255 for bytes.
  public var divisor: Float = 1
  /// Training mean of each input of an array, of each column of a series, or one for all; empty
  /// where not standardised.
  public var mean: [Float] = []
  /// Training standard deviation of each input of an array, of each column, or one for all.
  public var deviation: [Float] = []
  /// The columns of a table; empty for other sources.
  public var columns: [Column] = []
  /// The column of a table that holds the classes.
  public var labelColumn: String?
  /// The column of a table that holds the texts.
  public var textColumn: String?
  /// Height and width that images were resized to.
  public var size: [Int]?
  /// Number of tokens of a line.
  public var length: Int?
  /// Samples a second, of sounds.
  public var rate: Int?
  /// The encoder whose vectors of the texts or pictures the examples are.
  public var encoder: String?
  /// How grey levels became zeros and ones.
  public var binarise = Binarisation.none

  /// Nothing done to the raw data.
  public init() {}
}
