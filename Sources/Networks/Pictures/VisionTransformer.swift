import Torch

/// Sizes of a vision transformer.
public struct VisionTransformerForm: Equatable, Sendable {
  /// Channels of an image.
  public var inputs = 3
  /// Pixels along a side of an image.
  public var side = 224
  /// Pixels along a side of a patch.
  public var patch = 16
  public var width = 768
  public var blocks = 12
  public var heads = 12
  /// Width of the middle of the two layers of a block.
  public var hidden = 3072
  /// Whether a token of no patch stands for the image; else the mean over the patches does.
  public var hasClassToken = true
  /// Whether what a block adds is scaled, unit by unit.
  public var hasLayerScale = false
  public var epsilon = 1e-6

  /// Patches of an image, and the class token.
  var tokens: Int { (side / patch) * (side / patch) + (hasClassToken ? 1 : 0) }
}

/// Features of images by a transformer over their patches, `[n, c, side, side]` to `[n, width]`.
///
/// - Source: Dosovitskiy et al., *An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale*, ICLR 2021;
///   with scales as in Touvron et al., *Going deeper with image transformers*, ICCV 2021.
public struct VisionTransformer: Module {
  public let embedding: Convolution
  /// The token that stands for the image, `[1, 1, width]`.
  public let classToken: Parameter?
  /// What is added to each token for its place, `[1, t, width]`.
  public let positions: Parameter
  public let blocks: [Block]
  public let norm: LayerNorm

  public init(_ form: VisionTransformerForm, _ random: RandomStream) {
    embedding = Convolution(
      form.inputs, form.width, size: form.patch, window: .init(stride: form.patch), random)
    classToken =
      form.hasClassToken ? Parameter(random.child("class").normal([1, 1, form.width]) * 0.02) : nil
    positions = Parameter(random.child("positions").normal([1, form.tokens, form.width]) * 0.02)
    blocks = (0..<form.blocks).map { _ in Block(form, random) }
    norm = LayerNorm([form.width], epsilon: form.epsilon, device: random.device)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let h = tokens(x, after: blocks.count)
    return classToken == nil ? norm(h).mean(over: 1) : norm(h.selected(1, 0))
  }

  /// What the first `count` blocks put out for the patches, where they lie, `[n, c, side, side]` to
  /// `[n, width, side / patch, side / patch]`.
  public func maps(_ x: Tensor, after count: Int) -> Tensor {
    let patch = embedding.weight.tensor.size(2)
    let h = tokens(x, after: count)
    return (classToken == nil ? h : h[.all, 1...]).transposed(1, 2)
      .reshaped(x.size(0), -1, x.size(2) / patch, x.size(3) / patch)
  }

  private func tokens(_ x: Tensor, after count: Int) -> Tensor {
    let patches = embedding(x).flattened(from: 2).transposed(1, 2)  // [n, p, width]
    let tokens = classToken.map { token in
      Tensor.concatenate(
        [token.tensor.expanded([x.size(0), 1, patches.size(2)]), patches], along: 1)
    }
    return blocks.prefix(count).reduce((tokens ?? patches) + positions.tensor) { $1($0) }
  }

  /// Attention and two layers, each after a norm and beside a shortcut, `[n, t, width]` to the same.
  public struct Block: Module {
    public let attentionNorm: LayerNorm
    public let queriesKeysValues: Linear
    public let output: Linear
    public let attentionScale: Parameter?
    public let mlpNorm: LayerNorm
    public let mlp: MLP
    public let mlpScale: Parameter?
    let heads: Int

    init(_ form: VisionTransformerForm, _ random: RandomStream) {
      func norm() -> LayerNorm {
        LayerNorm([form.width], epsilon: form.epsilon, device: random.device)
      }
      func scale() -> Parameter? {
        form.hasLayerScale ? Parameter(Tensor.ones([form.width], device: random.device)) : nil
      }
      (attentionNorm, mlpNorm) = (norm(), norm())
      (attentionScale, mlpScale) = (scale(), scale())
      queriesKeysValues = Linear(form.width, 3 * form.width, random)
      output = Linear(form.width, form.width, random)
      mlp = MLP([form.width, form.hidden, form.width], activation: .gelu, random)
      heads = form.heads
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      let parts = queriesKeysValues(attentionNorm(x))
        .reshaped(x.size(0), x.size(1), 3, heads, -1).permuted(2, 0, 3, 1, 4)
      let attended = parts[0].attention(parts[1], parts[2])  // [n, heads, t, width / heads]
      let told = output(attended.transposed(1, 2).flattened(from: 2))
      let h = x + scaled(told, attentionScale)
      return h + scaled(mlp(mlpNorm(h)), mlpScale)
    }

    private func scaled(_ x: Tensor, _ scale: Parameter?) -> Tensor {
      scale.map { x * $0.tensor } ?? x
    }
  }
}
