import Networks
import Torch

/// Splits a code into a factor that tells the class and one for the rest, and makes the code of them again; with the network
/// that estimates how much the two factors say of each other.
///
/// - Source: Yoon, Roh & Suk, *A plug-in method for representation factorization in connectionist models*, IEEE
///   Transactions on Neural Networks and Learning Systems 2021, arXiv:1905.11088, section III.
struct FactorDecomposer: Module {
  let decomposer: MLP
  let entangler: MLP
  /// Logits of the classes from the class's factor.
  let reader: Linear
  /// What the score of a pair of factors follows from, high for those of one code.
  let statistic: MLP
  /// Without a bias, which would cancel from the bound.
  let score: Linear
  /// Units of the class's factor, which come first.
  let classUnits: Int

  init(
    latents: Int, classUnits: Int, styleUnits: Int, classes: Int, hidden: [Int],
    _ random: RandomStream
  ) {
    let both = classUnits + styleUnits
    decomposer = MLP([latents] + hidden + [both], random.child("decomposer"))
    entangler = MLP([both] + hidden.reversed() + [latents], random.child("entangler"))
    reader = Linear(classUnits, max(1, classes), random.child("reader"))
    statistic = MLP([both] + hidden, random.child("statistic"))
    score = Linear(hidden.last ?? both, 1, bias: false, random.child("score"))
    self.classUnits = classUnits
  }

  /// What estimates what the factors share.
  var statisticParameters: [Tensor] { statistic.parameters + score.parameters }
  /// What learns the factors.
  var factorParameters: [Tensor] {
    decomposer.parameters + entangler.parameters + reader.parameters
  }

  /// The class's factor and the rest of factors `[n, c + s]`.
  func halves(_ factors: Tensor) -> (label: Tensor, style: Tensor) {
    let width = factors.size(1)
    return (factors.sliced(1, 0, classUnits), factors.sliced(1, classUnits, width))
  }

  /// A lower bound of the total correlation of the two factors, nats, a scalar: the mean score of pairs of one code less
  /// the log mean exponential of those whose rest is another's (Donsker and Varadhan), in four permutations.
  func correlation(_ factors: Tensor, _ random: RandomStream) -> Tensor {
    let (label, style) = halves(factors)
    func scores(_ pairs: Tensor) -> Tensor { score(statistic(pairs).relu()).squeezed(1) }
    let apart = (0..<4).map { turn in
      let others = style.indexSelect(0, random.child(turn).permutation(factors.size(0)))
      return Tensor.concatenate([label, others], along: 1)
    }
    return scores(factors).mean() - scores(.concatenate(apart)).logMeanExp()
  }
}
