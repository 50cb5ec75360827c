import Foundation
import Torch

/// Which place of a sequence each place follows: at most one before it, its parent.
///
/// A sequence has transition probabilities of its own. A place with a parent follows the parent's token by them, one
/// without is drawn from their stationary law, and the last is any token; what follows it follows by the same law.
struct ParentGraph {
  /// The parent of each place but the last; nothing for a root.
  let parents: [Int?]
  /// Different tokens.
  let tokens: Int

  /// A random graph of `count` places before the last one; each place but the first is a root with probability `roots`.
  init(places count: Int, tokens: Int, roots: Double, seed: Seed) {
    var random = SplitMix(seed)
    self.tokens = tokens
    parents = (0..<count).map { place in
      guard place > 0, random.uniform() >= roots else { return nil }
      return Int(random.uniform() * Double(place))
    }
  }

  /// The graph in which each place follows the one before it: a Markov chain.
  init(chainOf count: Int, tokens: Int) {
    self.tokens = tokens
    parents = (0..<count).map { $0 > 0 ? $0 - 1 : nil }
  }

  /// Places of a sequence, the last one included.
  var length: Int { parents.count + 1 }
  /// Places that follow another.
  var followers: [(place: Int, parent: Int)] {
    parents.enumerated().compactMap { place, parent in parent.map { (place, $0) } }
  }

  /// Transition probabilities of `count` sequences, `[n, S, S]`, and their stationary laws, `[n, S]`.
  func laws(_ count: Int, spread: Double, _ random: RandomStream) -> (Tensor, Tensor) {
    let shape = [count * tokens, tokens]
    let rows = random.dirichlet(Tensor.full(shape, spread)).clamped(atLeast: 1e-6)
    let laws = (rows / rows.sum(over: 1, keep: true)).reshaped(count, tokens, tokens)
    var power = laws
    for _ in 0..<10 { power = power.matmul(power) }
    let stationary = power.selected(1, 0)
    return (laws, stationary / stationary.sum(over: 1, keep: true))
  }

  /// Sequences as rows of tokens `[n, T]`, int64; `isTied` false draws each token by itself from the stationary law.
  func sequences(
    _ laws: Tensor, _ stationary: Tensor, isTied: Bool = true, _ random: RandomStream
  ) -> Tensor {
    let n = laws.size(0)
    var columns: [Tensor] = []
    for (place, parent) in parents.enumerated() {
      let draws = random.child(place)
      if let parent, isTied {
        let rows = columns[parent].unsqueezed(2).expanded([n, 1, tokens])
        columns.append(draws.categorical(laws.gather(1, rows).selected(1, 0)))
      } else {
        columns.append(draws.categorical(stationary))
      }
    }
    columns.append(random.child(parents.count).integers(0..<tokens, [n, 1]))
    return Tensor.concatenate(columns, along: 1)
  }

  /// The mean over laws of the chi-squared mutual information of the tokens at each two places, `[place][earlier]`.
  ///
  /// - Throws: `TensorError`.
  func information(_ laws: Tensor, _ stationary: Tensor) throws -> [[Double]] {
    var powers = [Tensor.identity(tokens).unsqueezed(0).expanded([laws.size(0), tokens, tokens])]
    for _ in parents { powers.append(powers[powers.count - 1].matmul(laws)) }
    return try parents.indices.map { place in
      try (0..<place).map { earlier in
        guard let (up, down) = path(place, earlier) else { return 0 }
        // Both follow their nearest common ancestor, which is stationary as every place is.
        let joint = (powers[down].transposed() * stationary.unsqueezed(1)).matmul(powers[up])
        let apart = stationary.unsqueezed(2) * stationary.unsqueezed(1)
        return try ((joint.squared() / apart).sum(over: 2).sum(over: 1) - 1).mean().value()
      }
    }
  }

  /// Steps from the nearest common ancestor of two places to each; nothing where they have none.
  private func path(_ one: Int, _ other: Int) -> (Int, Int)? {
    func ancestors(_ place: Int) -> [Int] {
      var line = [place]
      while let parent = parents[line[line.count - 1]] { line.append(parent) }
      return line
    }
    let (mine, theirs) = (ancestors(one), ancestors(other))
    for (up, place) in mine.enumerated() {
      if let down = theirs.firstIndex(of: place) { return (up, down) }
    }
    return nil
  }
}
