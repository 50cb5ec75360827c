import Networks
import Torch

/// Patches that do not touch: an image is enlarged so that a patch has room in its cell, and lies anywhere in it.
///
/// - Source: Wei, Gupta & Morgado, *Towards latent masked image modeling for self-supervised visual representation
///   learning*, ECCV 2024, arXiv:2407.15837, on the correlation of neighbouring patches.
struct GappedPatches: Sendable {
  private let grid: PatchGrid
  /// Channels, height and width of an image.
  private let image: [Int]
  /// Height and width of a patch.
  private let patch: [Int]
  private let gap: Int

  /// Patches of examples of shape `shape`, `side` pixels high and wide and at most twice `gap` pixels apart; none are left
  /// between those of what is no image.
  init(_ shape: [Int], side: Int, gap: Int) {
    grid = .fitting(shape, side: side)
    self.gap = shape.count == 3 ? gap : 0
    image = shape.count == 3 ? shape : [1, 1, shape.reduce(1, *)]
    patch = image.dropFirst().map { min(side, $0) }
  }

  /// Examples as patches, row by row, `[n]` + shape to `[n, p, numbers]`.
  func callAsFunction(_ x: Tensor, _ random: RandomStream) -> Tensor {
    guard gap > 0, x.rank == 4 else { return grid.patches(x) }
    let (n, cell) = (x.size(0), patch.map { $0 + gap })
    let missing = (0..<2).map { grid.size[$0] * patch[$0] - image[$0 + 1] }
    let whole = missing == [0, 0] ? x : x.padded([0, missing[1], 0, missing[0]])
    let large = whole.interpolated(to: (0..<2).map { grid.size[$0] * cell[$0] }, by: .linear)
    let cells = large.reshaped(n, image[0], grid.size[0], cell[0], grid.size[1], cell[1])
      .permuted(0, 2, 4, 1, 3, 5).reshaped(n, grid.count, image[0], cell[0], cell[1])
    let rows = starts(n, random.child("rows")) + steps(patch[0], x.device).reshaped(1, 1, 1, -1, 1)
    let columns =
      starts(n, random.child("columns")) + steps(patch[1], x.device).reshaped(1, 1, 1, 1, -1)
    return
      cells.gather(3, rows.expanded([n, grid.count, image[0], patch[0], cell[1]]))
      .gather(4, columns.expanded([n, grid.count, image[0], patch[0], patch[1]]))
      .reshaped(n, grid.count, grid.numbers)
  }

  /// Where each patch begins in its cell, `[n, p, 1, 1, 1]`.
  private func starts(_ n: Int, _ random: RandomStream) -> Tensor {
    random.integers(0..<gap + 1, [n, grid.count, 1, 1, 1])
  }

  private func steps(_ count: Int, _ device: Device) -> Tensor {
    Tensor.range(0, Double(count), type: .int64, device: device)
  }
}
