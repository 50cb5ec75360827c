import Torch

/// An optimiser and what it remembers of each parameter.
final class Optimiser {
  private let parameters: [Tensor]
  private let training: Training
  private var first: [Tensor] = []
  private var second: [Tensor] = []
  private let steps: Tensor
  private var hasStepped = false

  init(_ parameters: [Tensor], _ training: Training) {
    self.parameters = parameters
    self.training = training
    steps = Tensor(0, device: parameters.first?.device ?? .cpu)
    if training.optimiser == .sgd {
      if training.momentum > 0 { first = parameters.map { $0.detached().zerosLike() } }
    } else {
      first = parameters.map { $0.detached().zerosLike() }
      second = parameters.map { $0.detached().zerosLike() }
    }
  }

  /// Moves the parameters, in place, against `gradients`.
  func step(_ gradients: [Tensor], rate: Double) throws {
    if training.clip > 0 { try Kernel.clipNorm(gradients, to: training.clip).checked() }
    defer { hasStepped = true }
    if training.optimiser == .sgd {
      var sgd = Kernel.SGD(rate: rate)
      sgd.momentum = training.momentum
      sgd.weightDecay = training.weightDecay
      return try Kernel.sgd(
        parameters, gradients: gradients, momenta: first.isEmpty ? nil : first,
        isFirst: !hasStepped, sgd)
    }
    var adam = Kernel.Adam(rate: rate)
    adam.weightDecay = training.weightDecay
    adam.decoupled = training.optimiser == .adamw
    try Kernel.adam(
      parameters, gradients: gradients, first: first, second: second, steps: steps, adam)
  }

  /// What must be kept to go on later, by name.
  var state: [String: Tensor] {
    var named = ["stepped": Tensor(hasStepped ? 1 : 0), "steps": steps]
    for (key, tensors) in [("first", first), ("second", second)] {
      for (index, tensor) in tensors.enumerated() { named["\(key).\(index)"] = tensor }
    }
    return named
  }

  func load(_ saved: [String: Tensor]) throws {
    for (name, tensor) in state where name != "stepped" {
      guard let given = saved[name] else { throw CheckpointError.lacks(name) }
      try tensor.assign(given)
    }
    guard let stepped = saved["stepped"] else { throw CheckpointError.lacks("stepped") }
    hasStepped = try stepped.value() != 0
  }
}
