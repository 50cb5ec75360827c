import Evaluation
import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Variational

@Suite struct PosteriorCollapseTests {
  init() { Runtime.threads = 1 }

  typealias Level = CollapseTheory.Level

  static let theories = [
    CollapseTheory(noise: 0.5, beta: 1.5),
    CollapseTheory(noise: 0.5, beta: 1.5, deviation: 0.7),
    CollapseTheory(noise: 0.5, beta: 0.9, deviation: 0.7, second: Level(beta: 1.3)),
    CollapseTheory(noise: 0.5, beta: 0.9, deviation: 0.7, second: Level(beta: 1.3, deviation: 0.6)),
    CollapseTheory(noise: 0.5, beta: 0.9, second: Level(beta: 1.3, deviation: 0.6)),
    CollapseTheory(noise: 0.5, beta: 0.9, second: Level(beta: 1.3)),
  ]
  static let strengths = [3.0, 1.7, 1.0, 0.4]

  /// Rows whose covariance is exactly diagonal, and a condition orthogonal to them.
  private func world() -> (rest: Tensor, condition: Tensor) {
    let n = 40
    let (q, _) = RandomStream(3).normal([n, 6], type: .float64).qr()
    let scale = Double(n).squareRoot()
    let deviations = Tensor(Self.strengths, shape: [1, 4])
    return (
      (q.sliced(1, 0, 4) * deviations * scale).to(.float32),
      (q.sliced(1, 4, 6) * scale).to(.float32)
    )
  }

  /// The network at the closed form, with the regression of a condition where there is one.
  private func network(
    _ theory: CollapseTheory, conditional: Bool = false
  ) throws -> (network: LinearAutoencoder, outputs: Tensor, condition: Tensor?) {
    let (rest, condition) = world()
    let network = LinearAutoencoder(
      outputs: 4, latents: 4, condition: conditional ? 2 : nil, theory, RandomStream(1))
    let optima = try Self.strengths.map { try #require(theory.optimum($0)) }
    func diagonal(_ values: [Double]) -> Tensor { Tensor(values.map(Float.init)).asDiagonal() }
    try network.first.encoder.tensor.assign(diagonal(optima.map(\.encoder)))
    try network.first.decoder.tensor.assign(diagonal(optima.map(\.decoder)))
    try network.first.logVariance?.tensor.assign(Tensor(optima.map { Float(log($0.variance)) }))
    try network.second?.encoder.tensor.assign(diagonal(optima.map(\.secondEncoder)))
    try network.second?.decoder.tensor.assign(diagonal(optima.map(\.secondDecoder)))
    try network.second?.logVariance?.tensor.assign(
      Tensor(optima.map { Float(log($0.secondVariance)) }))
    guard let bypass = network.bypass else { return (network, rest, nil) }
    let map = RandomStream(5).normal([4, 2])
    try bypass.decoder.tensor.assign(map)
    try bypass.encoder.tensor.assign(-network.first.encoder.tensor.detached().matmul(map))
    return (network, rest + condition.linear(map), condition)
  }

  @Test(arguments: theories.indices, [false, true])
  func theGradientIsZeroAtTheClosedForm(_ index: Int, conditional: Bool) throws {
    let theory = Self.theories[index]
    let (network, outputs, condition) = try network(theory, conditional: conditional)
    let loss = network.expectedLoss(outputs, condition, theory)
    for slope in try loss.gradients(for: network.parameters) {
      #expect(try slope.abs().max().value() < 2e-4)
    }
    #expect(near(try loss.value(), theory.leastLoss(Self.strengths, latents: 4), 1e-4))
  }

  @Test(arguments: theories.indices) func noPlaceNearOrFarHasALowerLoss(_ index: Int) throws {
    let theory = Self.theories[index]
    let (network, outputs, _) = try network(theory)
    let least = try network.expectedLoss(outputs, nil, theory).value()
    let best = network.parameters.map { $0.detached().copied() }
    for (trial, size) in [0.01, 0.1, 0.3, 1, 1].enumerated() {
      let random = RandomStream(7).child(trial)
      for (weight, start) in zip(network.parameters, best) {
        try weight.assign(start + random.normal(start.shape) * size)
      }
      #expect(try network.expectedLoss(outputs, nil, theory).value() > least - 1e-4)
    }
  }

  @Test(arguments: theories.indices, [false, true])
  func theSampledLossHasTheExpectedMean(_ index: Int, conditional: Bool) throws {
    let theory = Self.theories[index]
    let (network, outputs, condition) = try network(theory, conditional: conditional)
    for weight in network.parameters {
      try weight.assign(weight.detached() + RandomStream(9).normal(weight.shape) * 0.2)
    }
    let draws = try (0..<400).map { draw in
      try network.sampledLoss(outputs, condition, theory, RandomStream(11).child(draw)).value()
    }
    let expected = try network.expectedLoss(outputs, condition, theory).value()
    let error = (draws.map { pow($0 - draws.mean, 2) }.mean / 400).squareRoot()
    #expect(abs(draws.mean - expected) < 4 * error)
  }

  @Test func aPlainModelIsProbabilisticPrincipalComponentAnalysis() {
    let theory = CollapseTheory(noise: 0.5, beta: 1)
    #expect(near(theory.optimum(2)?.decoder ?? 0, (4 - 0.25).squareRoot()))
    #expect(theory.optimum(0.5)?.decoder == 0)
    #expect(theory.optimum(0.5)?.variance == 1)
  }

  @Test func codesOfTwoLearntLevelsHaveAMinimumOnlyUnderAHeavierSecondLevel() {
    var theory = CollapseTheory(noise: 0.5, beta: 1, second: Level(beta: 0.9))
    #expect(theory.optimum(2) == nil)
    theory.second?.beta = 1.1
    #expect(theory.optimum(2)?.secondDecoder == 0)
    #expect(near(theory.optimum(2)?.decoder ?? 0, (4 - 0.25).squareRoot()))
  }

  @Test func aConditionTakesItsShareOfTheSpectrum() throws {
    let world = CollapseWorld(
      rows: 4000, deviations: [2, 1, 0.5], correlation: 0.6, RandomStream(1))
    for (found, wanted) in zip(try world.spectrum(), [2, 1, 0.5]) {
      #expect(abs(found - wanted) < 0.05 * wanted)
    }
    for (found, wanted) in zip(try world.unexplainedSpectrum(), [1.6, 0.8, 0.4]) {
      #expect(abs(found - wanted) < 0.05 * wanted)
    }
  }

  @Test func trainingReachesTheClosedForm() throws {
    let sweep = CollapseSweep(
      deviations: [2, 1.4, 0.7], latents: 3, rows: 200, deviation: 0.6, steps: 600)
    let setting = CollapseSweep.Setting(
      model: .hierarchical, beta: 1, noise: 0.5, learnsFirst: false)
    let cell = try sweep.cell(setting, seed: Seed(1)) { false }
    #expect(cell.error(of: cell.predicted, largest: 2) < 0.03)
    #expect(cell.error(of: cell.rival, largest: 2) > 0.1)
    #expect(cell.excess > -1e-3 && cell.excess < 0.05)
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    var study = PosteriorCollapse()
    study.latents = 9
    #expect(throws: UserError("--latents 9: must lie from 1 to the 8 of --outputs")) {
      try study.run(StudyRoom(seed: Seed(1)))
    }
  }
}
