import Foundation
import Networks
import Torch

/// Attention among tokens, then to others, and a two-layer network, each after a norm and beside a shortcut.
///
/// - Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017, figure 1 right.
struct CrossBlock: Module {
  let ownNorm: LayerNorm
  let own: MultiheadAttention
  let queryNorm: LayerNorm
  let contextNorm: LayerNorm
  let cross: MultiheadAttention
  let mlpNorm: LayerNorm
  let mlp: MLP

  init(_ width: Int, heads: Int, _ random: RandomStream) {
    func norm() -> LayerNorm { LayerNorm([width], device: random.device) }
    (ownNorm, queryNorm, contextNorm, mlpNorm) = (norm(), norm(), norm(), norm())
    own = MultiheadAttention(width, heads: heads, random)
    cross = MultiheadAttention(width, heads: heads, random)
    mlp = MLP([width, 4 * width, width], activation: .gelu, random)
  }

  /// Tokens `[n, t, width]` that have read `context`, `[n, s, width]`.
  func callAsFunction(_ x: Tensor, _ context: Tensor) -> Tensor {
    let h = x + own(ownNorm(x))
    let read = h + cross(queryNorm(h), context: contextNorm(context))
    return read + mlp(mlpNorm(read))
  }
}

/// Vectors of hidden patches from those of visible ones, by tokens that know their places and begin, where asked for, as the
/// visible patches near them.
///
/// - Source: Wei, Gupta & Morgado, *Towards latent masked image modeling for self-supervised visual representation
///   learning*, ECCV 2024, arXiv:2407.15837, on the conditions of decoding.
struct CueDecoder: Module {
  let input: Linear
  let mask: Parameter
  let blocks: [CrossBlock]
  let norm: LayerNorm
  let output: Linear
  /// Of the patches, sines that are not learned, `[p, width]`.
  private let positions: Tensor
  private let takesCues: Bool

  init(
    _ grid: PatchGrid, of features: Int, width: Int, blocks count: Int, cues: Bool,
    _ random: RandomStream
  ) {
    input = Linear(features, width, random)
    mask = Parameter(random.normal([width]) * 0.02)
    blocks = (0..<count).map { _ in
      CrossBlock(width, heads: BackboneSettings.heads(width), random)
    }
    norm = LayerNorm([width], device: random.device)
    output = Linear(width, features, random)
    positions = Self.sines(grid, width).to(random.device)
    takesCues = cues
  }

  /// Vectors at the places `asked`, `[n, q]`, from those at `kept`, `[n, s]`: `[n, s, features]` to `[n, q, features]`.
  func callAsFunction(_ read: Tensor, _ kept: Tensor, asked: Tensor) -> Tensor {
    let (seen, there, here) = (input(read), positions.embedding(kept), positions.embedding(asked))
    var tokens = mask.tensor + here  // [n, q, width]
    if takesCues {
      let likeness = here.matmul(there.transposed()) / Double(here.size(2)).squareRoot()
      tokens += likeness.softmax().matmul(seen)
    }
    let context = seen + there
    return output(norm(blocks.reduce(tokens) { $1($0, context) }))
  }

  /// Sines and cosines of the row and of the column of each patch, `[p, width]`, of four kinds of as many frequencies each.
  private static func sines(_ grid: PatchGrid, _ width: Int) -> Tensor {
    let frequencies = (0..<width / 4).map { pow(10_000, -Double($0) / Double(width / 4)) }
    let values = (0..<grid.count).flatMap { place -> [Float] in
      let angles = [place / grid.size[1], place % grid.size[1]].flatMap { at in
        frequencies.map { Double(at) * $0 }
      }
      return angles.map { Float(sin($0)) } + angles.map { Float(cos($0)) }
    }
    return Tensor(values, shape: [grid.count, width])
  }
}
