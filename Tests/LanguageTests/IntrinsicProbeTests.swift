import Datasets
import Foundation
import Learning
import Testing
import Torch

@testable import Language

@Suite struct IntrinsicProbeTests {
  private let odds = Tensor([Float(0.3), -1.2, 0.7, 2], shape: [4])
  /// All subsets of four neurons.
  private let all = Tensor(
    (0..<16).flatMap { subset in (0..<4).map { Float(subset >> $0 & 1) } }, shape: [16, 4])

  @Test(arguments: NeuronSubsets.allCases)
  func probabilitiesOfAllSubsetsSumToOne(law: NeuronSubsets) throws {
    let sum = try law.logProbability(all, logOdds: odds).exp().sum().value()
    #expect(abs(sum - 1) < 1e-5)
  }

  @Test(arguments: NeuronSubsets.allCases)
  func drawnSubsetsHaveTheirProbabilities(law: NeuronSubsets) throws {
    let drawn = law.drawn(40_000, logOdds: odds, RandomStream(Seed(1)))
    let bits = Tensor([Float(1), 2, 4, 8], shape: [4, 1])
    let found = drawn.matmul(bits).squeezed(1).to(.int64).oneHot(16).to(.float32).mean(over: 0)
    let wanted = law.logProbability(all, logOdds: odds).exp()
    #expect(try (found - wanted).abs().max().value() < 0.01)
  }

  @Test func theEntropyIsThatOfAllSubsets() throws {
    let logs = NeuronSubsets.poisson.logProbability(all, logOdds: odds)
    let wanted = try (-(logs.exp() * logs).sum()).value()
    let entropy = try #require(NeuronSubsets.poisson.entropy(logOdds: odds))
    #expect(abs(try entropy.value() - wanted) < 1e-5)
    #expect(NeuronSubsets.conditionalPoisson.entropy(logOdds: odds) == nil)
  }

  @Test func symmetricPolynomialsAreThoseOfTheOdds() throws {
    let odds = Tensor([Float(2), 3, 5].map(log), shape: [3])
    let sums = NeuronSubsets.partialSums(odds)
    let found = try sums[0].exp().values(as: Double.self)
    for (value, wanted) in zip(found, [1.0, 10, 31, 30]) { #expect(abs(value - wanted) < 1e-3) }
    #expect(try sums[2].exp().values(as: Double.self)[1] > 4.999)
  }

  @Test func aProbeOfNormalClassesIsBayesRule() throws {
    let random = RandomStream(Seed(2))
    let labels = (0..<4000).map { $0 % 2 }
    let shift = Tensor(labels.map { Float($0) * 2 - 1 }, shape: [4000, 1])
    let x = random.normal([4000, 3]) + shift * Tensor([Float(1), 0, 0], shape: [1, 3])
    let probe = try GaussianProbe(x, labels, classes: 2)
    let logs = try probe.logProbabilities(Tensor([Float(0.5), 9, 9], shape: [1, 3]), neurons: [0])
    // p(1 | h) is the logistic of 2 h.
    #expect(abs(try logs.exp().values(as: Double.self)[1] - 1 / (1 + exp(-1.0))) < 0.03)
  }

  @Test func aProbePicksTheNeuronsThatTell() throws {
    let world = try PlantedNeurons(neurons: 10, told: 2, classes: 2, tails: 5, Seed(3))
    let all = try LabelledActivations(world.drawn(1000, Seed(4)))
    let (train, test) = try all.halves(Seed(5))
    var learning = LatentSubsetProbe.Learning()
    learning.steps = 150
    let probe = try LatentSubsetProbe(
      .poisson, train.x, train.labels, classes: 2, learning, Seed(6))
    let picked = try probe.chosen(2, train.x, train.labels)
    #expect(picked.sorted() == world.told)
    let told = try probe.information(test.x, test.labels, neurons: picked)
    #expect(told > 0.05)
    let rest = (0..<10).filter { !world.told.contains($0) }
    #expect(try probe.information(test.x, test.labels, neurons: rest) < 0.02)
  }

  @Test func verbsAgreeWithTheirSubjects() {
    var random = SplitMix(Seed(7))
    for _ in 0..<50 {
      let sentence = AgreementSentences.drawn(&random)
      #expect(sentence.words.count <= AgreementSentences.length)
      #expect(sentence.words.last == 1)
      let verb = sentence.words[sentence.place + 1] - 64
      #expect(verb / AgreementSentences.verbs == (sentence.labels[1] == 0 ? sentence.labels[0] : 2))
    }
  }

  @Test func labelsAndActivationsMustFit() throws {
    var inputs = NamedArrays()
    try inputs.add("activations", .numbers([Double](repeating: 1, count: 100), shape: [50, 2]))
    try inputs.add("labels", .words(["a", "b"]))
    #expect { try LabelledActivations(inputs) } throws: {
      "\($0)".contains("2 labels, and 50 rows")
    }
  }
}
