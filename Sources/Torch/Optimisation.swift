import CTorch

/// Fused in-place updates of many tensors at once; what the optimisers of `Learning` are made of.
public enum Kernel {
  private static func check(_ ok: Bool, _ name: String, _ tensors: [Tensor]) throws {
    if !ok {
      throw TensorError(name, shapes: tensors.map(\.shape), reason: String(cString: ct_error()))
    }
  }

  /// Every list has as many tensors as the first, and none carries an error.
  private static func checkLists(_ name: String, _ lists: [Tensor]?...) throws {
    let lists = lists.compactMap { $0 }
    for list in lists {
      for tensor in list { try tensor.checked() }
      guard list.count == lists[0].count else {
        let reason = "lists of \(lists[0].count) and of \(list.count) tensors"
        throw TensorError(name, shapes: [], reason: reason)
      }
    }
  }

  /// The numbers of one Adam step.
  public struct Adam: Sendable {
    public var rate: Double
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var weightDecay = 0.0
    public var epsilon = 1e-8
    /// Whether weight decay acts on the parameter itself (AdamW).
    public var decoupled = false

    public init(rate: Double) { self.rate = rate }
  }

  /// One step of Adam; moments and the step count, a scalar, move in place.
  ///
  /// - Throws: ``TensorError`` when the lists do not fit.
  public static func adam(
    _ parameters: [Tensor], gradients: [Tensor], first: [Tensor], second: [Tensor],
    largest: [Tensor]? = nil, steps: Tensor, _ adam: Adam
  ) throws {
    try checkLists("adam", parameters, gradients, first, second, largest)
    try steps.checked()
    guard !parameters.isEmpty else { return }
    let ok = withHandles(parameters) { p, count in
      withHandles(gradients) { g, _ in
        withHandles(first) { m, _ in
          withHandles(second) { v, _ in
            withHandles(largest ?? []) { top, _ in
              withHandles([steps]) { t, _ in
                ct_adam_step(
                  p, g, m, v, largest == nil ? nil : top, t[0], count, adam.rate, adam.beta1,
                  adam.beta2,
                  adam.weightDecay, adam.epsilon, adam.decoupled)
              }
            }
          }
        }
      }
    }
    try check(ok, "adam", parameters)
  }

  /// The numbers of one step of stochastic gradient descent.
  public struct SGD: Sendable {
    public var rate: Double
    public var momentum = 0.0
    public var weightDecay = 0.0
    public var nesterov = false

    public init(rate: Double) { self.rate = rate }
  }

  /// One step of stochastic gradient descent; momenta move in place, and start at the gradient.
  ///
  /// - Throws: ``TensorError`` when the lists do not fit.
  public static func sgd(
    _ parameters: [Tensor], gradients: [Tensor], momenta: [Tensor]?, isFirst: Bool, _ sgd: SGD
  ) throws {
    try checkLists("sgd", parameters, gradients, momenta)
    guard !parameters.isEmpty else { return }
    let ok = withHandles(parameters) { p, count in
      withHandles(gradients) { g, _ in
        withHandles(momenta ?? []) { m, _ in
          ct_sgd_step(
            p, g, momenta == nil ? nil : m, count, sgd.rate, sgd.momentum, sgd.weightDecay,
            sgd.nesterov, isFirst)
        }
      }
    }
    try check(ok, "sgd", parameters)
  }

  /// Scales the gradients in place so that their joint Euclidean norm is at most `limit`; the norm before.
  public static func clipNorm(_ gradients: [Tensor], to limit: Double) -> Tensor {
    guard !gradients.isEmpty else { return Tensor(0) }
    return op("clipNorm", all: gradients) { ct_clip_norm($0, $1, limit) }
  }

  /// Adds `weight` times each scalar of `values` to its place in `sums`, `[n]`, in place.
  ///
  /// - Throws: ``TensorError`` when the lists do not fit.
  public static func accumulate(_ values: [Tensor], in sums: Tensor, weight: Double) throws {
    try checkLists("accumulate", values)
    guard try sums.checked().count == values.count else {
      let reason = "\(values.count) numbers for \(sums.count) sums"
      throw TensorError("accumulate", shapes: [sums.shape], reason: reason)
    }
    let ok = withHandles(values) { v, count in
      withHandles([sums]) { s, _ in ct_accumulate(s[0], v, count, weight) }
    }
    try check(ok, "accumulate", [sums])
  }

  /// Moves each of `averages` towards its counterpart by `weight`, in place.
  ///
  /// - Throws: ``TensorError`` when the lists do not fit.
  public static func lerp(_ averages: [Tensor], to targets: [Tensor], weight: Double) throws {
    try checkLists("lerp", averages, targets)
    guard !averages.isEmpty else { return }
    let ok = withHandles(averages) { a, count in
      withHandles(targets) { b, _ in ct_lerp_in_place(a, b, count, weight) }
    }
    try check(ok, "lerp", averages)
  }
}
