import Learning
import Probability
import Torch

/// Other ways to a few directions of inputs.
enum IndexRivals {
  /// The leading principal components of standardised inputs, `[p, k]`.
  static func principal(_ x: Tensor, count k: Int) -> Tensor {
    let vectors = Correlations.matrix(x).symmetricEigen().vectors
    let p = x.size(1)
    return vectors.sliced(1, p - k, p).qr().q
  }

  /// The directions of the reduced-rank regression of `y` on `x`: those whose fitted responses have the
  /// leading principal components of the fit by least squares.
  static func reducedRank(_ x: Tensor, _ y: Tensor, count k: Int) -> Tensor {
    let slopes = Correlations.matrix(x).solve(x.transposed().matmul(y))  // [p, q]
    let fitted = x.matmul(slopes)
    let q = y.size(1)
    let leading = fitted.transposed().matmul(fitted).symmetricEigen().vectors
      .sliced(1, q - k, q)
    return slopes.matmul(leading).qr().q
  }
}

/// A linear map to a few units and a hidden layer of 32 from there to the targets, trained by Adam: a small
/// autoencoder where the targets are the inputs.
struct LinearBottleneck {
  var units = 2
  var rate = 0.003
  var steps = 2000
  let hidden = 32
  let batch = 100

  /// Fits it to the rows but each fifth.
  ///
  /// - Returns: The directions that the first map spans, `[p, k]`, and the mean squared error on the rows left out.
  /// - Throws: `TensorError`.
  func fit(_ x: Tensor, _ y: Tensor, _ seed: Seed) throws -> (directions: Tensor, error: Double) {
    let rows = 0..<Int64(x.size(0))
    let all = PairedRows(x: x.to(.float32), y: y.to(.float32))
    let held = all.rows(Tensor(rows.filter { $0 % 5 == 0 }))
    let kept = all.rows(Tensor(rows.filter { $0 % 5 != 0 }))
    let random = RandomStream(seed)
    let (p, q) = (x.size(1), y.size(1))
    let weights = [
      random.normal([p, units]) * (1 / Double(p)).squareRoot(),
      random.normal([units, hidden]) * (1 / Double(units)).squareRoot(),
      random.normal([1, hidden]),
      random.normal([hidden, q]) * (1 / Double(hidden)).squareRoot(),
      Tensor.zeros([1, q]),
    ].map { $0.requiringGradient() }
    func error(_ rows: PairedRows) -> Tensor {
      let inner = (rows.x.matmul(weights[0]).matmul(weights[1]) + weights[2]).tanh()
      return (inner.matmul(weights[3]) + weights[4] - rows.y).squared().mean()
    }
    let adam = Adam(weights)
    for _ in 0..<steps {
      let loss = error(kept.drawn(batch, random))
      try adam.step(loss.gradients(for: weights), rate: rate)
    }
    return try withoutGradients {
      (weights[0].detached().to(.float64).qr().q, try error(held).value())
    }
  }
}
