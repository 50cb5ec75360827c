import Datasets
import Learning
import Networks
import Torch

/// A classifier of blocks that add to what runs through all of them, so that neighbouring layers are alike, as in a
/// transformer; what stands between the blocks is its activations.
struct ResidualClassifier: LossRecipe {
  static let card = Card(
    id: "residual-classifier", title: "Residual classifier",
    source: "He et al., Deep residual learning for image recognition, CVPR 2016",
    summary: "A classifier whose blocks add to what runs through all of them.")

  var width = 64
  var blocks = 6
  var training = Training()

  struct Network: Module {
    let first: Linear
    let blocks: [MLP]
    let head: Linear

    /// What runs through after each block, each `[n, width]`.
    func activations(_ x: Tensor) -> [Tensor] {
      var all: [Tensor] = []
      var h = first(x.flattened(from: 1))
      for block in blocks {
        h = h + block(h)
        all.append(h)
      }
      return all
    }

    /// Logits when all goes on from what runs through after block `layer`.
    func logits(from h: Tensor, after layer: Int) -> Tensor {
      head(blocks.dropFirst(layer + 1).reduce(h) { $0 + $1($0) })
    }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      first: Linear(domain.size, width, random),
      blocks: (0..<blocks).map { _ in MLP([width, 2 * width, width], random) },
      head: Linear(width, domain.classes.count, random))
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    // A source without classes makes no head; a loss that is not a number stops the training.
    guard let labels = batch.labels, let last = network.activations(batch.x).last else {
      return Loss(.term("cross-entropy", Tensor(.nan)))
    }
    return Loss(.term("cross-entropy", network.head(last).crossEntropy(labels)))
  }
}
