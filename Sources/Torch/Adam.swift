/// Adam, and what it remembers of each of its parameters, for trainings that need no trainer.
///
/// - Source: Kingma & Ba, *Adam: a method for stochastic optimization*, ICLR 2015, arXiv:1412.6980.
public struct Adam {
  private let parameters: [Tensor]
  private let first: [Tensor]
  private let second: [Tensor]
  private let steps = Tensor(0)

  /// Nothing remembered yet of `parameters`.
  public init(_ parameters: [Tensor]) {
    self.parameters = parameters
    first = parameters.map { $0.detached().zerosLike() }
    second = parameters.map { $0.detached().zerosLike() }
  }

  /// Moves the parameters, in place, against `gradients`.
  ///
  /// - Throws: ``TensorError`` when the lists do not fit.
  public func step(_ gradients: [Tensor], rate: Double) throws {
    try withoutGradients {
      try Kernel.adam(
        parameters, gradients: gradients, first: first, second: second, steps: steps,
        .init(rate: rate))
    }
  }
}
