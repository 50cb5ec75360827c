import Files
import Foundation

/// WAV files as series of one length, decoded each time one is fetched.
struct SoundStore: Store {
  /// The most samples of a sound that are kept where nothing else is asked for.
  static let longest = 1 << 14

  let items: [MediaFolder.Item]
  let shape: [Int]
  var count: Int { items.count }
  var element: Element { .float32 }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let item = items[row]
    try item.place.withBytes {
      try WAV($0, name: item.name).copy(
        $0, channels: shape[1], name: item.name, to: out.bindMemory(to: Float.self))
    }
  }
}

/// What sounds of several files become: one shape, one rate.
struct SoundForm {
  let length: Int
  let channels: Int
  let rate: Int
}

extension MediaFolder {
  /// Looks at the heads of all sounds, and chooses the form of their examples.
  mutating func form(
    _ options: SourceOptions, like: Opened.Like?, notes: inout [String]
  ) throws -> SoundForm {
    let heads = survey { place, name in try place.withBytes { try WAV($0, name: name) } }
    try dropBroken(heads.map { $0.map { _ in } }, options.strict, &notes)
    let good = heads.compactMap { try? $0.get() }
    let rate = like?.preprocessing.rate ?? good[0].rate
    if let other = good.firstIndex(where: { $0.rate != rate }) {
      let wanted = like?.preprocessing.rate == nil ? "\(items[0].name)" : "this space"
      throw UserError(
        "\(items[other].name) has \(good[other].rate) samples a second and \(wanted) \(rate): "
          + "bring all to one rate")
    }
    let longest = good.map(\.frames).max() ?? 1
    let given = like.flatMap { $0.domain.shape.count == 2 ? $0.domain.shape : nil }
    try require(
      given == nil || (1...1 << 20).contains(given?[0] ?? 0),
      "this space takes examples of \(written(given ?? [])), which are no sounds")
    let form = SoundForm(
      length: given?[0] ?? options.length ?? min(longest, SoundStore.longest),
      channels: given.flatMap { (1...2).contains($0[1]) ? $0[1] : nil }
        ?? good.map(\.channels).max() ?? 1,
      rate: rate)
    let cut = good.count { $0.frames > form.length }
    let filled = good.count { $0.frames < form.length }
    if cut > 0 {
      notes.append(
        "\(counted(cut, "sound")) of \(name) cut to \(form.length) samples (the longest has "
          + "\(longest))")
    }
    if filled > 0 {
      notes.append(
        "\(counted(filled, "sound")) of \(name) filled up with silence to \(form.length) samples")
    }
    return form
  }

  /// Decodes all sounds once, several at a time: into memory up to `budget` bytes, else for a check.
  mutating func sounds(
    _ form: SoundForm, strict: Bool, notes: inout [String], budget: Int = 1 << 30
  ) throws -> Reading {
    let shape = [form.length, form.channels]
    let width = form.length * form.channels
    let fits = product([width, 4, items.count]).map { $0 <= budget } ?? false
    let decoded = survey { place, name in
      let one = SoundStore(items: [.init(name: name, place: place)], shape: shape)
      let samples = try [Float](unsafeUninitializedCapacity: width) { buffer, filled in
        try one.copy(
          0, to: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: width * 4))
        filled = width
      }
      return fits ? samples : []
    }
    try dropBroken(decoded.map { $0.map { _ in } }, strict, &notes)
    let store: any Store =
      fits
      ? ArrayStore(
        decoded.flatMap { (try? $0.get()) ?? [] }, count: items.count, shape: shape)
      : SoundStore(items: items, shape: shape)
    var reading = Reading(store, support: .real)
    reading.standardise = true
    reading.rate = form.rate
    return reading
  }
}

extension Opened {
  /// The sounds of a folder, with its sub-folders as classes.
  static func sounds(
    _ folder: MediaFolder, name: String, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    var folder = folder, notes: [String] = [], fingerprint = Fingerprint()
    let form = try folder.form(options, like: like, notes: &notes)
    var reading = try folder.sounds(form, strict: options.strict, notes: &notes)
    for item in folder.items {
      try item.place.withBytes { fingerprint.add($0, named: item.name) }
    }
    if let (labels, classes) = folder.labels() {
      (reading.labels, reading.classes) = (labels, classes)
    }
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }

  /// Recordings named `digit_speaker_take.wav`, of which takes 0 to 4 are the official test split.
  static func spokenDigits(
    _ path: String, name: String, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    var folder = try MediaFolder(folder: path), notes: [String] = [], fingerprint = Fingerprint()
    let form = try folder.form(options, like: like, notes: &notes)
    for item in folder.items {
      try item.place.withBytes { fingerprint.add($0, named: item.name) }
    }
    func part(_ isTest: Bool) throws -> Reading {
      var part = folder
      part.items = try folder.items.filter { try (take($0.name).number < 5) == isTest }
      try require(!part.items.isEmpty, "\(path) lacks takes \(isTest ? "0 to 4" : "from 5 on")")
      var reading = try part.sounds(form, strict: options.strict, notes: &notes)
      reading.labels = try part.items.map { try take($0.name).digit }
      reading.classes = (0...9).map(String.init)
      return reading
    }
    return Opened(
      name: name, train: try part(false), test: try part(true), fingerprint: fingerprint.hex(),
      notes: notes)
  }

  private static func take(_ name: String) throws -> (digit: Int, number: Int) {
    let parts = (lastPart(name) as NSString).deletingPathExtension.split(separator: "_")
    guard parts.count == 3, let digit = Int(parts[0]), (0...9).contains(digit),
      let number = Int(parts[2])
    else { throw UserError("\(name) is not named as digit_speaker_take.wav") }
    return (digit, number)
  }
}
