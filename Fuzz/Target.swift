import Datasets
import Files
import Foundation
import HTTP
import Torch

/// A reader, inputs it reads well, and how a mutated payload becomes a file.
struct Target: Sendable {
  let name: String
  /// The file's ending, which chooses the reader.
  let ending: String
  let seeds: @Sendable () throws -> [[UInt8]]
  /// Packs a mutated payload, mostly, so that damage reaches what lies under a compression.
  var wrap: @Sendable ([UInt8], inout SplitMix) -> [UInt8] = { input, _ in input }
  var read: @Sendable (String, [UInt8]) throws -> Void = { path, _ in try openSource(path) }

  static let all = [
    Target(name: "idx", ending: "idx", seeds: { Samples.idx }),
    Target(
      name: "idx-gz", ending: "idx.gz", seeds: { Samples.idx },
      wrap: { input, random in Packing.damaged(Packing.gzip(input), &random) }),
    Target(name: "npy", ending: "npy", seeds: { Samples.npy }),
    Target(
      name: "npz", ending: "npz", seeds: { Samples.npy },
      wrap: { input, random in
        let names = ["x", "y", "x_train", "arr_0", "class_names"]
        let second = Samples.npy[Mutation.below(Samples.npy.count, &random)]
        let archive = Packing.zip(
          [
            (names[Mutation.below(3, &random)] + ".npy", input),
            (names[Mutation.below(names.count, &random)] + ".npy", second),
          ], deflated: random.next() & 1 == 0)
        return Packing.damaged(archive, &random)
      }),
    Target(name: "csv", ending: "csv", seeds: { Samples.csv }),
    Target(
      name: "csv-gz", ending: "csv.gz", seeds: { Samples.csv },
      wrap: { input, random in Packing.damaged(Packing.gzip(input), &random) }),
    Target(
      name: "csv-bz2", ending: "csv.bz2", seeds: { Samples.csv },
      wrap: { input, random in Packing.damaged(Packing.bzip2(input), &random) }),
    // The compressed bytes themselves: their checksums catch most damage, their headers not all.
    Target(name: "bz2", ending: "csv.bz2", seeds: { Samples.csv.map(Packing.bzip2) }),
    Target(
      name: "column", ending: "csv", seeds: { Samples.columns },
      read: { path, _ in
        for label in [nil, "kind", "none"] {
          try openSource(path) { ($0.textColumn, $0.labelColumn) = ("text", label) }
        }
      }),
    Target(name: "text", ending: "txt", seeds: { Samples.text }),
    Target(name: "png", ending: "png", seeds: { try Samples.png() }, read: decodePicture),
    Target(name: "jpeg", ending: "jpg", seeds: { [] }, read: decodePicture),
    Target(
      name: "zip", ending: "zip", seeds: { try Samples.png() },
      wrap: { input, random in
        let archive = Packing.zip(
          [("a/1.png", input), ("b/2.png", Samples.plainPNG)], deflated: random.next() & 1 == 0)
        return Packing.damaged(archive, &random)
      }),
    Target(
      name: "tar", ending: "tar", seeds: { Samples.tar },
      wrap: { input, random in
        random.next() & 7 == 0 ? input : Packing.withChecksums(ofTar: input)
      }),
    Target(
      name: "tar-gz", ending: "tar.gz", seeds: { Samples.tar },
      wrap: { input, random in
        Packing.damaged(Packing.gzip(Packing.withChecksums(ofTar: input)), &random)
      }),
    Target(name: "mat", ending: "mat", seeds: { Samples.mat }),
    Target(name: "wav", ending: "wav", seeds: { Samples.wav }),
    Target(name: "ts", ending: "ts", seeds: { Samples.ts }),
    Target(name: "h5ad", ending: "h5ad", seeds: { [] }),
    Target(
      name: "json", ending: "json", seeds: { Samples.json },
      read: { _, input in try readBody(input) }),
  ]

  /// Opens the file as a source without held-out splits and fetches some examples.
  static func openSource(
    _ path: String, _ change: (inout SourceOptions) -> Void = { _ in }
  ) throws {
    var options = SourceOptions()
    options.validation = 0
    options.test = 0
    change(&options)
    let source = try Source.open(path, options)
    _ = try source.train.batch(Array(0..<min(16, source.train.count))).x.checked()
    _ = try source.train.labels()
  }

  static func decodePicture(_ path: String, _ input: [UInt8]) throws {
    _ = try Image.decode(Data(input)).resized(height: 8, width: 8)
  }

  /// Reads a request's body; what was read of numbers is written, and must read as the same.
  static func readBody(_ input: [UInt8]) throws {
    let body = try input.withUnsafeBytes { try JSONBody(parsing: $0) }
    guard let array = body["inputs"]?.array ?? body.array else { return }
    var text = NumberText()
    text.append(array.values, shape: array.shape)
    let again = try text.bytes.withUnsafeBytes { try JSONBody(parsing: $0) }.array
    let same =
      again?.shape == array.shape
      && again?.values.map(\.bitPattern) == array.values.map(\.bitPattern)
    if !same { throw FuzzFinding.differs }
  }
}

/// What no reader may do.
enum FuzzFinding: Error { case differs }
