import Files
import Foundation

/// Series of their own lengths, all filled up or cut to one length when fetched.
struct RaggedStore: Store {
  /// All values, channel after channel of one series after another.
  let values: [Float]
  /// Where each series starts, and where the last one ends.
  let starts: [Int]
  /// `[t, d]`.
  let shape: [Int]
  var count: Int { starts.count - 1 }
  var element: Element { .float32 }

  /// Number of steps of a series.
  func steps(_ row: Int) -> Int { (starts[row + 1] - starts[row]) / shape[1] }

  /// Writes the steps of a series one after another; the last one is held to the end.
  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let steps = steps(row), channels = shape[1]
    let floats = out.bindMemory(to: Float.self)
    for channel in 0..<channels {
      let start = starts[row] + channel * steps
      for t in 0..<shape[0] {
        floats[t * channels + channel] = values[start + min(t, steps - 1)]
      }
    }
  }
}

/// A file of the UCR and UEA archives: a head of `@` lines, then a labelled series on each line.
struct TimeSeries {
  let name: String
  private(set) var values: [Float] = []
  private(set) var starts = [0]
  private(set) var channels = 0
  private(set) var labels: [Int] = []
  private(set) var missing = 0
  /// Places of missing values among all.
  private var gaps: [Int] = []
  fileprivate private(set) var head = Head()
  /// The classes, in the head's order, or in that of the lines where the head lists none.
  var classes: [String] { head.classes }
  var count: Int { starts.count - 1 }
  /// Steps of the longest series.
  private(set) var longest = 0

  /// What the `@` lines say.
  fileprivate struct Head {
    var classes: [String] = []
    var hasClasses = false
    var listsClasses = false
    var dimensions: Int?
    var length: Int?
  }

  /// Reads the text of a file; `name` is for messages.
  init(_ text: UnsafeRawBufferPointer, name: String) throws {
    self.name = name
    var isData = false, number = 0, position = 0
    while position < text.count {
      number += 1
      let rest = text[position...]
      let end = rest.firstIndex(of: 10) ?? text.count
      var line = text[position..<end]
      position = end + 1
      while let last = line.last, last == 13 || last == 32 { line = line.dropLast() }
      while let first = line.first, first == 32 { line = line.dropFirst() }
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      if isData {
        try append(line, number)
      } else {
        isData = try head.read(String(decoding: line, as: UTF8.self), "\(name) line \(number)")
      }
    }
    try require(isData, "\(name) has no line @data, so it is no .ts file of series")
    try require(count > 0, "\(name) holds no series")
  }

  /// One line: channels parted by colons, their values by commas, and the class at the end.
  private mutating func append(_ line: Slice<UnsafeRawBufferPointer>, _ number: Int) throws {
    let here = "\(name) line \(number)"
    var parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    if head.hasClasses {
      let label = String(decoding: parts.removeLast(), as: UTF8.self)
      labels.append(try head.place(of: label.trimmingCharacters(in: .whitespaces), here))
    }
    try require(!parts.isEmpty, "\(here) has a class and no values")
    if count == 0 { channels = parts.count }
    let expected = head.dimensions ?? channels
    try require(
      parts.count == expected && channels == expected,
      "\(here) has \(counted(parts.count, "channel")) where \(expected) are expected")
    let start = values.count
    var steps = 0
    for (channel, part) in parts.enumerated() {
      let before = values.count
      try append(part, here)
      if channel == 0 { steps = values.count - before }
      try require(
        values.count - before == steps,
        "\(here) has \(counted(values.count - before, "step")) in channel \(channel + 1) and "
          + "\(steps) in the first: the channels of a series need one length")
    }
    try require(
      head.length == nil || head.length == steps,
      "\(here) has \(counted(steps, "step")); the head of the file says \(head.length ?? 0)")
    longest = max(longest, (values.count - start) / channels)
    starts.append(values.count)
  }

  /// The values of a channel; missing ones take the one before, at the start the first there is.
  private mutating func append(_ part: Slice<UnsafeRawBufferPointer>, _ here: String) throws {
    let start = values.count
    var last = Float.nan
    for cell in part.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let cell = UnsafeRawBufferPointer(rebasing: cell.trimmingPrefix { $0 == 32 })
      if let value = Table.number(cell) {
        if last.isNaN { for i in start..<values.count { values[i] = value } }
        last = value
      } else {
        try require(
          !cell.isEmpty && Table.isMissing(cell),
          "\(here) holds \(String(decoding: cell.prefix(20), as: UTF8.self).quoted), not a number")
        missing += 1
        gaps.append(values.count)
      }
      values.append(last.isNaN ? 0 : last)
    }
  }
}

extension TimeSeries.Head {
  /// Takes one line of the head in; whether it was the last.
  fileprivate mutating func read(_ line: String, _ here: String) throws -> Bool {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    try require(
      line.hasPrefix("@"), "\(here) is neither a line of the head nor after @data: no .ts file")
    let isTrue = words.count > 1 && words[1].lowercased() == "true"
    switch words[0].lowercased() {
    case "@data": return true
    case "@timestamps":
      try require(!isTrue, "\(here): series with time stamps cannot be read; give values alone")
    case "@targetlabel":
      try require(!isTrue, "\(here): series with numbers to predict cannot be read; give classes")
    case "@univariate": if isTrue { dimensions = 1 }
    case "@dimensions", "@dimension": dimensions = try count(words, here)
    case "@serieslength": length = try count(words, here)
    case "@classlabel":
      hasClasses = isTrue
      classes = isTrue ? Array(words.dropFirst(2)) : []
      listsClasses = !classes.isEmpty
      try require(
        classes.count <= Table.mostClasses && Set(classes).count == classes.count,
        "\(here) lists \(classes.count) classes, too many or one twice")
    default: break
    }
    return false
  }

  private func count(_ words: [String], _ here: String) throws -> Int {
    guard words.count == 2, let count = Int(words[1]), count > 0 else {
      throw UserError("\(here) needs a whole number from 1 on after \(words[0])")
    }
    return count
  }

  /// The place of a class among those listed; where none are, it is added.
  fileprivate mutating func place(of label: String, _ here: String) throws -> Int {
    if let place = classes.firstIndex(of: label) { return place }
    try require(
      !listsClasses, "\(here) has the class \(label.quoted), which the head does not list")
    try require(classes.count < Table.mostClasses, "\(here): too many classes")
    classes.append(label)
    return classes.count - 1
  }
}

extension String {
  /// The text between quotation marks, shortened.
  fileprivate var quoted: String { "\"\(prefix(40))\"" }
}

/// The two official files of a set, `NAME_TRAIN.ts` and `NAME_TEST.ts`.
struct TimeSeriesFolder {
  let train: String
  let test: String

  /// The files in the folder at `path`, where there is one such pair.
  init?(_ path: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let found = names.filter { $0.hasSuffix("_TRAIN.ts") }
    guard found.count == 1, let train = found.first else { return nil }
    let test = train.dropLast("_TRAIN.ts".count) + "_TEST.ts"
    guard names.contains(String(test)) else { return nil }
    self.train = (path as NSString).appendingPathComponent(train)
    self.test = (path as NSString).appendingPathComponent(String(test))
  }
}

extension Opened {
  /// The series of a `.ts` file, and of that of the official test split where there is one.
  static func timeSeries(
    train: String, test: String? = nil, name: String, like: Like?
  ) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    let parts = try ([train] + [test].compactMap { $0 }).map { path in
      try contents(path, &fingerprint).withUnsafeBytes {
        try TimeSeries($0, name: lastPart(path))
      }
    }
    let given = like.flatMap { $0.domain.shape.count == 2 ? $0.domain.shape[0] : nil }
    let length = given ?? parts.map(\.longest).max() ?? 1
    try require(
      (1...1 << 24).contains(length), "\(name) cannot be brought to \(length) steps")
    var readings = try parts.map { part in
      try require(
        part.channels == parts[0].channels,
        "\(part.name) has \(part.channels) channels and \(parts[0].name) \(parts[0].channels)")
      return try part.reading(length: length, notes: &notes)
    }
    if parts.count > 1 { readings[1] = readings[1].withClasses(readings[0].classes) }
    return Opened(
      name: name, train: readings[0], test: readings.count > 1 ? readings[1] : nil,
      fingerprint: fingerprint.hex(), notes: notes)
  }

  /// The official splits in a folder of two `.ts` files.
  static func timeSeriesFolder(_ path: String, name: String, like: Like?) throws -> Opened {
    guard let folder = TimeSeriesFolder(path) else {
      throw UserError("\(path) does not hold a pair of files NAME_TRAIN.ts and NAME_TEST.ts")
    }
    return try timeSeries(train: folder.train, test: folder.test, name: name, like: like)
  }
}

extension TimeSeries {
  fileprivate func reading(length: Int, notes: inout [String]) throws -> Reading {
    guard let size = product([length, channels, 4]) else {
      throw UserError("\(name) is too large")
    }
    try requireMemory(size, for: name)
    let store = RaggedStore(values: values, starts: starts, shape: [length, channels])
    let short = (0..<count).count { store.steps($0) < length }
    let long = (0..<count).count { store.steps($0) > length }
    if short > 0 {
      notes.append(
        "\(short) series of \(name) shorter than \(length) steps: their last values are held")
    }
    if long > 0 { notes.append("\(long) series of \(name) cut to \(length) steps") }
    if missing > 0 {
      notes.append("\(counted(missing, "missing value")) of \(name) replaced by the one before")
    }
    var reading = Reading(store, support: .real)
    reading.standardise = true
    reading.columns = (1...channels).map { "c\($0)" }
    if missing > 0 || short > 0 { reading.observed = observed(store) }
    if head.hasClasses {
      reading.labels = labels
      reading.classes = classes
    }
    return reading
  }
  /// 1 for each number of the store that the file holds; 0 for missing values and beyond the end of a series.
  private func observed(_ store: RaggedStore) -> [UInt8] {
    let missing = Set(gaps)
    var observed: [UInt8] = []
    observed.reserveCapacity(count * store.width)
    for row in 0..<count {
      let steps = store.steps(row)
      for t in 0..<store.shape[0] {
        for channel in 0..<channels {
          let isThere = t < steps && !missing.contains(starts[row] + channel * steps + t)
          observed.append(isThere ? 1 : 0)
        }
      }
    }
    return observed
  }
}
