import Datasets
import Learning
import Networks
import Torch

/// A small network that learns to say which of four views of an example it sees, without labels: features to compare
/// reconstructions in.
///
/// - Source: Gidaris, Singh & Komodakis, *Unsupervised representation learning by predicting image rotations*, ICLR
///   2018, arXiv:1803.07728.
struct ViewTask: LossRecipe {
  static let card = Card(
    id: "view-task", title: "Which view", source: "Gidaris, Singh & Komodakis, 2018",
    summary: "What the feature network of a deep feature consistent autoencoder learns first.")

  /// Channels of the layers, each of which halves a picture; widths where the data are no pictures.
  var channels = [8, 16, 32]
  var training = Training()

  struct Network: Module {
    let convolutions: [Convolution]
    let layers: [Linear]
    let head: Linear

    /// Activations of every layer, `[n]` + shape to `[n, …]` each.
    func activations(_ x: Tensor) -> [Tensor] {
      var all: [Tensor] = []
      var h = convolutions.isEmpty ? x.flattened(from: 1) : x
      for layer in convolutions {
        h = layer(h).relu()
        all.append(h)
      }
      for layer in layers {
        h = layer(h).relu()
        all.append(h)
      }
      return all
    }

    /// Logits of the four views, `[n, 4]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
      guard let last = activations(x).last else { return head(x.flattened(from: 1)) }
      return head(last.flattened(from: 1))
    }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    guard domain.isImage else {
      let widths = [domain.size] + channels
      let layers = zip(widths, widths.dropFirst()).map { Linear($0, $1, random) }
      return Network(
        convolutions: [], layers: layers, head: Linear(widths.last ?? domain.size, 4, random))
    }
    var sides = Array(domain.shape.dropFirst())
    let widths = [domain.shape[0]] + channels
    let convolutions = zip(widths, widths.dropFirst()).map { from, to in
      sides = sides.map { ($0 + 1) / 2 }
      return Convolution(from, to, size: 3, window: .init(stride: 2, padding: 1), random)
    }
    let flat = (widths.last ?? 1) * sides.reduce(1, *)
    return Network(convolutions: convolutions, layers: [], head: Linear(flat, 4, random))
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let views = Self.views(of: batch.x)
    let n = batch.x.size(0)
    let labels = Tensor((0..<4).flatMap { [Int64](repeating: Int64($0), count: n) })
      .to(batch.x.device)
    let wrong = network(.concatenate(views)).crossEntropy(labels)  // [4 · n]
    return Loss(.term("cross-entropy", wrong.reshaped(4, n).mean(over: 0)))  // nats
  }

  /// Quarter turns of square pictures, mirror images of others, and shifts along the last axis of anything else.
  static func views(of x: Tensor) -> [Tensor] {
    guard x.rank == 4 else {
      let size = x.size(-1)
      return (0..<4).map { x.rolled(by: $0 * max(1, size / 4), along: x.rank - 1) }
    }
    let half = x.flipped(2, 3)
    guard x.size(2) == x.size(3) else { return [x, x.flipped(3), x.flipped(2), half] }
    let turned = x.transposed(2, 3)
    return [x, turned.flipped(2), half, turned.flipped(3)]
  }
}
