import Datasets
import Learning
import Networks
import Torch

/// What a network of scenes is trained for.
public enum SceneTask: String, Codable, CaseIterable, Sendable {
  case shapes, colours, textures
  /// Which quarter turn a scene was given, without labels.
  case turns
  /// The scene itself, through a narrow middle.
  case reconstruction

  /// The cause that is told, as a column of those of the scenes.
  var column: Int? {
    switch self {
    case .shapes: 0
    case .colours: 1
    case .textures: 2
    case .turns, .reconstruction: nil
    }
  }

  /// Classes that are told apart; nothing where none are.
  var classes: Int? {
    switch self {
    case .shapes: PartScenes.Kind.shape.names.count
    case .colours: PartScenes.Kind.colour.names.count
    case .textures: PartScenes.Kind.texture.names.count
    case .turns: 4
    case .reconstruction: nil
    }
  }
}

/// A small convolutional network of scenes, whose last maps are dissected.
///
/// All tasks have the same four convolutions. What is told is read from the largest value of each map; what is put
/// together again is read from the maps through a layer that halves them.
struct SceneRecipe: LossRecipe {
  static let card = Card(
    id: "scene-network", title: "Convolutional network of scenes",
    source: "Bau et al., Network Dissection, CVPR 2017, arXiv:1704.05796, §3",
    summary: "Four convolutions, trained for one of several tasks.")

  var task = SceneTask.shapes
  /// Maps of the last convolution.
  var units = 128
  /// Whether convolutions have batch normalisation.
  var isNormed = false
  /// Share of the last maps that are left out in training.
  var dropout = 0.0
  var training = Training()

  struct Network: Module {
    let convolutions: [Convolution]
    let norms: [BatchNorm]
    let dropout: Dropout
    let head: Linear?
    let decoder: [Convolution]

    /// Activations of the last convolution, `[n, 3, s, s]` to `[n, units, s / 4, s / 4]`.
    func maps(_ x: Tensor) -> Tensor {
      // Levels are about a half, and a network learns slowly from numbers that all are above 0.
      var h = (x - 0.5) * 4
      for (index, convolution) in convolutions.enumerated() {
        h = convolution(h)
        if !norms.isEmpty { h = norms[index](h) }
        h = h.relu()
      }
      return h
    }

    /// Logits, `[n, 3, s, s]` to `[n, classes]`.
    func logits(_ x: Tensor, _ random: RandomStream? = nil) -> Tensor {
      let pooled = maps(x).max(over: 2, 3)  // [n, units]
      let kept = random.map { dropout(pooled, $0) } ?? pooled
      return head?(kept) ?? kept
    }

    /// Scenes from their maps, `[n, 3, s, s]` to the same.
    func reconstruction(_ x: Tensor) -> Tensor {
      var h = maps(x)
      for (index, layer) in decoder.enumerated() { h = layer(index == 0 ? h : h.relu()) }
      return h
    }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let widths = [domain.shape[0], 16, 32, 48, units]
    let layers = [(5, 2), (3, 2), (3, 1), (3, 1)]
    let convolutions = layers.enumerated().map { index, layer in
      Convolution(
        widths[index], widths[index + 1], size: layer.0,
        window: .init(stride: layer.1, padding: layer.0 / 2), bias: !isNormed,
        random.child("convolutions").child(index), initialiser: .kaimingNormal)
    }
    let norms = isNormed ? widths.dropFirst().map { BatchNorm($0, device: random.device) } : []
    return Network(
      convolutions: convolutions, norms: norms, dropout: Dropout(dropout),
      head: task.classes.map { Linear(units, $0, random.child("head")) },
      decoder: task == .reconstruction ? decoder(domain.shape[0], random.child("decoder")) : [])
  }

  private func decoder(_ channels: Int, _ random: RandomStream) -> [Convolution] {
    let widths = [units, 24, 48, 24, channels]
    return zip(widths, widths.dropFirst()).enumerated().map { index, pair in
      Convolution(
        pair.0, pair.1, size: 4, window: .init(stride: 2, padding: 1), transposed: index > 0,
        random.child(index))
    }
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    switch task {
    case .reconstruction:
      let errors = network.reconstruction(batch.x).squaredError(batch.x)
      return Loss(.term("squared error", errors.flattened(from: 1).mean(over: 1)))
    case .turns:
      let (x, turns) = Self.turned(batch.x)
      let logits = network.logits(x, step.random("dropout"))
      return Loss(.term("cross-entropy", logits.crossEntropy(turns)))
    case .shapes, .colours, .textures:
      // Scenes have all causes; a loss that is not a number stops the training.
      guard let causes = batch.factors, let column = task.column else {
        return Loss(.term("cross-entropy", Tensor(.nan)))
      }
      let logits = network.logits(batch.x, step.random("dropout"))
      return Loss(
        .term("cross-entropy", logits.crossEntropy(causes.selected(1, column).to(.int64))))
    }
  }

  /// Each fourth scene as it is, each next one a quarter further turned, and how far: batches come in random order.
  static func turned(_ x: Tensor) -> (x: Tensor, turns: Tensor) {
    let turns = Tensor((0..<x.size(0)).map { Int64($0 % 4) }).to(x.device)
    let quarters = [
      x, x.transposed(2, 3).flipped(2), x.flipped(2, 3), x.transposed(2, 3).flipped(3),
    ]
    let parts = quarters.enumerated().map { turn, picture in
      picture * (turns .== Double(turn)).to(.float32).reshaped(-1, 1, 1, 1)
    }
    return (parts.dropFirst().reduce(parts[0], +), turns)
  }
}
