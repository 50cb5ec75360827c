import Torch

/// Pixels of two views of each image, and how near the regions that they show lie in the image's tree.
struct GroupingPairs {
  /// Pixels of the first view of each image, then of the second, numbered row by row, int64 `[2 n, q]`.
  let pixels: Tensor
  /// From 0 to 1, of each pixel of the first view and each of the second, `[n, q, q]`.
  let nearness: Tensor

  /// `count` pixels of each view, drawn anew for each image.
  ///
  /// - Parameters:
  ///   - x: The images that the views are of, `[n, c, h, w]`.
  ///   - places: Row and column, as shares of the image, of each pixel of the first view and then of the second,
  ///     `[n, 2 h w, 2]`.
  ///   - nearness: How near two leaves of a tree are, from 0 to 1.
  init(
    _ x: Tensor, _ places: Tensor, count: Int, blur: Double, _ random: (String) -> RandomStream,
    nearness: (RegionTree) -> (_ leaf: Int, _ other: Int) -> Double
  ) {
    let (n, cells) = (x.size(0), x.size(2) * x.size(3))
    let first = random("first pixels").integers(0..<cells, [n, count])
    let second = random("second pixels").integers(0..<cells, [n, count])
    pixels = Tensor.concatenate([first, second])
    let contours = x.contourStrength(blur: blur)
    let shown = (
      x.pixels(at: places.picked(first)), x.pixels(at: places.picked(second + Double(cells)))
    )
    do {
      let relief = try contours.to(.float32).values()
      let (one, other) = (try shown.0.places(), try shown.1.places())
      var near: [Float] = []
      near.reserveCapacity(n * count * count)
      for image in 0..<n {
        let tree = RegionTree(
          relief[image * cells..<(image + 1) * cells], height: x.size(2), width: x.size(3))
        let likeness = nearness(tree)
        let leaves = other[image * count..<(image + 1) * count].map { tree.regions[$0] }
        for place in one[image * count..<(image + 1) * count] {
          for leaf in leaves { near.append(Float(likeness(tree.regions[place], leaf))) }
        }
      }
      self.nearness = Tensor(near, shape: [n, count, count]).to(x.device)
    } catch {
      // Tensors carry their errors to where a loss is read.
      self.nearness = Tensor(
        error: (error as? TensorError)
          ?? TensorError("nearness", shapes: [x.shape], reason: "\(error)"))
    }
  }
}

extension Tensor {
  /// The pixels of images `[n, c, h, w]` at rows and columns that are shares of height and width, `[n, q, 2]` to int64
  /// `[n, q]`; numbered row by row.
  fileprivate func pixels(at places: Tensor) -> Tensor {
    let (h, w) = (size(2), size(3))
    let row = (places.selected(2, 0) * Double(h)).floor().clamped(0, Double(h - 1))
    let column = (places.selected(2, 1) * Double(w)).floor().clamped(0, Double(w - 1))
    return (row * Double(w) + column).to(.int64)
  }
}

extension Tensor {
  /// −log of the share that a near vector has beside those that are not near, nats, `[n]`: of vectors of q pixels in
  /// two views of n images, `[n, q, m]` each.
  ///
  /// Each pixel of the other view counts as a positive as much as it is near, `[n, q, q]` from 0 to 1, and as a
  /// negative as much as it is not; pixels of other images are negatives. That is the mean over positives drawn in
  /// proportion to nearness and negatives drawn in proportion to its lack.
  func groupingContrast(with other: Tensor, nearness: Tensor, temperature: Double) -> Tensor {
    let (n, q) = (size(0), size(1))
    let a = reshaped(n * q, -1).ofUnitLength
    let b = other.reshaped(n * q, -1).ofUnitLength
    let own = Tensor.identity(n, type: dtype, device: device).reshaped(n, 1, n, 1)
    let near = (nearness.unsqueezed(2) * own).reshaped(n * q, n * q)
    let logits = a.matmul(b.transposed()) / temperature
    return
      (logits.shareLost(near, n) + logits.transposed().shareLost(near.transposed(), n)) * 0.5
  }

  /// The mean over the near columns of each row of −log of their share, `[n q, n q]` to `[n]`.
  private func shareLost(_ near: Tensor, _ n: Int) -> Tensor {
    let others = (self + (1 - near + 1e-6).log()).logSumExp(over: 1, keep: true)
    let lost = (others - self).softplus()
    let each = (lost * near).sum(over: 1) / (near.sum(over: 1) + 1e-6)
    return each.reshaped(n, -1).mean(over: 1)
  }
}
