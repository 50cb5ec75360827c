import Files
import Torch

/// Parameters that are trained alike.
public struct ParameterGroup {
  public let parameters: [Tensor]
  /// What the training's learning rate is multiplied with.
  public let rate: Double
  /// Weight decay instead of the training's; nothing keeps that one.
  public let weightDecay: Double?

  public init(_ parameters: [Tensor], rate: Double = 1, weightDecay: Double? = nil) {
    self.parameters = parameters
    self.rate = rate
    self.weightDecay = weightDecay
  }
}

/// An optimiser and what it remembers of each parameter.
package final class Optimiser {
  private let groups: [ParameterGroup]
  private let training: Training
  private let first: [[Tensor]]
  private let second: [[Tensor]]
  private let steps: [Tensor]
  private var hasStepped = false

  package init(_ groups: [ParameterGroup], _ training: Training) {
    self.groups = groups
    self.training = training
    let isPlain = training.optimiser == .sgd
    let zeros = groups.map { $0.parameters.map { $0.detached().zerosLike() } }
    first = isPlain && training.momentum == 0 ? [] : zeros
    second = isPlain ? [] : groups.map { $0.parameters.map { $0.detached().zerosLike() } }
    steps =
      isPlain ? [] : groups.map { Tensor(0, device: $0.parameters.first?.device ?? .cpu) }
  }

  /// Moves the parameters, in place, against `gradients`, which follow each other group by group.
  package func step(_ gradients: [Tensor], rate: Double) throws {
    if training.clip > 0 { try Kernel.clipNorm(gradients, to: training.clip).checked() }
    var rest = gradients[...]
    for (index, group) in groups.enumerated() {
      let mine = Array(rest.prefix(group.parameters.count))
      rest = rest.dropFirst(mine.count)
      try move(index, group, against: mine, rate: rate * group.rate)
    }
    hasStepped = true
  }

  private func move(
    _ index: Int, _ group: ParameterGroup, against gradients: [Tensor], rate: Double
  ) throws {
    let weightDecay = group.weightDecay ?? training.weightDecay
    if training.optimiser == .sgd {
      var sgd = Kernel.SGD(rate: rate)
      sgd.momentum = training.momentum
      sgd.weightDecay = weightDecay
      return try Kernel.sgd(
        group.parameters, gradients: gradients, momenta: first.isEmpty ? nil : first[index],
        isFirst: !hasStepped, sgd)
    }
    var adam = Kernel.Adam(rate: rate)
    adam.weightDecay = weightDecay
    adam.decoupled = training.optimiser == .adamw
    try Kernel.adam(
      group.parameters, gradients: gradients, first: first[index], second: second[index],
      steps: steps[index], adam)
  }

  /// What must be kept to go on later, by name.
  var state: [String: Tensor] {
    var named = ["stepped": Tensor(hasStepped ? 1 : 0)]
    for (index, tensor) in first.joined().enumerated() { named["first.\(index)"] = tensor }
    for (index, tensor) in second.joined().enumerated() { named["second.\(index)"] = tensor }
    for (index, tensor) in steps.enumerated() { named["steps.\(index)"] = tensor }
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
