import Networks
import Torch

/// Ways to go through codes: down the slopes of landscapes, or along learned directions.
struct TraversedWays: Module {
  let potentials: Potentials?
  /// Directions with their lengths, `[p, k]`, where ways are straight.
  let directions: Parameter?
  let moves: Int

  /// A walk of some codes, each on its own way.
  struct Walk {
    /// Codes from the first to the last, `[n, k]` each: one more than there are moves.
    let codes: [Tensor]
    /// Squared slopes at the start, mean over units, and squared breaks of the wave equation, mean over moves: `[n]` each.
    let start: Tensor
    let residual: Tensor
  }

  /// From codes `[n, k]` on the ways `which`, int64 `[n]`; `sign` is 1, or −1 for the way back.
  func callAsFunction(_ z: Tensor, _ which: Tensor, sign: Double = 1) -> Walk {
    let still = z.zerosLike().sum(over: 1)
    guard let potentials else {
      let step = directions.map { $0.tensor.indexSelect(0, which) * sign } ?? z.zerosLike()
      let codes = (0...moves).map { z + step * Double($0) }
      return Walk(codes: codes, start: still, residual: still)
    }
    var (codes, residual) = ([z], still)
    for move in 0..<moves {
      let field = potentials(codes[move], which, at: Double(move))
      codes.append(codes[move] + field.slope * sign)
      residual += field.residual.squared()
    }
    let start = (codes[1] - z).squared().mean(over: 1)
    return Walk(codes: codes, start: start, residual: residual / Double(moves))
  }
}
