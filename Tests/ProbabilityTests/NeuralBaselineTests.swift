import Probability
import Testing
import Torch

@Suite struct NeuralBaselineTests {
  init() { Runtime.threads = 1 }

  let x = Tensor([1, 2] as [Float], shape: [2, 1])

  @Test func theRunningMomentsFollowTheSignalInTrainingOnly() throws {
    let baseline = NeuralBaseline([1], RandomStream(1))
    let signal = Tensor([-8, -12] as [Float])  // mean −10, variance 8
    func scaled() throws -> [Double] {
      try baseline.scaled(baseline.surprise(signal, at: x)).values(as: Double.self)
    }
    #expect(try scaled() == [-8, -12], "the network expects nothing at first")
    let after = try Runtime.training(true) { try scaled() }
    // The mean goes to −2 and the variance to 0.8 + 1.6.
    #expect(abs(after[0] - -6 / 2.4.squareRoot()) < 1e-5)
    #expect(abs(after[1] - -10 / 2.4.squareRoot()) < 1e-5)
  }

  @Test func theNetworkLearnsFromTheSquareOfTheSurprise() throws {
    let baseline = NeuralBaseline([1], RandomStream(1))
    let surprise = baseline.surprise(Tensor([-8, -12] as [Float]), at: x)
    let slope = try surprise.squared().sum().gradient(of: baseline.parameters[2])
    #expect(try slope.abs().sum().value() > 0)
  }
}
