import Networks
import Torch

/// What a sampler remembers of its parameters.
public struct SamplerState: Module {
  let momenta: [Buffer]
  let windows: [Buffer]
  let means: [Buffer]
  let squares: [Buffer]
  let moves: Buffer

  /// The state before the first move of `parameters`.
  public init(_ parameters: [Tensor]) {
    func filled(_ value: Double) -> [Buffer] {
      parameters.map { Buffer($0.detached().filled(with: value)) }
    }
    (momenta, windows, means, squares) = (filled(0), filled(1), filled(1), filled(1))
    moves = Buffer(Tensor(0, type: .float64))
  }
}

/// Stochastic gradient Hamiltonian Monte Carlo whose scales adapt while it burns in: the parameters become draws from
/// the distribution whose density is proportional to exp(−scale · loss).
///
/// It moves the parameters itself and gives the optimiser gradients of 0; with weight decay an optimiser would still
/// move them. All numbers of one tensor share a scale: with a scale of its own, a weight of a unit that feels no data
/// while the scales adapt would take steps a thousand times too long from the moment that the unit wakes.
///
/// - Source: Chen, Fox & Guestrin, *Stochastic gradient Hamiltonian Monte Carlo*, ICML 2014, arXiv:1402.4102, with
///   the running means of Springenberg et al., *Bayesian optimization with robust Bayesian neural networks*, NeurIPS
///   2016, eqs. 8–10, and one scale for each tensor as in Wenzel et al., *How good is the Bayes posterior in deep
///   neural networks really?*, ICML 2020, arXiv:2002.02405, algorithm 2.
public struct HamiltonianDescent: Descent {
  /// Step size, ε.
  public let rate: Double
  /// Share of the momentum that friction takes in a move.
  public let friction: Double
  /// Moves in which the scales adapt.
  public let burnIn: Int
  /// Moves for each step of the training.
  public let moves: Int
  /// What the loss is multiplied with to be the negative logarithm of a density: the number of examples.
  public let scale: Double
  /// How many of the parameters, the last of them, belong to the batch at hand alone, as codes do: they begin each step
  /// of the training without momentum.
  public let locals: Int
  /// What the loss is multiplied with for these: as many examples as a batch has.
  public let localScale: Double
  let state: SamplerState
  let seed: Seed

  public init(
    rate: Double, friction: Double = 0.05, burnIn: Int, moves: Int = 1, scale: Double = 1,
    locals: Int = 0, localScale: Double = 1, state: SamplerState, seed: Seed
  ) {
    (self.rate, self.friction, self.burnIn) = (rate, friction, burnIn)
    (self.locals, self.localScale) = (locals, localScale)
    (self.moves, self.scale, self.state, self.seed) = (moves, scale, state, seed)
  }

  public func gradients(
    of loss: Loss, for parameters: [Tensor], again: () -> Loss
  ) throws -> [Tensor] {
    for momentum in state.momenta.suffix(locals) {
      try momentum.tensor.assign(momentum.tensor.zerosLike())
    }
    for turn in 0..<moves {
      let total = turn == 0 ? loss.total : again().total
      let slopes = try total.gradients(for: parameters)
      try withoutGradients { try move(parameters, slopes) }
    }
    return parameters.map { $0.detached().zerosLike() }
  }

  private func move(_ parameters: [Tensor], _ slopes: [Tensor]) throws {
    let count = try state.moves.tensor.value()
    let random = RandomStream(
      seed.child(Int(count)), device: parameters.first?.device ?? .cpu)
    for (index, parameter) in parameters.enumerated() {
      let isLocal = index >= parameters.count - locals
      let slope = slopes[index] * (isLocal ? localScale : scale)
      if Int(count) < burnIn { try adapt(index, slope) }
      let square = state.squares[index].tensor
      let root = (square.mean() + 1e-16).squareRoot().reciprocal()
      // The slope brings noise of its own, of up to its mean square.
      let own = square * root.squared() * (rate * rate * rate * rate)
      let spread = (root * (2 * rate * rate * friction) - own).clamped(atLeast: 1e-16).squareRoot()
      let momentum = state.momenta[index].tensor
      let noise = random.normal(parameter.shape, type: parameter.dtype)
      let next = momentum * (1 - friction) - root * slope * (rate * rate) + spread * noise
      try momentum.assign(next)
      try parameter.assign(parameter.detached() + next)
    }
    try state.moves.tensor.assign(Tensor(count + 1, type: .float64))
  }

  /// Running means of slopes and their squares over windows that grow where the slope is mostly noise.
  private func adapt(_ index: Int, _ slope: Tensor) throws {
    let (window, mean) = (state.windows[index].tensor, state.means[index].tensor)
    let square = state.squares[index].tensor
    let share = (window + 1).reciprocal()
    try window.assign(window - window * (mean.squared() / (square + 1e-16)) + 1)
    try mean.assign(mean + (slope - mean) * share)
    try square.assign(square + (slope.squared() - square) * share)
  }
}
