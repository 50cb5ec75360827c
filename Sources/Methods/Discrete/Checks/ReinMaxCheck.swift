import Evaluation
import Probability

extension ReinMax {
  /// Re-tests what Liu et al., 2023, say of Heun's rule for gradients through draws.
  static let check = Check(
    "S408",
    protocol: """
      MNIST (else Fashion-MNIST) at 14×14, binarised once, else the 8×8 digits: 10,000 training pictures, 1,000 to \
      choose on, 2,000 of the test set to judge by. Categorical autoencoder 196-200-(8 × 4)-200-196, and (4 × 24), \
      with ReLU, prior of equally likely classes, exact KL term. Every arm trains 10 passes by Adam on batches of 100 \
      (paper: 160 passes); for each size its rate is the best of 0.0005, 0.001 and 0.003 by the bound of the pictures \
      to choose on after 2 passes with seed 0, then its temperature alike, of 1, 1.2 and 1.5 for ReinMax and plain \
      straight through, of 0.5, 0.7 and 1 for straight-through Gumbel-softmax. The test bound takes 5 one-hot draws \
      for each picture. Polynomials: E Σ |A y − c|^p over 4 variables of 3 classes with normal A, c and logits, 10 worlds a \
      seed, whose gradient is summed over all 81 draws. Bias is the distance of an estimator's expected gradient from \
      it over its length, at temperature 1 and summed over all draws for ReinMax and straight through; for \
      straight-through Gumbel-softmax over 20,000 draws, less the variance that sampling adds, at the best of 0.3, 0.5 \
      and 1 for each world. Step time is the shortest of 20 steps of loss and gradients of the (8 × 4) network, taken \
      in turns.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "The categorical autoencoder has a better test bound by ReinMax than by straight-through "
          + "Gumbel-softmax, 8 variables of 4 classes", at: "the experiments with autoencoders",
        metric: bound(8, 4),
        system: reinMax, over: gumbel, margin: 0.5),
      Claim(
        "So it has with 4 variables of 24 classes", at: "the experiments with autoencoders",
        metric: bound(4, 24),
        system: reinMax, over: gumbel, margin: 0.5),
      Claim(
        "It is better than by plain straight through, 8 variables of 4 classes",
        at: "the experiments with autoencoders", metric: bound(8, 4), system: reinMax,
        over: straight, margin: 0.5),
      Claim(
        "On quadratics the expected gradient is exact", at: "the theorem on ReinMax",
        metric: bias(2),
        system: reinMax, over: tolerance),
      Claim(
        "Straight through is biased on quadratics, as a rule of first order is",
        at: "the theorem on straight through",
        metric: bias(2), system: reinMax, over: straight, margin: 0.1),
      Claim(
        "On cubics ReinMax is less biased than straight through",
        at: "the experiments with polynomials", metric: bias(3),
        system: reinMax, over: straight, margin: 0.05),
      Claim(
        "On cubics ReinMax is less biased than straight-through Gumbel-softmax",
        at: "the experiments with polynomials",
        metric: bias(3), system: reinMax, over: gumbel, margin: 0.05),
      Claim(
        "At a power of 1.5 ReinMax is less biased than straight through",
        at: "the experiments with polynomials",
        metric: bias(1.5), system: reinMax, over: straight, margin: 0.05),
      Claim(
        "A step takes no more than 1.3 times that of straight-through Gumbel-softmax",
        at: "abstract", metric: stepTime, system: reinMax, over: allowance),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try ReinMaxTrial(lab, seed).run(&board)
      return board
    })

  static let reinMax = CategoricalEstimator.reinMax.rawValue
  static let gumbel = CategoricalEstimator.straightThroughGumbel.rawValue
  static let straight = CategoricalEstimator.straightThrough.rawValue
  static let tolerance = "tolerance of 1e-6"
  static let allowance = "1.3 times straight-through-gumbel"

  static func bound(_ units: Int, _ classes: Int) -> Claim.Metric {
    Claim.Metric("test bound, \(units) × \(classes)", unit: "nats", .higher)
  }
  static func bias(_ power: Double) -> Claim.Metric {
    Claim.Metric("relative bias, power \(power)", unit: "of the gradient's length", .lower)
  }
  static let stepTime = Claim.Metric("step time", unit: "milliseconds", .lower)
}
