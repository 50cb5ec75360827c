import Torch

/// How the gradients that an optimiser follows are made of a loss.
public protocol Descent: Sendable {
  /// The gradients for `parameters`.
  ///
  /// - Parameters:
  ///   - loss: The loss at the parameters as they are, with its graph.
  ///   - again: The same loss, of the same examples and noise, at the parameters as they are when it is called.
  /// - Throws: `TensorError` that the loss carries.
  func gradients(of loss: Loss, for parameters: [Tensor], again: () -> Loss) throws -> [Tensor]
}

/// The gradients of the loss itself.
public struct PlainDescent: Descent {
  public init() {}

  public func gradients(
    of loss: Loss, for parameters: [Tensor], again: () -> Loss
  ) throws -> [Tensor] {
    try loss.total.gradients(for: parameters)
  }
}

/// The gradients at the place, within a radius of the parameters, where the loss is highest to first order; costs a
/// second evaluation of the loss.
///
/// - Source: Foret, Kleiner, Mobahi & Neyshabur, *Sharpness-aware minimization for efficiently improving
///   generalization*, ICLR 2021, arXiv:2010.01412, algorithm 1.
public struct SharpnessAwareDescent: Descent {
  /// How far the parameters are moved, as the length of all of them as one vector, ρ in the paper.
  public let radius: Double

  public init(radius: Double) { self.radius = radius }

  public func gradients(
    of loss: Loss, for parameters: [Tensor], again: () -> Loss
  ) throws -> [Tensor] {
    let uphill = try loss.total.gradients(for: parameters)
    let here = parameters.map { $0.detached().copied() }
    defer {
      // Cannot fail: both lists are of the same tensors.
      for (parameter, value) in zip(parameters, here) { try? parameter.assign(value) }
    }
    try withoutGradients {
      let scale = radius / (uphill.jointNorm + 1e-12)
      for ((parameter, slope), value) in zip(zip(parameters, uphill), here) {
        try parameter.assign(value + slope * scale)
      }
    }
    return try again().total.gradients(for: parameters)
  }
}

/// The sum of the gradients of the loss's terms, each without what it has against that of the first term.
///
/// - Source: Yu et al., *Gradient surgery for multi-task learning*, NeurIPS 2020, arXiv:2001.06782, with the first
///   term before all others as in Yang et al., *Dual-head knowledge distillation*, 2024, arXiv:2411.08937.
public struct AlignedDescent: Descent {
  public init() {}

  public func gradients(
    of loss: Loss, for parameters: [Tensor], again: () -> Loss
  ) throws -> [Tensor] {
    let terms = loss.terms
    let parts = try terms.enumerated().map { index, term in
      try (term.mean * term.weight).gradients(
        for: parameters, keepGraph: index < terms.count - 1)
    }
    guard let first = parts.first else { return [] }
    return withoutGradients {
      let length = first.inner(first)
      return parts.dropFirst().reduce(first) { sum, part in
        // Only what points against the first term is taken out: the inner product where it is negative.
        let share = part.inner(first).clamped(atMost: 0) / (length + 1e-30)
        return zip(sum, zip(part, first)).map { $0 + $1.0 - $1.1 * share }
      }
    }
  }
}

extension [Tensor] {
  /// The inner product with others of the same shapes, all as one vector, a scalar.
  public func inner(_ others: [Tensor]) -> Tensor {
    zip(self, others).map { ($0 * $1).sum() }.reduce(Tensor(0, device: first?.device ?? .cpu), +)
  }

  /// The length of all of them as one vector, a scalar.
  public var jointNorm: Tensor { inner(self).squareRoot() }
}
