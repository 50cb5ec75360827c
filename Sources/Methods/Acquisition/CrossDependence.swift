import Torch

/// How strongly the predicted classes of points of a pool depend on each other over the draws of a posterior: the
/// Hilbert–Schmidt independence criterion with the kernel "the same class".
///
/// Classes are drawn from every draw's probabilities, as one-hot rows. Any kernel of a distance takes two
/// values on these, and the criterion of two such kernels is this one times a constant.
///
/// - Source: Gretton et al., *Measuring Statistical Dependence with Hilbert–Schmidt Norms*, ALT 2005, the biased
///   estimate of eq. 9: with this kernel it is the squared norm of the classes' covariances.
struct CrossDependence {
  /// One-hot classes less their means, `[draws, points, classes]`.
  let centred: Tensor

  var draws: Int { centred.size(0) }
  var points: Int { centred.size(1) }

  /// - Parameter probabilities: `[draws, points, classes]`.
  init(_ probabilities: Tensor, _ random: RandomStream) {
    let classes = probabilities.size(2)
    let drawn = random.categorical(probabilities.reshaped(-1, classes).to(.float32))
    self.init(
      classes: drawn.reshaped(probabilities.size(0), probabilities.size(1)), of: classes)
  }

  /// - Parameter drawn: a class of every point in every draw, int64 `[draws, points]`.
  init(classes drawn: Tensor, of classes: Int) {
    let hot = drawn.oneHot(classes).to(.float32)
    centred = hot - hot.mean(over: 0, keep: true)
  }

  /// The criterion between each of `others` and each point of the pool, `[others, points]`.
  func between(_ others: [Int]) -> Tensor {
    let some = centred.indexSelect(1, Tensor(others))
    let classes = centred.size(2)
    let flat = some.reshaped(draws, others.count * classes).transposed()
    // A slice of the pool at a time keeps the covariances in the cache.
    let parts = stride(from: 0, to: points, by: 256).map { start in
      let slice = centred.sliced(1, start, min(start + 256, points))
      let width = slice.size(1)
      let covariances = flat.matmul(slice.reshaped(draws, width * classes)) * (1 / Double(draws))
      return covariances.reshaped(others.count, classes, width, classes).squared()
        .sum(over: 1, 3)
    }
    return Tensor.concatenate(parts, along: 1)
  }

  /// The criterion of each point of the pool with `others` at once, whose kernels are averaged, `[points]`.
  func with(averageOf others: [Int]) -> Tensor {
    let some = centred.indexSelect(1, Tensor(others))
    let flat = some.reshaped(draws, others.count * centred.size(2))
    let kernel = flat.matmul(flat.transposed()) * (1 / Double(others.count))  // [draws, draws]
    let seen = kernel.matmul(centred.reshaped(draws, points * centred.size(2)))
    let inner = seen.reshaped(draws, points, centred.size(2)) * centred
    return inner.sum(over: 0, 2) * (1 / Double(draws * draws))
  }
}
