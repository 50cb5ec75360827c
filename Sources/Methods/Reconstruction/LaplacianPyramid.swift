import Torch

/// Pictures split into bands of detail: what a blur takes away at each size, and the small picture that is left.
///
/// - Source: Burt & Adelson, *The Laplacian pyramid as a compact image code*, 1983, its 5-point kernel; the bands are
///   differences to the blurred picture of the same size, and sizes halve by averaging.
struct LaplacianPyramid {
  /// Most bands besides the small picture; there are fewer where a side would go below 4.
  var levels = 3

  /// The bands of pictures `[n, c, h, w]`, the finest first; the last is the small picture.
  func bands(_ x: Tensor) -> [Tensor] {
    var (bands, current) = ([Tensor](), x)
    while bands.count < levels, min(current.size(2), current.size(3)) >= 8 {
      let blurred = blurred(current)
      bands.append(current - blurred)
      current = blurred.averagePooled(2)
    }
    return bands + [current]
  }

  /// Σ over bands of 4^level · |difference|, per number of the finest band, `[n]`: the mean absolute differences of the
  /// bands, summed.
  func distance(_ x: Tensor, _ y: Tensor) -> Tensor {
    // The pyramid is linear.
    bands(x - y).map { $0.abs().flattened(from: 1).mean(over: 1) }.reduce(
      Tensor.zeros([x.size(0)], device: x.device), +)
  }

  private func blurred(_ x: Tensor) -> Tensor {
    let (n, c, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3))
    let row = Tensor([1, 4, 6, 4, 1].map { Float($0) / 16 }, shape: [5]).to(x.device)
    let kernel = row.outer(row).reshaped(1, 1, 5, 5)
    return x.reshaped(n * c, 1, h, w).padded([2, 2, 2, 2], by: .replicate)
      .convolution(kernel, nil, .init()).reshaped(n, c, h, w)
  }
}
