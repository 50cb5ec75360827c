import Torch

/// Adds the point after which the posterior variance over pool and labelled points is least, again and again.
///
/// - Source: Ash et al., *Gone Fishing: Neural Active Learning with Fisher Embeddings*, NeurIPS 2021, in
///   the form of Holzmüller et al., 2023, §5.2.3 and algorithms 4–5.
struct LeastVariance {
  private let selection: BatchSelection
  /// Posterior features of the pool, `[m, p]`, and their products with themselves.
  private var features: Tensor
  private var diagonal: Tensor
  /// Σ φ φᵀ over pool and labelled points, `[p, p]`, as the posterior sees it.
  private var scatter: Tensor
  /// By how much a point lowers the sum of variances, but for what stands below.
  private var gains: Tensor
  private let noise: Double

  init(_ selection: BatchSelection) {
    self.selection = selection
    noise = selection.noise
    var all = selection.features
    if selection.withTrain { all = all.posterior(noise: max(noise, 1e-6)) }
    features = all.pool
    diagonal = all.diagonal
    scatter =
      all.pool.transposed().matmul(all.pool) + all.train.transposed().matmul(all.train)
    gains = (features.matmul(scatter) * features).sum(over: 1)
  }

  /// `count` points, after `removing` as many again were taken too and the least useful given up.
  func select(_ count: Int, removing: Int) throws -> [Int] {
    var state = self
    var chosen: [Int] = []
    while chosen.count < count + removing {
      let scores = state.gains / (state.diagonal + (noise * noise + 1e-8))
      let open =
        chosen.isEmpty
        ? scores : scores.indexFill(0, Tensor(chosen), -.infinity)
      let (score, place) = open.largest(over: 0)
      guard try score.value() > 0 else { break }
      let next = Int(try place.value())
      state.move(next, sign: 1)
      chosen.append(next)
    }
    while chosen.count > count {
      let places = Tensor(chosen)
      let below = state.diagonal.indexSelect(0, places) - noise * noise
      let loss = state.gains.indexSelect(0, places).clamped(atLeast: 0) / below
      let open = (below .< 0).choose(loss, loss.filled(with: -.infinity))
      let (score, place) = open.largest(over: 0)
      guard try score.value() > -.infinity else { return Array(chosen.prefix(count)) }
      let last = Int(try place.value())
      state.move(chosen[last], sign: -1)
      chosen.remove(at: last)
    }
    return chosen
  }

  /// Lets the posterior learn of a point, or forget it (`sign` −1).
  private mutating func move(_ point: Int, sign: Double) {
    let own = diagonal.selected(0, point)
    let entry = (noise * noise + own * sign).clamped(atLeast: 1e-15)
    let root = entry.squareRoot()
    let beta = 1 / (root * (root + noise))
    let phi = features.selected(0, point)
    let products = features.matmul(phi.unsqueezed(1)).squeezed(1)
    let scattered = scatter.matmul(phi.unsqueezed(1)).squeezed(1)
    let quadratic = gains.selected(0, point)
    gains -=
      (features.matmul(scattered.unsqueezed(1)).squeezed(1) * products * (1 / entry)) * (2 * sign)
    gains += (1 / entry).squared() * quadratic * products.squared()
    let cross = scattered.outer(phi)
    scatter -= (cross + cross.transposed()) * beta * sign
    scatter += phi.outer(phi) * (beta.squared() * quadratic)
    features -= products.unsqueezed(1) * phi * beta * sign
    diagonal -= products.squared() * (1 / entry) * sign
  }
}
