import CTorch

/// Runs `body` without recording a graph, on this thread.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try withGradientMode(false, body)
}

/// Runs `body` recording a graph, also inside ``withoutGradients(_:)``.
public func withGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try withGradientMode(true, body)
}

private func withGradientMode<Result>(_ on: Bool, _ body: () throws -> Result) rethrows -> Result {
  let before = ct_grad_mode()
  ct_set_grad_mode(on)
  defer { ct_set_grad_mode(before) }
  return try body()
}

extension Tensor {
  /// Whether operators on this tensor record a graph.
  public var requiresGradient: Bool {
    guard let handle = storage.handle else { return false }
    return withExtendedLifetime(storage) { ct_requires_grad(handle) }
  }

  /// The same numbers as a leaf of a new graph.
  public func requiringGradient() -> Tensor {
    let leaf = detached().copied()
    guard let handle = leaf.storage.handle else { return leaf }
    _ = ct_set_requires_grad(handle, true)
    return leaf
  }

  /// Derivatives of this scalar (or of Σ weights · this) with respect to `inputs`, zeros where one is unused.
  ///
  /// - Parameters:
  ///   - createGraph: Records the derivative itself, for higher orders.
  ///   - keepGraph: Keeps the graph for another call.
  /// - Throws: ``TensorError`` that the graph carries, or libtorch's reason.
  public func gradients(
    for inputs: [Tensor], weights: Tensor? = nil, createGraph: Bool = false, keepGraph: Bool = false
  ) throws -> [Tensor] {
    for tensor in [self] + inputs + [weights].compactMap({ $0 }) { try tensor.checked() }
    var found = [Handle?](repeating: nil, count: inputs.count)
    let ok = withHandles([self]) { output, one in
      withHandles(inputs) { leaves, count in
        withHandles([weights].compactMap { $0 }) { seeds, _ in
          ct_gradients(
            output, one, weights == nil ? nil : seeds, leaves, count, createGraph, keepGraph, &found
          )
        }
      }
    }
    guard ok else {
      throw TensorError("gradients", shapes: [shape], reason: String(cString: ct_error()))
    }
    return found.map { Tensor($0, "gradients", []) }
  }

  /// The derivative of this scalar with respect to one input.
  ///
  /// - Throws: as ``gradients(for:weights:createGraph:keepGraph:)``.
  public func gradient(of input: Tensor, createGraph: Bool = false) throws -> Tensor {
    try gradients(for: [input], createGraph: createGraph)[0]
  }
}

/// The derivative of the scalar `output` with respect to `input`; `createGraph` for higher orders.
///
/// - Throws: ``TensorError`` that the graph carries.
public func gradient(of output: Tensor, wrt input: Tensor, createGraph: Bool = false) throws
  -> Tensor
{
  try output.gradient(of: input, createGraph: createGraph)
}

/// The Jacobian of `f` at `x`, `[outputs, inputs]`, both flattened.
///
/// - Throws: ``TensorError`` that `f` carries.
public func jacobian(at x: Tensor, _ f: (Tensor) -> Tensor) throws -> Tensor {
  try withGradients {
    let leaf = x.requiringGradient()
    let y = f(leaf).flattened()
    let rows = try (0..<y.count).map { row in
      try y[row].gradients(for: [leaf], keepGraph: true)[0].flattened()
    }
    return try Tensor.stack(rows).checked()
  }
}

/// The product Jᵀ v of the Jacobian of `f` at `x` with a vector of outputs.
///
/// - Throws: ``TensorError`` that `f` carries.
public func vectorJacobianProduct(at x: Tensor, _ v: Tensor, _ f: (Tensor) -> Tensor) throws
  -> Tensor
{
  try withGradients {
    let leaf = x.requiringGradient()
    return try f(leaf).gradients(for: [leaf], weights: v)[0]
  }
}

/// The product J v of the Jacobian of `f` at `x` with a vector of inputs, by two reverse passes.
///
/// - Throws: ``TensorError`` that `f` carries.
public func jacobianVectorProduct(at x: Tensor, _ v: Tensor, _ f: (Tensor) -> Tensor) throws
  -> Tensor
{
  try withGradients {
    let leaf = x.requiringGradient()
    let y = f(leaf)
    let weights = y.zerosLike().requiringGradient()
    let transposed = try y.gradients(for: [leaf], weights: weights, createGraph: true)[0]
    return try transposed.gradients(for: [weights], weights: v)[0]
  }
}

/// Largest difference between the gradient of Σ f and central finite differences, relative to 1 + |difference quotient|.
///
/// `inputs` should be in double precision; cost is two evaluations of `f` for each element.
///
/// - Throws: ``TensorError`` that `f` carries.
public func gradientError(
  _ inputs: [Tensor], step: Double = 1e-6, _ f: ([Tensor]) -> Tensor
) throws -> Double {
  let leaves = inputs.map { $0.requiringGradient() }
  let exact = try withGradients { try f(leaves).sum().gradients(for: leaves) }
  var worst = 0.0
  for (position, input) in inputs.enumerated() {
    let plain = try input.values(as: Double.self)
    let slopes = try exact[position].values(as: Double.self)
    for index in plain.indices {
      func moved(_ by: Double) throws -> Double {
        var values = plain
        values[index] += by
        var all = inputs
        all[position] = Tensor(values, shape: input.shape)
        return try withoutGradients { try f(all).sum().value() }
      }
      let quotient = try (moved(step) - moved(-step)) / (2 * step)
      worst = Swift.max(worst, abs(quotient - slopes[index]) / (1 + abs(quotient)))
    }
  }
  return worst
}
