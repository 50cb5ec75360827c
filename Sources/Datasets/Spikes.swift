import Files
import Foundation

/// Times of spikes in a table, as counts in bins.
struct Spikes {
  /// Width of a bin in seconds.
  static let bin = 0.05
  /// The most bins that all trials may have together.
  private static let mostBins = 1 << 24

  /// Counts, `[bins, neurons]`, one trial after another.
  let counts: [Float]
  let neurons: [String]
  let trials: Int
  /// Bins of each trial.
  let bins: Int

  /// Counts the spikes of one recording in a table of recording, neuron, trial and time in seconds.
  init(_ text: UnsafeRawBufferPointer, recording: String, name: String) throws {
    var spikes: [(neuron: String, trial: Int, bin: Int)] = []
    try CSV.scan(text, delimiter: UInt8(ascii: ","), name: name) { line, cells in
      let words = cells.map { String(decoding: $0, as: UTF8.self) }
      if line == 1 {
        try require(
          words == ["recording", "neuron", "trial", "spike_time_s"],
          "\(name) does not hold recording, neuron, trial and spike_time_s")
      } else if words[0] == recording {
        guard let trial = Int(words[2]), let time = Double(words[3]),
          (0..<Double(Self.mostBins) * Self.bin).contains(time)
        else { throw UserError("\(name) line \(line) holds no trial and time in seconds") }
        spikes.append((words[1], trial, Int(time / Self.bin)))
      }
      return true
    }
    try require(!spikes.isEmpty, "\(name) holds no spikes of \(recording)")
    let neurons = Set(spikes.map(\.neuron)).sorted { ($0.count, $0) < ($1.count, $1) }
    let trials = Set(spikes.map(\.trial)).sorted()
    let bins = (spikes.map(\.bin).max() ?? 0) + 1
    guard let size = product([trials.count, bins, neurons.count]), size <= Self.mostBins else {
      throw UserError("\(name): the recording \(recording) is too long")
    }
    let columns = Dictionary(uniqueKeysWithValues: neurons.enumerated().map { ($1, $0) })
    let rows = Dictionary(uniqueKeysWithValues: trials.enumerated().map { ($1, $0 * bins) })
    var counts = [Float](repeating: 0, count: size)
    for spike in spikes {
      guard let column = columns[spike.neuron], let row = rows[spike.trial] else { continue }
      counts[(row + spike.bin) * neurons.count + column] += 1
    }
    self.counts = counts
    self.neurons = neurons
    self.trials = trials.count
    self.bins = bins
  }
}

/// Windows of several trials, none of which runs from one trial into the next.
struct TrialStore: Store {
  let base: ArrayStore
  let trials: Int
  let windows: Int
  /// Rows from the start of one trial to that of the next.
  let bins: Int
  var count: Int { trials * windows }
  var shape: [Int] { base.shape }
  var element: Element { base.element }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    try base.copy(row / windows * bins + row % windows, to: out)
  }
}

extension Opened {
  /// Windows of spike counts of one recording, with a column for each neuron.
  static func spikes(
    _ path: String, recording: String, name: String, window: Int
  ) throws -> Opened {
    var fingerprint = Fingerprint()
    let spikes = try contents(path, &fingerprint).withUnsafeBytes {
      try Spikes($0, recording: recording, name: lastPart(path))
    }
    try require(
      window > 0 && window <= spikes.bins,
      "\(name) has \(spikes.bins) bins in a trial: too few for a window of \(window)")
    fingerprint.add("\(recording) \(Spikes.bin)")
    let width = spikes.neurons.count
    var rows = ArrayStore(
      spikes.counts, count: spikes.trials * spikes.bins - window + 1, shape: [window, width])
    rows.stride = width * 4
    let store = TrialStore(
      base: rows, trials: spikes.trials, windows: spikes.bins - window + 1, bins: spikes.bins)
    var reading = Reading(store, support: .real)
    reading.standardise = true
    reading.window = window
    reading.columns = spikes.neurons.map { "neuron \($0)" }
    let trials = counted(spikes.trials, "trial")
    return Opened(
      name: name, train: reading, fingerprint: fingerprint.hex(),
      notes: ["spikes counted in bins of 50 ms, \(spikes.bins) to each of \(trials)"])
  }
}
