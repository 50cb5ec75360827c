import Networks
import Torch

extension Views {
  /// Two views of each example, one after the other, `[n]` + shape to `[2 n]` + shape, and where their patches lie.
  ///
  /// Places are the row and column of the middle of a patch in the image itself, as shares of its height and width, the
  /// first view's patches before the second's, `[n, 2 p, 2]`. What is no image stays where it is.
  func placed(
    _ x: Tensor, side: Int, _ random: (String) -> RandomStream
  ) -> (views: Tensor, places: Tensor) {
    guard x.rank == 4 else {
      let p = PatchGrid.fitting(Array(x.shape.dropFirst()), side: side).count
      let row = Tensor.linspace(0, 1, count: p, device: x.device).tiled(2).unsqueezed(1)
      return (two(x, random), row.unsqueezed(0).expanded([x.size(0), 2 * p, 2]))
    }
    let draws = ["first view", "second view"].map {
      random($0).uniform([x.size(0), ImageChanges.draws])
    }
    return (
      Tensor.concatenate(draws.map { x.changed(by: changes, draws: $0) }),
      Tensor.concatenate(draws.map { places(of: x, side: side, draws: $0) }, along: 1)
    )
  }

  /// Where the patches of the views of images that `draws` make lie, `[n, p, 2]`.
  private func places(of x: Tensor, side: Int, draws: Tensor) -> Tensor {
    // What crops and mirrors an image does the same to a picture of its pixels' places, by the same draws.
    var moves = ImageChanges()
    (moves.crop, moves.flipped) = (changes.crop, flipped)
    let (n, h, w) = (x.size(0), x.size(2), x.size(3))
    let map = Tensor.stack([
      middles(h, x.device).unsqueezed(1).expanded([h, w]),
      middles(w, x.device).unsqueezed(0).expanded([h, w]), .ones([h, w], device: x.device),
    ]).unsqueezed(0).expanded([n, 3, h, w])
    let grid = PatchGrid([3, h, w], side: side)
    let sums = grid.patches(map.changed(by: moves, draws: draws))
      .reshaped(n, grid.count, 3, -1).sum(over: 3)
    // The ones count the pixels of a patch that are no padding.
    return sums.sliced(2, 0, 2) / sums.sliced(2, 2, 3)
  }

  private func middles(_ pixels: Int, _ device: Device) -> Tensor {
    (Tensor.range(0, Double(pixels), type: .float32, device: device) + 0.5) / Double(pixels)
  }
}
