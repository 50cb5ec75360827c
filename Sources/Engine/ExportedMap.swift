import KeptMaps
import Manual
import Neighbours
import Torch

/// The map whose places an export has.
struct ExportedMap {
  private let request: MapRequest
  /// Where such maps are kept; nothing where the examples are not a whole split of the space's own data.
  private let shelf: MapShelf?

  /// The map that the flags of `latent export` ask for, of the codes of `rows`.
  init(of rows: ExportedRows, _ open: OpenSpace) {
    let arguments = open.arguments
    request =
      arguments.string("map") == "pca"
      ? .pca : .neighbours(NeighbourEmbedding(), seed: arguments.seed)
    let isWhole =
      rows.splits.count == 1 && !arguments.isGiven("limit") && arguments.positional("SOURCE") == nil
    shelf = isWhole ? try? MapShelf(ofSpace: open.space.folder, split: rows.splits[0]) : nil
  }

  /// A place for each of `codes`, `[n, 2]`.
  ///
  /// - Throws: `Stopped`, `UserError` for codes that are not finite, `TensorError`.
  func places(of codes: Tensor, _ console: Console) throws -> Tensor {
    if let kept = shelf?.kept(request), kept.count == codes.size(0), let map = PlaneMap(kept) {
      return map.places
    }
    let line = console.progress("map", total: 100, unit: "%")
    defer { line.finish() }
    do {
      let made = try request.map(codes) { progress in
        line.update(done: Int(progress.done * 100), label: progress.stage.rawValue)
        return !Interrupt.requested
      }
      // On a disk that cannot be written it is made anew each time.
      try? shelf?.keep(made)
      return made.places
    } catch is MapStopped { throw Export.stopped }
  }
}
