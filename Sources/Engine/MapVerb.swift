import Datasets
import Evaluation
import Files
import Foundation
import KeptMaps
import Learning
import Manual
import Mapping
import Neighbours
import Reporting
import Torch

/// `latent map`: codes in the plane, kept for the next time.
struct MapVerb {
  let arguments: Arguments
  let console: Console
  /// A space's folder, or a file.
  let input: String
  let isSpace: Bool

  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard let input = arguments.positional("SPACE") else {
      throw UsageError("latent map: which SPACE or file of codes?")
    }
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: input, isDirectory: &isFolder)
    try require(isThere, "there is no space or file \(input)")
    try MapVerb(arguments: arguments, console: console, input: input, isSpace: isFolder.boolValue)
      .run()
  }

  private func run() throws {
    let out = arguments.string("out") ?? "map.npy"
    guard out.hasSuffix(".npy") else {
      throw UsageError("latent map: --out \(out): must end in .npy")
    }
    let picture = arguments.string("picture")
    if let picture, !["svg", "html"].contains((picture as NSString).pathExtension) {
      throw UsageError("latent map: --picture \(picture): must end in .svg or .html")
    }
    guard isSpace || !arguments.isGiven("split") else {
      throw UsageError("latent map: --split takes a part of a space's data, and \(input) is a file")
    }
    let shelf =
      try isSpace
      ? MapShelf(ofSpace: input, split: arguments.string("split") ?? "test")
      : MapShelf(ofFile: input)
    let kept = arguments.flag("fresh") ? nil : shelf.kept(request).flatMap { PlaneMap($0) }
    var codes = Codes(self)
    var map = try kept ?? made(try codes.all())
    if kept == nil { try shelf.keep(map) }
    if arguments.flag("trustworthiness"), map.facts.trustworthiness[MapAccount.judged] == nil {
      map.facts.trustworthiness[MapAccount.judged] = try trustworthiness(of: map, try codes.all())
      try shelf.keep(map)
    }
    try NPY.write(map.places, to: out)
    if let picture { try draw(map, to: picture) }
    let account = MapAccount(
      map.facts, count: map.places.size(0), isKept: kept != nil, out: out, picture: picture)
    try console.result(account.json, text: account.text)
  }

  private var request: MapRequest { MapRequest(arguments) }

  /// A map of the codes, with an account of its progress.
  private func made(_ codes: Tensor) throws -> PlaneMap {
    let line = console.progress("map", total: codes.size(0), unit: "points")
    let parts = Double(codes.size(0))
    do {
      let map = try request.map(codes) { progress in
        line.update(done: Int(progress.done * parts), label: progress.stage.rawValue)
        return !Interrupt.requested
      }
      // Principal directions say nothing on their way.
      line.update(done: codes.size(0))
      line.finish()
      return map
    } catch let error as UserError {
      throw UserError("\(input): \(error.description)")
    } catch is MapStopped {
      throw Stopped(sentence: "latent: stopped; no map was written")
    }
  }

  private func trustworthiness(of map: PlaneMap, _ codes: Tensor) throws -> Double {
    let line = console.progress("trustworthiness", total: 100, unit: "%")
    defer { line.finish() }
    do {
      let found = try NeighbourPreservation.measure(
        codes, on: map.places, neighbours: [MapAccount.judged], seed: Seed(0)
      ) { done in
        line.update(done: Int(done * 100))
        return !Interrupt.requested
      }
      return found.first?.trustworthiness.value ?? .nan
    } catch is MapStopped {
      throw Stopped(sentence: "latent: stopped before the trustworthiness was measured")
    }
  }

  private func draw(_ map: PlaneMap, to path: String) throws {
    var points = Points(
      x: try map.places[.all, 0].values(as: Double.self),
      y: try map.places[.all, 1].values(as: Double.self))
    if isSpace {
      let open = try OpenSpace(arguments)
      points.classes = try open.examples().labels() ?? []
      points.names = open.domain.classes
    }
    let name = (input as NSString).lastPathComponent
    let by = map.facts.request.kind == .pca ? "directions of most variance" : "neighbours"
    let svg = try Chart("\(name) by \(by)", .points(points)).svg(width: 900, height: 720)
    let isPage = path.hasSuffix(".html")
    let page = """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark"><title>Map</title>
      <style>body{margin:0}svg{display:block;width:100%;height:100vh}</style></head>
      <body>
      \(svg)</body>
      </html>

      """
    try AtomicFile.write(Data((isPage ? page : svg).utf8), to: path)
  }
}

extension MapVerb {
  /// The codes, read or computed once and only where they are needed.
  private struct Codes {
    private let verb: MapVerb
    private var known: Tensor?

    init(_ verb: MapVerb) { self.verb = verb }

    /// `[n, d]`.
    mutating func all() throws -> Tensor {
      if let known { return known }
      let codes = try verb.isSpace ? verb.codesOfSpace() : verb.codesOfFile()
      known = codes
      return codes
    }
  }

  private func codesOfFile() throws -> Tensor {
    let codes = try NPY.read(input)
    try require(codes.rank > 0, "\(input) holds a single number; rows of numbers are wanted")
    // What has more axes than rows and columns counts row by row, as pictures do.
    return codes.rank == 2
      ? codes : codes.reshaped(codes.size(0), codes.count / max(1, codes.size(0)))
  }

  private func codesOfSpace() throws -> Tensor {
    let open = try OpenSpace(arguments)
    let codec = try open.codec(to: "encode")
    let examples = try open.examples()
    let line = console.progress("encode", total: examples.count, unit: "examples")
    var scores = Scores(examples, seed: Seed(0))
    scores.progress = { done, _ in line.update(done: done) }
    let codes = try scores.codes(codec)
    line.finish()
    return codes.flattened(from: 1)
  }
}
