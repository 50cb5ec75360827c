import Datasets
import Evaluation
import Files
import KeptMaps
import Manual
import Neighbours
import Torch

/// `latent decode --place`: what lies at a place of a space's map, as a click on an empty place of the page asks it.
struct PlaceOnMap {
  private let open: OpenSpace

  init(_ open: OpenSpace) { self.open = open }

  /// The code there, `[1, k]`, between those of the examples about it.
  ///
  /// - Throws: `UsageError` for what is no place, `UserError` where the codes are not of `width` numbers, or what making
  ///   the map throws.
  func code(width: Int, _ console: Console) throws -> Tensor {
    let arguments = open.arguments
    let place = (arguments.list("place") ?? []).compactMap { Double($0) }
    guard place.count == 2, arguments.positional("CODES") == nil else {
      throw UsageError("latent decode: --place takes two numbers, X,Y, and no CODES beside it")
    }
    let examples = try open.examples()
    let line = console.progress("encode", total: examples.count, unit: "examples")
    var scores = Scores(examples, seed: Seed(0))
    scores.progress = { done, _ in line.update(done: done) }
    let codes = try scores.codes(try open.codec(to: "encode"))
    line.finish()
    try require(
      codes.rank == 2 && codes.size(1) == width,
      "codes of \(open.space.folder) have the shape \(codes.shape); its decoder takes [n, \(width)]"
    )
    let map = try self.map(of: codes, console)
    try require(
      map.places.size(0) == codes.size(0),
      "the map of \(open.space.folder) has \(map.places.size(0)) places for \(codes.size(0)) examples; make it anew: "
        + "latent map \(open.space.folder) --fresh")
    let shares = PlaceShares(atX: place[0], y: place[1], on: try map.places.values())
    let search = try NearestCodes(codes)
    return Tensor(shares.code(width: width) { search[$0] }, shape: [1, width])
  }

  private func map(of codes: Tensor, _ console: Console) throws -> PlaneMap {
    let isByNeighbours = open.arguments.string("map") == "neighbours"
    let line = console.progress("map", total: 100, unit: "%")
    defer { line.finish() }
    return try MapShelf(
      ofSpace: open.space.folder, split: open.arguments.string("split") ?? "test"
    ).map(
      isByNeighbours ? .neighbours(NeighbourEmbedding(), seed: open.arguments.seed) : .pca
    ) { progress in
      line.update(done: Int(progress.done * 100), label: progress.stage.rawValue)
      return true
    } codes: {
      codes
    }
  }
}
