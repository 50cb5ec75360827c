import Torch

/// Which recurrence a cell computes.
public enum Recurrence: String, Codable, CaseIterable, Sendable {
  /// Elman, *Finding structure in time*, 1990, with tanh.
  case plain
  /// Cho et al., *Learning phrase representations using RNN encoder–decoder*, 2014.
  case gru
  /// Hochreiter & Schmidhuber, *Long short-term memory*, 1997.
  case lstm

  var gates: Int {
    switch self {
    case .plain: 1
    case .gru: 3
    case .lstm: 4
    }
  }
}

/// What a recurrent cell carries from step to step: hidden units `[n, h]`, and the memory of an LSTM.
public struct RecurrentState: Sendable {
  public var hidden: Tensor
  public var memory: Tensor

  /// Zeros for a batch.
  public init(batch: Int, width: Int, device: Device = .cpu) {
    hidden = Tensor.zeros([batch, width], device: device)
    memory = hidden
  }

  public init(hidden: Tensor, memory: Tensor) {
    self.hidden = hidden
    self.memory = memory
  }
}

/// One step of a recurrent network, with PyTorch's order of gates.
public struct RecurrentCell: Module {
  public let inputs: Linear
  public let hidden: Linear
  let kind: Recurrence

  public init(_ kind: Recurrence, _ inputs: Int, _ width: Int, _ random: RandomStream) {
    self.kind = kind
    self.inputs = Linear(inputs, kind.gates * width, random, initialiser: .xavierUniform)
    self.hidden = Linear(width, kind.gates * width, random, initialiser: .orthogonal)
  }

  /// `[n, d]` and a state to the next state.
  public func callAsFunction(_ x: Tensor, _ state: RecurrentState) -> RecurrentState {
    let (a, b) = (inputs(x), hidden(state.hidden))
    switch kind {
    case .plain:
      return RecurrentState(hidden: (a + b).tanh(), memory: state.memory)
    case .gru:
      let (ax, bh) = (a.split(into: 3, along: 1), b.split(into: 3, along: 1))
      let reset = (ax[0] + bh[0]).sigmoid()
      let update = (ax[1] + bh[1]).sigmoid()
      let candidate = (ax[2] + reset * bh[2]).tanh()
      return RecurrentState(
        hidden: candidate + update * (state.hidden - candidate), memory: state.memory)
    case .lstm:
      let gates = (a + b).split(into: 4, along: 1)  // input, forget, cell, output
      let memory = gates[1].sigmoid() * state.memory + gates[0].sigmoid() * gates[2].tanh()
      return RecurrentState(hidden: gates[3].sigmoid() * memory.tanh(), memory: memory)
    }
  }
}

/// A recurrent cell run over a series, `[n, t, d]` to `[n, t, h]`.
public struct Recurrent: Module {
  public let cell: RecurrentCell
  let width: Int

  public init(_ kind: Recurrence, _ inputs: Int, _ width: Int, _ random: RandomStream) {
    cell = RecurrentCell(kind, inputs, width, random)
    self.width = width
  }

  public func callAsFunction(_ x: Tensor) -> (outputs: Tensor, state: RecurrentState) {
    var state = RecurrentState(batch: x.size(0), width: width, device: x.device)
    let outputs = (0..<x.size(1)).map { time in
      state = cell(x[.all, time], state)
      return state.hidden
    }
    return (Tensor.stack(outputs, along: 1), state)
  }
}
