import Evaluation
import Files
import Foundation
import Torch

/// Linear autoencoders trained over weights, noises and correlations, beside what theory has of each.
struct CollapseSweep: Sendable {
  /// Which autoencoder.
  enum Model: String, CaseIterable, Sendable {
    case plain, conditional, hierarchical
  }

  /// One setting.
  struct Setting: Equatable, Sendable {
    var model: Model
    /// Weight of the KL term, of a hierarchical model that of the second level; its first has 1.
    var beta: Double
    var noise: Double
    var correlation = 0.0
    /// Whether the first encoder's variance is learnt.
    var learnsFirst = true
    /// Whether the second encoder's is.
    var learnsSecond = false
  }

  /// One trained autoencoder and its prediction.
  struct Cell: Sendable {
    let setting: Setting
    /// Singular values of the decoder, of the second level's where there is one, descending.
    let predicted: [Double]
    let measured: [Double]
    /// What other formulas have: that of the plain model where there is a condition, and that of the other kind of
    /// encoder variance, of the second level where there is one, everywhere else.
    let rival: [Double]
    let firstPredicted: [Double]
    let firstMeasured: [Double]
    /// How far the loss lies above the least one, nats.
    let excess: Double
  }

  var deviations: [Double]
  var latents: Int
  var rows: Int
  /// Deviation of encoders whose variance is fixed.
  var deviation: Double
  var steps: Int

  /// A weakest decoder that counts as a dimension in use.
  static let activity = 0.1

  func theory(_ setting: Setting) -> CollapseTheory {
    let first = setting.learnsFirst ? nil : deviation
    guard setting.model == .hierarchical else {
      return CollapseTheory(noise: setting.noise, beta: setting.beta, deviation: first)
    }
    let second = CollapseTheory.Level(
      beta: setting.beta, deviation: setting.learnsSecond ? nil : deviation)
    return CollapseTheory(noise: setting.noise, beta: 1, deviation: first, second: second)
  }

  /// Trains one autoencoder; its data and its start follow from `seed`.
  ///
  /// - Throws: `TensorError`, or ``UserError`` where it is told to stop.
  func cell(_ setting: Setting, seed: Seed, shouldStop: () -> Bool) throws -> Cell {
    let random = RandomStream(seed)
    let world = CollapseWorld(
      rows: rows, deviations: deviations, correlation: setting.correlation, random.child("world"))
    let isConditional = setting.model == .conditional
    let condition = isConditional ? world.condition : nil
    let theory = theory(setting)
    let network = LinearAutoencoder(
      outputs: deviations.count, latents: latents, condition: condition?.size(1), theory,
      random.child("network"))
    try train(network, world.outputs, condition, theory, seed.child("noise"), shouldStop)
    let spectrum = isConditional ? try world.unexplainedSpectrum() : try world.spectrum()
    let optima = spectrum.prefix(latents).compactMap(theory.optimum)
    let rivals = try world.spectrum().prefix(latents)
      .compactMap(rivalTheory(setting).optimum)
    let second = network.second
    func shown(_ optima: [CollapseTheory.Optimum]) -> [Double] {
      optima.map(second == nil ? \.decoder : \.secondDecoder).sorted(by: >)
    }
    let loss = try withoutGradients {
      try network.expectedLoss(world.outputs, condition, theory).value()
    }
    let first = optima.map(\.decoder).sorted(by: >)
    return Cell(
      setting: setting, predicted: shown(optima),
      measured: try network.strengths(of: second ?? network.first), rival: shown(rivals),
      firstPredicted: first, firstMeasured: try network.strengths(of: network.first),
      excess: (loss - theory.leastLoss(spectrum, latents: latents)) / 2)
  }

  private func rivalTheory(_ setting: Setting) -> CollapseTheory {
    var other = setting
    switch setting.model {
    case .conditional: break
    case .plain: other.learnsFirst.toggle()
    case .hierarchical: other.learnsSecond.toggle()
    }
    return theory(other)
  }

  private func train(
    _ network: LinearAutoencoder, _ outputs: Tensor, _ condition: Tensor?,
    _ theory: CollapseTheory, _ seed: Seed, _ shouldStop: () -> Bool
  ) throws {
    let weights = network.parameters
    let adam = Adam(weights)
    for step in 0..<steps {
      try require(step % 100 != 0 || !shouldStop(), "stopped")
      let rate = 0.02 * 0.5 * (1 + cos(.pi * Double(step) / Double(steps)))
      let loss = network.sampledLoss(
        outputs, condition, theory, RandomStream(seed.child(step)))
      try adam.step(loss.gradients(for: weights), rate: rate)
    }
  }
}

extension CollapseSweep.Cell {
  /// Number of singular values that count.
  static func active(_ values: [Double]) -> Int { values.count { $0 > CollapseSweep.activity } }

  /// The mean distance of measured singular values from those of `values`, in units of the data's largest deviation.
  func error(of values: [Double], largest: Double) -> Double {
    zip(measured, values).map { abs($0 - $1) / largest }.mean
  }
}
