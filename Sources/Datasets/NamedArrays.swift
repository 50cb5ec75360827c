import Files
import Foundation

/// Arrays of numbers by name, from a person's files: the columns of a table, the members of an `.npz`, or the
/// one array of an `.npy`, which is called as its file is.
///
/// Numbers keep double precision. A column with a cell that is no number holds words.
public struct NamedArrays: Sendable {
  /// One array.
  public enum Content: Equatable, Sendable {
    /// Numbers in row-major order; a missing cell of a table is NaN.
    case numbers([Double], shape: [Int])
    /// The cells of a column as written.
    case words([String])
  }

  /// Names in the order of the files.
  public private(set) var names: [String] = []
  private var contents: [String: Content] = [:]
  private var originals: [String: String] = [:]

  /// No arrays yet.
  public init() {}

  /// The arrays of the files at `paths`.
  ///
  /// - Throws: ``UserError`` for a file that cannot be read, or a name that two of them hold.
  public init(opening paths: [String]) throws {
    for path in paths { try open(path) }
  }

  /// Adds an array.
  ///
  /// - Throws: ``UserError`` where the name is taken.
  public mutating func add(_ name: String, _ content: Content) throws {
    try require(contents[name] == nil, "two of the files hold an array called \(name)")
    names.append(name)
    contents[name] = content
  }

  /// Lets the array called `name` be found as `alias` too.
  ///
  /// - Throws: ``UserError`` where there is no such array, or the alias is another's name.
  public mutating func call(_ name: String, _ alias: String) throws {
    let content = try content(name)
    guard name != alias else { return }
    try add(alias, content)
    originals[alias] = name
  }

  /// The names of the arrays that are none of `roles`, whichever name a role was given by.
  public func names(apartFrom roles: [String]) -> [String] {
    let taken = Set(roles + roles.compactMap { originals[$0] })
    return names.filter { !taken.contains($0) }
  }

  /// Whether there is an array called `name`.
  public func has(_ name: String) -> Bool { contents[name] != nil }

  /// The array called `name`.
  ///
  /// - Throws: ``UserError`` with the names there are.
  public func content(_ name: String) throws -> Content {
    guard let content = contents[name] else {
      let near = nearest(to: name, among: names).map { "; did you mean \($0)?" }
      let known = names.prefix(20).joined(separator: ", ")
      throw UserError("the files hold no \(name)\(near ?? "; they hold \(known)")")
    }
    return content
  }

  /// The numbers called `name` in row-major order, with their shape.
  ///
  /// - Throws: ``UserError`` where there are none, or one is missing or not finite.
  public func numbers(_ name: String) throws -> (values: [Double], shape: [Int]) {
    guard case .numbers(let values, let shape) = try content(name) else {
      throw UserError("\(name) holds words, and numbers are needed")
    }
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      let what = values[place].isNaN ? "is missing or not a number" : "is \(values[place])"
      throw UserError("\(name): value \(place + 1) \(what); all must be numbers")
    }
    return (values, shape)
  }

  /// The numbers of a column called `name`.
  ///
  /// - Throws: ``UserError`` where it has more than one axis, or as ``numbers(_:)``.
  public func column(_ name: String) throws -> [Double] {
    let (values, shape) = try numbers(name)
    try require(
      shape.count == 1 || shape.dropFirst().allSatisfy { $0 == 1 },
      "\(name) has shape \(shape), and one number for each example is needed")
    return values
  }

  /// The rows of a matrix called `name`.
  ///
  /// - Throws: ``UserError`` where it has not two axes, or as ``numbers(_:)``.
  public func matrix(_ name: String) throws -> [[Double]] {
    let (values, shape) = try numbers(name)
    try require(shape.count == 2, "\(name) has shape \(shape), and two axes are needed")
    return (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }

  /// Classes from a column of words or whole numbers: the place of each cell among the distinct ones, in
  /// their order.
  ///
  /// - Throws: ``UserError`` for a number that is not whole, or a cell without a value.
  public func classes(_ name: String) throws -> (codes: [Int], names: [String]) {
    let words: [String]
    var isWhole = false
    switch try content(name) {
    case .words(let cells):
      words = cells
    case .numbers:
      words = try column(name).map { number in
        guard let whole = Int(exactly: number) else {
          throw UserError("\(name) holds \(number), and a class is a word or a whole number")
        }
        return "\(whole)"
      }
      isWhole = true
    }
    if let place = words.firstIndex(of: "") {
      throw UserError("\(name): row \(place + 1) has no class")
    }
    let distinct = Set(words)
    let sorted =
      isWhole
      ? distinct.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) } : distinct.sorted()
    let places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    return (words.compactMap { places[$0] }, sorted)
  }
}
