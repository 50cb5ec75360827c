import Files
import Foundation
import Synchronization

/// The four files of MNIST and of those that took its form.
struct IDXFolder {
  let trainImages: String
  let trainLabels: String
  let testImages: String
  let testLabels: String

  /// The files in the folder at `path`, plain or gzip, where all four are there.
  init?(_ path: String) {
    func find(_ name: String) -> String? {
      [name, name + ".gz"].map { (path as NSString).appendingPathComponent($0) }
        .first { FileManager.default.fileExists(atPath: $0) }
    }
    guard let a = find("train-images-idx3-ubyte"), let b = find("train-labels-idx1-ubyte"),
      let c = find("t10k-images-idx3-ubyte"), let d = find("t10k-labels-idx1-ubyte")
    else { return nil }
    (trainImages, trainLabels, testImages, testLabels) = (a, b, c, d)
  }
}

extension Opened {
  /// The official training and test splits in a folder with the files of MNIST.
  static func idxFolder(_ path: String, name: String, classes names: [String]? = nil) throws
    -> Opened
  {
    guard let folder = IDXFolder(path) else {
      throw UserError("\(path) does not hold the four files of \(name)")
    }
    let files = try [
      folder.trainImages, folder.testImages, folder.trainLabels, folder.testLabels,
    ].map { try MappedFile($0) }
    // Hashing takes as long as decompressing, so both go at once.
    let arrays = Mutex([Result<IDX.Array, any Error>?](repeating: nil, count: 4))
    let hash = Mutex("")
    DispatchQueue.concurrentPerform(iterations: 2) { task in
      if task == 0 {
        var fingerprint = Fingerprint()
        for file in files { fingerprint.add(file.bytes, named: lastPart(file.path)) }
        hash.withLock { $0 = fingerprint.hex() }
      } else {
        for (i, file) in files.enumerated() {
          let array = Result { try IDX.read(file) }
          arrays.withLock { $0[i] = array }
        }
      }
    }
    let read = try arrays.withLock { $0 }.compactMap { try $0?.get() }
    var notes: [String] = []
    func part(_ i: Int) throws -> (Reading, [Int]) {
      let name = lastPart(files[i].path)
      let reading = try Reading(NPY.Array(read[i]), name: name, notes: &notes)
      return (
        reading, try IDX.labels(read[i + 2], count: reading.count, lastPart(files[i + 2].path))
      )
    }
    var (train, trainLabels) = try part(0)
    var (test, testLabels) = try part(1)
    try Reading.reconcile(&train, &test, path)
    guard let found = Datasets.classes(of: [trainLabels, testLabels]) else {
      throw UserError(
        "\(lastPart(folder.trainLabels)) holds more than \(Table.mostClasses) classes")
    }
    train.labels = found.labels[0]
    test.labels = found.labels[1]
    train.classes = names?.count == found.names.count ? names ?? [] : found.names
    test.classes = train.classes
    return Opened(
      name: name, train: train, test: test, fingerprint: hash.withLock { $0 }, notes: notes)
  }

  static let clothes = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
  ]

  static func fashion() throws -> Opened {
    guard let folder = Places.fashion else {
      throw UserError(
        "fashion-mnist is not on this machine: `make setup` gets it, or put its four files into the "
          + "folder fashion-mnist of the one that LATENT_HOME names")
    }
    return try idxFolder(folder, name: "fashion-mnist", classes: clothes)
  }

  /// The 1,797 pictures of scikit-learn: 64 levels from 0 to 16 and the digit in each row.
  static func digits() throws -> Opened {
    guard let path = Places.digits else {
      throw UserError(
        "digits is not on this machine: `make setup` gets it, or put scikit-learn's "
          + "digits.csv.gz into the folder that LATENT_HOME names")
    }
    var fingerprint = Fingerprint()
    var pixels: [UInt8] = [], labels: [Int] = []
    try contents(path, &fingerprint).withUnsafeBytes { text in
      try CSV.scan(text, delimiter: UInt8(ascii: ","), name: lastPart(path)) { line, cells in
        let numbers = cells.compactMap { Table.number($0).flatMap { UInt8(exactly: $0) } }
        try require(
          numbers.count == 65 && numbers.dropLast().allSatisfy { $0 <= 16 } && numbers[64] <= 9,
          "\(lastPart(path)) line \(line) is not 64 levels of 0 to 16 and a digit")
        pixels += numbers.dropLast()
        labels.append(Int(numbers[64]))
        return true
      }
    }
    try require(!labels.isEmpty, "\(lastPart(path)) holds no rows")
    let store = ArrayStore(
      .owned(pixels), count: labels.count, shape: [1, 8, 8], element: .uint8)
    var reading = Reading(store, support: .unit)
    reading.divisor = 16
    reading.labels = labels
    reading.classes = (0...9).map(String.init)
    return Opened(name: "digits", train: reading, fingerprint: fingerprint.hex())
  }
}

/// Where files of known sources may lie.
enum Places {
  private static var home: String? { environment("LATENT_HOME") }

  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  static var fashion: String? {
    (["/usr/share/datasets/fashion-mnist"] + places(of: "fashion-mnist"))
      .first { IDXFolder($0) != nil }
  }

  static var digits: String? {
    places(of: "digits.csv.gz").first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Upwards from the program and the current folder for `make setup`'s place, then where
  /// `make install` puts it, then the person's own folder.
  private static func places(of name: String) -> [String] {
    let program = Bundle.main.executablePath.map {
      (URL(fileURLWithPath: $0).resolvingSymlinksInPath().path as NSString)
        .deletingLastPathComponent
    }
    let starts = [program, FileManager.default.currentDirectoryPath].compactMap { $0 }
    let inTrees = starts.flatMap { above($0) }.map { "\($0)/.venv/share/latent/\(name)" }
    let installed = program.map { "\($0)/../share/latent/\(name)" }
    let own = home.map { "\($0)/\(name)" }
    return inTrees + [installed, own].compactMap { $0 }
  }

  private static func above(_ path: String) -> [String] {
    var folders = [path], folder = path as NSString
    while folder.length > 1 {
      folder = folder.deletingLastPathComponent as NSString
      folders.append(folder as String)
    }
    return folders
  }
}
