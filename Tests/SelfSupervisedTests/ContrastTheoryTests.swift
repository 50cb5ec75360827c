import Evaluation
import Foundation
import Learning
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

/// Theories of contrast: losses and scores against loops.
@Suite struct ContrastTheoryTests {
  init() { Runtime.threads = 1 }

  @Test func theLogisticLossOfNoMarginIsOneBit() throws {
    #expect(near(try ClassContrast.loss(Tensor([0.0], shape: [1, 1])).value(), 1))
    let two = try ClassContrast.loss(Tensor([1.0, -1], shape: [1, 2])).value()
    #expect(near(two, log2(1 + exp(-1.0) + exp(1.0))))
  }

  @Test func pairLossIsTheMeanOverPairsOfClasses() throws {
    let features = RandomStream(1).normal([6, 2], type: .float64)
    let x = try features.values(as: Double.self)
    let labels = [0, 0, 1, 1, 2, 2]
    func mean(_ kind: Int, _ axis: Int) -> Double {
      let (one, other) = (x[4 * kind + axis], x[4 * kind + 2 + axis])
      return (one + other) / 2
    }
    var losses: [Double] = []
    for (row, own) in labels.enumerated() {
      for other in 0..<3 where other != own {
        var margin = 0.0
        for axis in 0..<2 { margin += x[2 * row + axis] * (mean(own, axis) - mean(other, axis)) }
        losses.append(log2(1 + exp(-margin)))
      }
    }
    let classifier = MeanClassifier(features, classes: 3)
    let found = try classifier.pairLoss(
      features, Tensor(labels.map(Int64.init), shape: [6]))
    #expect(near(found, losses.mean))
  }

  @Test func theContrastiveLossBoundsThatOfTheMeans() throws {
    let world = ClassWorld(classes: 3, modes: 2, dimension: 4, separation: 1, RandomStream(1))
    let pool = world.examples(50, RandomStream(2))
    let features = { (x: Tensor) in x.tanh() }
    let draw = pool.draw(40_000, negatives: 1, block: 1, RandomStream(3))
    let loss = try ClassContrast().loss(draw, features).mean().value()
    let supervised = try MeanClassifier(features(pool.rows), classes: 3)
      .pairLoss(features(pool.rows), pool.labels)
    let moment = ClassContrast.Moment(
      step: 0, unsupervised: loss, supervised: supervised, accuracy: 0)
    #expect(moment.bound(classes: 3) > supervised)
  }

  @Test func theGradientOnNegativesIsTheirSoftmax() throws {
    let a = RandomStream(1).normal([5, 3], type: .float64)
    let b = RandomStream(2).normal([5, 3], type: .float64)
    let (partner, negatives) = NegativePull.similarities(a, b)
    #expect(negatives.shape == [10, 8])
    // The same loss from the similarities as from the projections.
    let leaves = negatives.requiringGradient()
    let logits = Tensor.concatenate([partner.unsqueezed(1), leaves], along: 1) / 0.3
    let loss = (logits.logSumExp(over: 1) - partner / 0.3).mean()
    let wanted = try a.normalisedCrossEntropy(with: b, temperature: 0.3).mean().value()
    #expect(near(try loss.value(), wanted, 1e-9))
    let gradient = try loss.gradients(for: [leaves])[0]
    let shares = gradient / gradient.sum(over: 1, keep: true)
    let nearest = try shares.sliced(1, 0, 2).sum(over: 1).mean().value()
    let found = try NegativePull.share(a, b, nearest: 0.25, temperature: 0.3).value()
    #expect(near(found, nearest, 1e-9))
  }

  @Test func simpleContrastIsTheMeanOfTheNearestLessThePartner() throws {
    let a = Tensor([1.0, 0, 0, 1], shape: [2, 2])
    let b = Tensor([0.6, 0.8, 0, 1], shape: [2, 2])
    // Of the four projections: partners 0.6, 1, 0.6, 1; nearest negatives 0, 0.8, 0.8, 0.8.
    let found = try a.simpleContrast(with: b, nearest: 0.5).values(as: Double.self)
    #expect(near(found[0], ((0 - 0.6) + (0.8 - 0.6)) / 2))
    #expect(near(found[1], ((0.8 - 1) + (0.8 - 1)) / 2))
  }

  @Test func toleranceIsTheMeanCosineWithinClasses() throws {
    let unit = Tensor([1.0, 0, 0, 1, 0.6, 0.8], shape: [3, 2])
    let labels = Tensor([0, 1, 0] as [Int64], shape: [3])
    #expect(near(try unit.tolerance(labels).value(), 0.6))
  }

  @Test func redrawnTreesKeepWhatTheyShare() throws {
    let tree = LatentTree(branching: 2, depth: 3, agreement: 0.9)
    let values = tree.draw(2000, RandomStream(1))
    let again = tree.redraw(values, below: 1, RandomStream(2))
    #expect(values.map { $0.size(1) } == [1, 2, 4, 8])
    #expect(try (values[1] - again[1]).abs().max().value() == 0)
    #expect(try (values[3] - again[3]).abs().max().value() == 2)
    let agreement = try (values[2] * values[1].repeatingEach(2, along: 1)).mean().value()
    #expect(abs(agreement - 0.9) < 0.03)
  }

  @Test func aNeuronThatIsItsNodeCorrelatesFully() throws {
    let tree = LatentTree(branching: 2, depth: 2, agreement: 0.999_999)
    let network = TreeNetwork(tree: tree, neurons: 2)
    let values = tree.draw(500, RandomStream(1))
    let weights = [Tensor.ones([2, 2, 2]), Tensor.ones([1, 4, 2])]
    #expect(try network.correlations(values, weights)[0] > 0.999)
  }

  @Test func dualLossesAreTheirFormulas() throws {
    let a = Tensor([1.0, 0, 0, 1], shape: [2, 2])
    let b = Tensor([1.0, 0, 0.6, 0.8], shape: [2, 2])
    // Half squared distances: first with second views.
    let (own, cross) = ([0.0, 0.2], [1 - 0.6, 1.0])
    let simple = ((own[0] - cross[0]) + (own[1] - cross[1])) / 2
    #expect(near(try DualLoss.simple(a, b).value(), simple))
    let triplets = (0..<2).map { (row: Int) -> Double in
      0.5 * log(1 + exp((own[row] - cross[row]) / 0.5))
    }
    #expect(near(try DualLoss.triplet(a, b).value(), triplets.mean))
    let shares = (0..<2).map { (row: Int) -> Double in
      let (near, far) = (exp(-own[row] / 0.5), exp(-cross[row] / 0.5))
      return -0.5 * log(near / (near + far))
    }
    #expect(near(try DualLoss.infoNCE(a, b).value(), shares.mean))
  }
}
