import CTorch

/// Reductions over axes, counted from the end when negative; over all axes when none is named.
extension Tensor {
  private typealias Reduction = (Handle, UnsafePointer<Int64>, Int, Bool) -> Handle?

  private func reduce(_ name: String, _ axes: [Int], _ keep: Bool, _ body: Reduction) -> Tensor {
    op(name, self) { handle in axes.lend { body(handle, $0, $1, keep) } }
  }

  /// Sums.
  public func sum(over axes: Int..., keep: Bool = false) -> Tensor {
    reduce("sum", axes, keep) { ct_sum($0, $1, $2, $3) }
  }
  /// Means.
  public func mean(over axes: Int..., keep: Bool = false) -> Tensor {
    reduce("mean", axes, keep) { ct_mean($0, $1, $2, $3) }
  }
  /// Largest elements.
  public func max(over axes: Int..., keep: Bool = false) -> Tensor {
    reduce("max", axes, keep) { ct_amax($0, $1, $2, $3) }
  }
  /// Smallest elements.
  public func min(over axes: Int..., keep: Bool = false) -> Tensor {
    reduce("min", axes, keep) { ct_amin($0, $1, $2, $3) }
  }
  /// log Σ exp(x), stable.
  public func logSumExp(over axes: Int..., keep: Bool = false) -> Tensor {
    reduce("logSumExp", axes, keep) { ct_logsumexp($0, $1, $2, $3) }
  }
  /// log of the mean of e^x over the first axis, `[draws, …]`.
  public func logMeanExp() -> Tensor { op("logMeanExp", self) { ct_log_mean_exp($0) } }
  /// Variances; `correction` 1 divides by n − 1.
  public func variance(over axes: Int..., correction: Double = 1, keep: Bool = false) -> Tensor {
    reduce("variance", axes, keep) { ct_var($0, $1, $2, correction, $3) }
  }
  /// Standard deviations; `correction` 1 divides by n − 1.
  public func standardDeviation(over axes: Int..., correction: Double = 1, keep: Bool = false)
    -> Tensor
  {
    reduce("standardDeviation", axes, keep) { ct_std($0, $1, $2, correction, $3) }
  }
  /// (Σ |x|ᵖ)^(1/p).
  public func norm(_ p: Double = 2, over axes: Int..., keep: Bool = false) -> Tensor {
    reduce("norm", axes, keep) { ct_norm($0, p, $1, $2, $3) }
  }
  /// Sums over all axes but the first, `[n, …]` to `[n]`.
  public func sumPerExample() -> Tensor {
    rank == 1 ? self : flattened(from: 1).sum(over: 1)
  }
  /// How many elements are not 0.
  public func countNonzero(over axes: Int...) -> Tensor {
    reduce("countNonzero", axes, false) { handle, sizes, count, _ in
      ct_count_nonzero(handle, sizes, count)
    }
  }

  /// Products over one axis.
  public func product(over axis: Int, keep: Bool = false) -> Tensor {
    op("product", self) { ct_prod($0, Int64(axis), keep) }
  }
  /// Whether all elements over one axis are not 0.
  public func all(over axis: Int, keep: Bool = false) -> Tensor {
    op("all", self) { ct_all($0, Int64(axis), keep) }
  }
  /// Whether any element over one axis is not 0.
  public func any(over axis: Int, keep: Bool = false) -> Tensor {
    op("any", self) { ct_any($0, Int64(axis), keep) }
  }
  /// Index of the largest element over one axis.
  public func argmax(over axis: Int, keep: Bool = false) -> Tensor {
    op("argmax", self) { ct_argmax($0, Int64(axis), keep) }
  }
  /// Index of the smallest element over one axis.
  public func argmin(over axis: Int, keep: Bool = false) -> Tensor {
    op("argmin", self) { ct_argmin($0, Int64(axis), keep) }
  }

  /// Running sums along one axis.
  public func cumulativeSum(along axis: Int) -> Tensor {
    op("cumulativeSum", self) { ct_cumsum($0, Int64(axis)) }
  }
  /// Running products along one axis.
  public func cumulativeProduct(along axis: Int) -> Tensor {
    op("cumulativeProduct", self) { ct_cumprod($0, Int64(axis)) }
  }
  /// Running log Σ exp(x) along one axis.
  public func cumulativeLogSumExp(along axis: Int) -> Tensor {
    op("cumulativeLogSumExp", self) { ct_logcumsumexp($0, Int64(axis)) }
  }
  /// Probabilities that sum to 1 along one axis.
  public func softmax(along axis: Int = -1) -> Tensor {
    op("softmax", self) { ct_softmax($0, Int64(axis)) }
  }
  /// Logarithms of ``softmax(along:)``, stable.
  public func logSoftmax(along axis: Int = -1) -> Tensor {
    op("logSoftmax", self) { ct_log_softmax($0, Int64(axis)) }
  }

  /// An extreme or a rank over one axis: the values, and where they stood.
  public typealias Ranked = (values: Tensor, indices: Tensor)

  private func ranked(
    _ name: String, _ body: (Handle, UnsafeMutablePointer<Handle?>) -> Bool
  ) -> Ranked {
    let both = ops(name, self, results: 2, body)
    return (both[0], both[1])
  }

  /// Largest elements over one axis and their indices.
  public func largest(over axis: Int, keep: Bool = false) -> Ranked {
    ranked("largest") { ct_max($0, Int64(axis), keep, $1) }
  }
  /// Smallest elements over one axis and their indices.
  public func smallest(over axis: Int, keep: Bool = false) -> Ranked {
    ranked("smallest") { ct_min($0, Int64(axis), keep, $1) }
  }
  /// Medians over one axis (the lower of two) and their indices.
  public func median(over axis: Int, keep: Bool = false) -> Ranked {
    ranked("median") { ct_median($0, Int64(axis), keep, $1) }
  }
  /// Most frequent elements over one axis (the smallest of equals) and where they stand.
  public func mode(over axis: Int, keep: Bool = false) -> Ranked {
    ranked("mode") { ct_mode($0, Int64(axis), keep, $1) }
  }
  /// Running maxima along one axis and their indices.
  public func cumulativeMax(along axis: Int) -> Ranked {
    ranked("cumulativeMax") { ct_cummax($0, Int64(axis), false, $1) }
  }
  /// The elements along one axis in order, and where they stood; equal elements keep their order.
  public func sorted(along axis: Int = -1, descending: Bool = false) -> Ranked {
    ranked("sorted") { ct_sort($0, Int64(axis), descending, true, $1) }
  }
  /// The `k` largest (or smallest) along one axis, in order.
  public func top(_ k: Int, along axis: Int = -1, largest: Bool = true) -> Ranked {
    ranked("top") { ct_topk($0, Int64(k), Int64(axis), largest, $1) }
  }
  /// Distinct elements in order, the index of each element among them, and how often each occurs.
  public func unique() -> (values: Tensor, inverse: Tensor, counts: Tensor) {
    let all = ops("unique", self, results: 3) { ct_unique($0, $1) }
    return (all[0], all[1], all[2])
  }
  /// Quantiles `q` in `[0, 1]` over one axis, interpolated linearly.
  public func quantile(_ q: Tensor, over axis: Int, keep: Bool = false) -> Tensor {
    op("quantile", self, q) { ct_quantile($0, $1, Int64(axis), keep) }
  }
  /// How often each whole number from 0 occurs, or the sum of its `weights`.
  public func bincount(weights: Tensor? = nil, length: Int = 0) -> Tensor {
    guard let weights else { return op("bincount", self) { ct_bincount($0, nil, Int64(length)) } }
    return op("bincount", self, weights) { ct_bincount($0, $1, Int64(length)) }
  }
  /// Counts in `bins` equal bins from `low` through `high`.
  public func histogram(bins: Int, _ low: Double, _ high: Double) -> Tensor {
    op("histogram", self) { ct_histc($0, Int64(bins), low, high) }
  }
  /// Where each of `values` would be inserted in these sorted elements.
  public func searchSorted(_ values: Tensor, right: Bool = false) -> Tensor {
    op("searchSorted", self, values) { ct_searchsorted($0, $1, right) }
  }
}
