import Foundation
import Networks
import Torch

/// What reads the patches that are shown and fills in vectors, or numbers, of the others.
struct MaskedStudent: Module {
  let reader: PatchFeatures
  let bridge: Linear
  let mask: Parameter
  let positions: Parameter
  let trunk: TransformerTrunk
  /// To a teacher's vectors.
  let vectors: Linear
  /// To the numbers of a patch, where a stage predicts them.
  let numbers: Linear?
  /// From features to classes, where a stage is told them.
  let classes: Linear?

  /// - Parameters:
  ///   - width: Of the transformer that fills in, of `depth` blocks.
  ///   - targets: Width of a teacher's vectors.
  ///   - count: Numbers of a patch that are filled in; nothing where none ever are.
  ///   - classes: Classes that are told; nothing where none ever are.
  init(
    _ reader: PatchFeatures, width: Int, depth: Int, targets: Int, numbers count: Int?,
    classes: Int?, _ random: RandomStream
  ) {
    self.reader = reader
    bridge = Linear(reader.width, width, random)
    mask = Parameter(random.normal([width]) * 0.02)
    positions = Parameter(
      random.normal([reader.patches.count, width]) * (1 / Double(width).squareRoot()))
    trunk = TransformerTrunk(
      .init(width: width, blocks: depth, heads: BackboneSettings.heads(width)), random)
    vectors = Linear(width, targets, random)
    numbers = count.map { Linear(width, $0, random) }
    self.classes = classes.map { Linear(reader.width, $0, random) }
  }

  /// What is filled in at the last places of `order`, `[n, p]`, of which the share `masked` is not shown: `[n, q, targets]`,
  /// or numbers, with those places, `[n, q]`.
  func callAsFunction(
    _ x: Tensor, _ order: Tensor, masked: Double, asNumbers: Bool
  ) -> (found: Tensor, lost: Tensor) {
    let (n, p, width) = (x.size(0), order.size(1), mask.tensor.size(0))
    let shown = min(p - 1, max(1, Int((Double(p) * (1 - masked)).rounded())))
    let (kept, lost) = (order.sliced(1, 0, shown), order.sliced(1, shown, p))
    let read = reader.trunk(reader.embedded(x).picked(kept))  // [n, shown, width]
    let blank = mask.tensor.expanded([n, p, width])
    let filled = blank.scatter(1, kept.spread(over: width), bridge(read))
    let tokens = trunk(filled + positions.tensor).picked(lost)
    return ((asNumbers ? numbers ?? vectors : vectors)(tokens), lost)
  }
}

/// How strongly brightness rises in each of nine directions, opposite ones taken as one, over each patch.
///
/// - Source: Dalal & Triggs, *Histograms of oriented gradients for human detection*, CVPR 2005; as targets of masked
///   patches, Wei et al., *Masked feature prediction for self-supervised visual pre-training*, CVPR 2022.
enum GradientHistograms {
  /// Numbers of a patch.
  static let directions = 9

  /// Histograms of images `[n, c, h, w]`, the channels' taken together, each of length 1: `[n, p, 9]`.
  static func of(_ x: Tensor, _ grid: PatchGrid) -> Tensor {
    let (h, w) = (x.size(2), x.size(3))
    let wide = x.padded([1, 1, 1, 1], by: .replicate)
    let (rows, columns) = (wide.sliced(2, 1, h + 1), wide.sliced(3, 1, w + 1))
    let across = rows.sliced(3, 2, w + 2) - rows.sliced(3, 0, w)
    let down = columns.sliced(2, 2, h + 2) - columns.sliced(2, 0, h)
    let strength = (across.squared() + down.squared()).squareRoot()
    let turn = (down.atan2(across) / .pi).remainder(1)  // of half a turn
    let place = (turn * Double(directions)).floor().clamped(atMost: Double(directions - 1))
    let sums = (0..<directions).map { direction in
      let mine = (place .== Double(direction)).to(strength.dtype) * strength
      return grid.patches(mine).sum(over: 2)  // [n, p]
    }
    let all = Tensor.stack(sums, along: 2)
    return all / (all.squared().sum(over: 2, keep: true) + 1e-6).squareRoot()
  }
}

extension Tensor {
  /// Of gaps: half their square over `limit` below that, and from there on the gap itself less half of `limit`.
  ///
  /// - Source: Girshick, *Fast R-CNN*, ICCV 2015, eq. 3, with a limit.
  func smoothed(below limit: Double) -> Tensor {
    let size = abs()
    return (size .< limit).choose(squared() * (0.5 / limit), size - limit / 2)
  }
}
