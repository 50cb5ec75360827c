import Datasets
import Files
import Learning
import Networks
import Testing
import Torch

@testable import Evaluation

@Suite struct ProbeMeasureTests {
  private struct Layer: Module, Encoding {
    let layer: Linear
    func encode(_ x: Tensor) -> Tensor { layer(x.flattened(from: 1)) }
  }

  private let source: Source
  private let network = Layer(layer: Linear(64, 8, RandomStream(Seed(1))))

  init() throws {
    Runtime.threads = 1
    source = try Source.open("digits")
  }

  @Test func aShareOfTheLabelsHasEveryClassAndNoUnknownOne() {
    let labels = (0..<200).map { $0 % 2 } + [2, -1, -1]
    let places = LabelShare.tenth.places(labels, Seed(1))
    let told = places.map { labels[$0] }
    #expect(Set(told) == [0, 1, 2] && told.count == 21)
    #expect(places == LabelShare.tenth.places(labels, Seed(1)))
    #expect(places != LabelShare.tenth.places(labels, Seed(2)))
    #expect(LabelShare.all.places(labels, Seed(1)).count == labels.count)
  }

  @Test func moreLabelsServeEveryProbeBetter() throws {
    let subject = Measure.Subject(network, source, seed: Seed(1))
    for kind in ["probe", "neighbours", "naive-bayes"] {
      let found = try ["", "-10", "-1"].map {
        try #require(try Measure.named(kind + $0).figures(subject)).mean
      }
      #expect(found[0] > found[2] && found[1] > found[2] && found[2] > 0.15, "\(kind): \(found)")
    }
  }

  @Test func fineTuningTeachesTheNetworkAndLeavesItAsItWas() throws {
    let before = try network.layer.weight.tensor.values()
    var tuning = FineTuning()
    (tuning.training.epochs, tuning.training.learningRate) = (5, 0.01)
    let hits = try #require(
      try tuning.hits(
        network, train: source.train, test: source.test, classes: 10, seed: Seed(1)))
    #expect(hits.count == source.test.count && hits.mean > 0.8)
    #expect(try network.layer.weight.tensor.values() == before)
  }

  @Test func aClassWithoutExamplesIsNeverFound() throws {
    let data = LabelledCodes(
      x: Tensor([0.0, 1, 4, 5], shape: [4, 1]), labels: [0, 0, 2, 2], classes: 3)
    let joint = GaussianNaiveBayes(data, shared: true).logJoint(data.x)
    #expect(try joint.argmax(over: 1).places() == [0, 0, 2, 2])
  }
}
