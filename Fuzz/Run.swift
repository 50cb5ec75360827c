import Datasets
import Files
import Foundation
import Torch

/// One reader under mutated inputs.
final class Run {
  private let target: Target
  private var random: SplitMix
  private let corpus: [[UInt8]]
  private let place: String
  /// More than any honest reader needs for inputs of this size.
  private let memoryLimit = 2 << 30

  init(_ target: Target, _ seed: Seed) throws {
    self.target = target
    random = SplitMix(seed.child(target.name))
    corpus = try target.seeds() + Self.files(target)
    let folder = NSTemporaryDirectory() + "latent-fuzz-\(getpid())"
    try makeFolder(folder)
    place = "\(folder)/\(target.name).\(target.ending)"
  }

  /// The checked-in inputs for a reader: `Corpus/READER-*`.
  private static func files(_ target: Target) -> [[UInt8]] {
    let folder = (#filePath as NSString).deletingLastPathComponent + "/Corpus"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { $0.hasPrefix(target.name + "-") }.compactMap {
      FileManager.default.contents(atPath: "\(folder)/\($0)").map { Array($0) }
    }
  }

  /// Reads mutated inputs for some time.
  ///
  /// - Throws: ``UserError`` on the first error of another kind, or on too much memory.
  func go(for seconds: Double) throws {
    say("\(target.name): the input at hand is in \(place)")
    for input in corpus { try read(input) }
    let end = Date() + seconds
    var tried = corpus.count, opened = 0
    while Date() < end {
      let input = target.wrap(Mutation.mutated(corpus, target, &random), &random)
      if try read(input) { opened += 1 }
      tried += 1
      try require(
        peakMemory() < memoryLimit, "\(peakMemory() >> 20) MiB of memory taken; see \(place)")
    }
    say("\(target.name): \(tried) inputs, \(opened) of them opened, nothing found")
    unlink(place)
  }

  /// Whether the reader took the input; a sentence for the person is as good.
  @discardableResult private func read(_ input: [UInt8]) throws -> Bool {
    let descriptor = open(place, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    let written = input.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    try require(written == input.count, "cannot write \(place)")
    do {
      try target.read(place, input)
      return true
    } catch let error as UserError {
      try require(
        !error.description.isEmpty && !error.description.contains("\n"),
        "an error that is not one sentence: \(error); see \(place)")
      return false
    } catch {
      throw UserError("not a sentence for a person: \(error); see \(place)")
    }
  }

  private func peakMemory() -> Int {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, whose type differs between systems
    return usage.ru_maxrss * 1024
  }
}
