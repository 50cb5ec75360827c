import Files
import Torch

// Examples that a program has made: the world of a check, pictures that were changed, codes of other examples.

extension Examples {
  /// Examples `x`, `[n]` + shape, with what is known of them.
  ///
  /// - Parameters:
  ///   - labels: Class of each example, from 0.
  ///   - factors: True factors, `[n, f]`.
  ///   - observed: 1 where a number was observed and 0 where it fills a gap, shaped as `x`.
  /// - Throws: ``UserError`` where they do not match or a number is not finite; `TensorError` that `x` carries.
  public init(
    given x: Tensor, labels: [Int]? = nil, factors: Tensor? = nil, observed: Tensor? = nil
  ) throws {
    let x = try x.checked()
    let n = x.size(0)
    try require(
      x.rank >= 2 && labels.map { $0.count == n } ?? true
        && factors.map { $0.rank == 2 && $0.size(0) == n } ?? true
        && observed.map { $0.shape == x.shape } ?? true,
      "examples of shape \(x.shape) with \(labels?.count ?? 0) labels, factors of shape "
        + "\(factors?.shape ?? []) and gaps of shape \(observed?.shape ?? []): they do not match")
    let values = try x.to(.float32).values(as: Float.self)
    try require(values.allSatisfy(\.isFinite), "an example holds a number that is not finite")
    let shape = Array(x.shape.dropFirst())
    self.init(
      store: ArrayStore(values, count: n, shape: shape), labels: labels,
      factorValues: try factors.map {
        .listed(try $0.to(.float32).values(as: Float.self), width: $0.size(1))
      },
      finish: Finish(),
      observed: try observed.map {
        try $0.to(.float32).values(as: Float.self).map { $0 > 0 ? 1 : 0 }
      })
  }
}

extension Source {
  /// A source of examples that are given in three splits, all of them as `domain` says.
  ///
  /// - Throws: ``UserError`` where a split's examples have another shape.
  public init(
    given name: String, _ domain: Domain, train: Examples, validation: Examples, test: Examples
  ) throws {
    for examples in [train, validation, test] {
      try require(
        examples.store.shape == domain.shape,
        "\(name) has examples of shape \(examples.store.shape) where \(domain.shape) is said")
    }
    self.init(
      name: name, domain: domain, train: train, validation: validation, test: test,
      fingerprint: "", notes: [], preprocessing: Preprocessing())
  }
}
