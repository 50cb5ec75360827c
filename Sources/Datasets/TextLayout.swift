import Files
import Foundation

/// Where the texts of a data set lie, and how its files are laid out.
struct TextSet: Sendable {
  /// Files; one inside an archive is `archive.zip/name/of/file`.
  var train: [String]
  /// Files of the official test split; empty without one.
  var test: [String] = []
  var layout: TextLayout
  /// The most tokens of a text that are kept where nothing else is asked for.
  var longest = TextStore.longest
  /// What the number beside each text is.
  var factor: String?
  /// What of the data set is not in the examples.
  var note: String?
}

/// How files hold texts.
enum TextLayout: Sendable {
  /// A line for each text.
  case lines
  /// Lines of cells parted by tabs, without quotes.
  case cells(Cells)
  /// Lines such as `DESC:manner How did serfdom develop?`; the class ends at the colon.
  case labelled
  /// Lines after the name of their class, as in `: family`.
  case sections
  /// CSV rows of a class number and texts; `names` holds the classes' names, one in each line.
  case numbered(names: String)
  /// Documents that start with `.I`, their text after `.W`, as the SMART system has them.
  case smart
  /// One text in pieces of as many bytes as an example may have.
  case pieces
  /// Archives of files, each a text; what its folder is called is its class.
  case files(Content)

  /// Which cells of a line are what.
  struct Cells: Sendable {
    let texts: [Int]
    var score: Int?
    var label: Int?
    /// Names of the classes that stand in `label`.
    var classes: [String: String] = [:]
    var hasHeader = false
  }

  /// What is in each file of an archive.
  enum Content: Sendable {
    case text
    /// A text from the year that its name starts with.
    case dated
    /// A message, whose header names the class.
    case message
  }
}

extension TextSet {
  /// All its files.
  var places: [String] {
    guard case .numbered(let names) = layout else { return train + test }
    return train + test + [names]
  }

  /// The same with `place` of each path.
  func placed(_ place: (String) -> String) -> TextSet {
    var set = self
    (set.train, set.test) = (train.map(place), test.map(place))
    if case .numbered(let names) = layout { set.layout = .numbered(names: place(names)) }
    return set
  }
}
