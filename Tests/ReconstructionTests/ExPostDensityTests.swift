import Autoencoding
import Foundation
import Probability
import TestSupport
import Testing
import Torch

@Suite struct ExPostDensityTests {
  init() { Runtime.threads = 1 }

  let codes = RandomStream(4).normal([500, 2]).matmul(
    Tensor([1, 0.8, 0, 0.5].map { Float($0) }, shape: [2, 2]))

  @Test func oneNormalIsTheMomentsOfTheCodes() throws {
    let density = ExPostDensity(latents: 2, components: 1)
    try density.fit(codes, seed: Seed(1))
    let x = codes.to(.float64)
    let centred = x - x.mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) / 500
    let root = density.factors.tensor[0].to(.float64)
    #expect(try (root.matmul(root.transposed()) - covariance).abs().max().value() < 1e-5)
    let distance = centred.matmul(covariance.inverse()) * centred
    let volume = try covariance.logDeterminant().value() + 2 * log(2 * Double.pi)
    let expected = (distance.sum(over: 1) + volume) * -0.5
    let found = density.logProbability(of: codes).to(.float64)
    #expect(try (found - expected).abs().max().value() < 1e-3)
    let draws = density.sample(20_000, RandomStream(1)).to(.float64)
    let moved = draws - draws.mean(over: 0, keep: true)
    let spread = moved.transposed().matmul(moved) / 20_000
    #expect(try (spread - covariance).abs().max().value() < 0.05)
    #expect(
      try density.sample(4, temperature: 0, RandomStream(1)).variance(over: 0).max().value() == 0)
  }

  @Test func theDensityIntegratesToOne() throws {
    let density = ExPostDensity(latents: 1, components: 3)
    let line = codes.sliced(1, 0, 1)
    try density.fit(Tensor.concatenate([line, line * 0.2 + 4]), seed: Seed(1))
    let places = Tensor.linspace(-20, 20, count: 8001).unsqueezed(1)
    let whole = try density.logProbability(of: places).exp().sum().value() * 0.005
    #expect(near(whole, 1, 1e-3))
  }

  @Test func theSameCodesGiveTheSameDensity() throws {
    let (one, other) = (
      ExPostDensity(latents: 2, components: 4), ExPostDensity(latents: 2, components: 4)
    )
    try one.fit(codes, seed: Seed(3))
    try other.fit(codes, seed: Seed(3))
    for (name, tensor) in one.state { #expect(try tensor.bytes() == other.state[name]?.bytes()) }
  }

  @Test func codesOnALineAreDrawnFromThatLine() throws {
    let density = ExPostDensity(latents: 3, components: 2)
    let line = codes.sliced(1, 0, 1).matmul(Tensor.ones([1, 3]))
    try density.fit(line, seed: Seed(1))
    let draws = density.sample(200, RandomStream(1))
    let off = draws - draws.mean(over: 1, keep: true)
    #expect(try off.abs().max().value() < 0.02)
  }

  @Test func moreNormalsThanCodesLeaveSomeWithoutWeight() throws {
    let density = ExPostDensity(latents: 2, components: 9)
    try density.fit(codes.sliced(0, 0, 4), seed: Seed(1))
    #expect(near(try density.weights.tensor.sum().value(), 1, 1e-5))
    #expect(try density.weights.tensor.sliced(0, 4, 9).abs().max().value() == 0)
    #expect(try density.logProbability(of: codes).values().allSatisfy { $0.isFinite })
  }
}
