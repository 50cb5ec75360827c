import Torch

/// What the tokens of an example stand for.
public enum TokenLayout: Equatable, Sendable {
  /// A row of so many learned tokens, each of which may read the whole example.
  case row(Int)
  /// So many rows and columns, each token for its own part of the example.
  case grid(Int, Int)

  /// Number of tokens, t.
  public var count: Int {
    switch self {
    case .row(let count): count
    case .grid(let rows, let columns): rows * columns
    }
  }
}

/// The width, the number of blocks and the heads of a transformer.
public struct TransformerSize: Sendable {
  let width: Int
  let blocks: Int
  let heads: Int

  public init(width: Int, blocks: Int, heads: Int) {
    (self.width, self.blocks, self.heads) = (width, blocks, heads)
  }
}

/// Blocks of attention between two norms, `[n, t, width]` to the same.
public struct TransformerTrunk: Module {
  public let inputNorm: LayerNorm
  public let blocks: [TransformerBlock]
  public let norm: LayerNorm

  public init(_ size: TransformerSize, _ random: RandomStream) {
    inputNorm = LayerNorm([size.width], device: random.device)
    blocks = (0..<size.blocks).map { _ in
      TransformerBlock(size.width, heads: size.heads, random)
    }
    norm = LayerNorm([size.width], device: random.device)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    norm(blocks.reduce(inputNorm(x)) { $1($0) })
  }
}

/// Vectors for the tokens of an example, `[n] + shape` to `[n, t, w]`, by a transformer over its patches: those of
/// learned tokens beside the patches, or means over the patches of each cell of a grid.
///
/// - Source: Yu et al., *An Image is Worth 32 Tokens for Reconstruction and Generation*, NeurIPS 2024, section 3.2.
public struct PatchEncoder: Module {
  public let embedding: Linear
  /// Of the patches, `[p, width]`.
  public let positions: Parameter
  /// The learned tokens, `[t, width]`, where the layout is a row.
  public let latents: Parameter?
  public let trunk: TransformerTrunk
  public let output: Linear
  let patches: PatchGrid
  /// The share of each patch in each cell, `[t, p]`, where the layout is a grid.
  let shares: Tensor?

  public init(
    _ patches: PatchGrid, _ layout: TokenLayout, width: Int, _ size: TransformerSize,
    _ random: RandomStream
  ) {
    self.patches = patches
    embedding = Linear(patches.numbers, size.width, random)
    positions = Parameter(random.positions(patches.count, size.width))
    switch layout {
    case .row(let count):
      latents = Parameter(random.positions(count, size.width))
      shares = nil
    case .grid(let rows, let columns):
      latents = nil
      let member = Tensor(patches.cells(rows, columns).map(Int64.init)).to(random.device)
        .oneHot(layout.count).to(.float32).transposed(0, 1)
      shares = member / member.sum(over: 1, keep: true)
    }
    trunk = TransformerTrunk(size, random)
    output = Linear(size.width, width, random)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let h = embedding(patches.patches(x)) + positions.tensor  // [n, p, width]
    if let shares { return output(shares.matmul(trunk(h))) }
    guard let latents = latents?.tensor else { return output(trunk(h)) }
    let read = trunk(Tensor.concatenate([h, latents.repeated(h.size(0))], along: 1))
    // Only the learned tokens are kept: what the decoder is to know goes through them.
    return output(read.sliced(1, patches.count, patches.count + latents.size(0)))
  }
}

/// Examples from the vectors of their tokens, `[n, t, w]` to `[n] + shape`, without a final nonlinearity, by a
/// transformer over learned tokens at the places of the patches: the mirror image of ``PatchEncoder``.
public struct PatchDecoder: Module {
  public let input: Linear
  /// Of the patches, `[p, width]`; the mask token at a place is its position.
  public let positions: Parameter
  /// Of the tokens, `[t, width]`, where the layout is a row.
  public let latents: Parameter?
  public let trunk: TransformerTrunk
  public let output: Linear
  let patches: PatchGrid
  /// The cell of each patch, `[p]`, where the layout is a grid.
  let cells: Tensor?

  public init(
    _ patches: PatchGrid, _ layout: TokenLayout, width: Int, _ size: TransformerSize,
    _ random: RandomStream
  ) {
    self.patches = patches
    input = Linear(width, size.width, random)
    positions = Parameter(random.positions(patches.count, size.width))
    switch layout {
    case .row(let count):
      latents = Parameter(random.positions(count, size.width))
      cells = nil
    case .grid(let rows, let columns):
      latents = nil
      cells = Tensor(patches.cells(rows, columns).map(Int64.init)).to(random.device)
    }
    trunk = TransformerTrunk(size, random)
    output = Linear(size.width, patches.numbers, random)
  }

  public func callAsFunction(_ z: Tensor) -> Tensor {
    let codes = input(z)  // [n, t, width]
    var h = codes
    if let cells {
      h = trunk(codes.indexSelect(1, cells) + positions.tensor)
    } else if let latents {
      let masks = positions.tensor.repeated(z.size(0))
      h = trunk(Tensor.concatenate([masks, codes + latents.tensor], along: 1))
        .sliced(1, 0, patches.count)
    }
    return patches.assembled(output(h))
  }
}

extension RandomStream {
  /// Vectors of about unit length for `count` places, `[count, width]`.
  fileprivate func positions(_ count: Int, _ width: Int) -> Tensor {
    normal([count, width]) * (1 / Double(width).squareRoot())
  }
}

extension Tensor {
  /// The same rows for each of `n` examples, `[t, width]` to `[n, t, width]`.
  fileprivate func repeated(_ n: Int) -> Tensor { unsqueezed(0).expanded([n] + shape) }
}
