import Foundation
import Networks
import Torch

/// How strongly brightness rises in each of nine directions, opposite ones taken as one, over each patch.
///
/// - Source: Dalal & Triggs, *Histograms of oriented gradients for human detection*, CVPR 2005; as targets of masked
///   patches, Wei et al., *Masked feature prediction for self-supervised visual pre-training*, CVPR 2022.
enum OrientedGradients {
  /// Numbers of a patch.
  static let directions = 9

  /// Histograms of images `[n, c, h, w]`, the channels' taken together, each of length 1: `[n, p, 9]`.
  static func histograms(_ x: Tensor, _ grid: PatchGrid) -> Tensor {
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
