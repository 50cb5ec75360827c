import Evaluation
import Probability

extension GumbelSoftmax {
  /// Re-tests what Jang, Gu & Poole, 2017, say of relaxed draws.
  static let check = Check(
    "S374",
    protocol: """
      MNIST (else Fashion-MNIST) at 14×14, binarised once, else the 8×8 digits: 10,000 training pictures, 500 to \
      choose on, 1,000 of the test set to judge by. Half-image prediction: 98-(24 × 10)-(24 × 10)-98, linear between \
      the stochastic layers, as in the paper at 28×28, one draw in training. Categorical autoencoder: 196-200-(20 × \
      10)-200-196 with ReLU (the paper's has no hidden layers), prior of equally likely classes, exact KL term. Both \
      Gumbel estimators cool from 1 to 0.5 over the first half; plain straight-through has temperature 1; the score \
      function has a baseline network of 100 units on the input, a running mean and a running scale. Every arm trains \
      8 passes by Adam on batches of 100 (paper: momentum, far longer); its rate is the best of 0.001, 0.003 and 0.01 \
      on the pictures to choose on after 2 passes with seed 0, chosen for each task. Negative log-likelihoods are of \
      the discrete model, with one-hot draws: 50 for each picture, averaged inside the logarithm, for the autoencoder \
      weighted by prior over posterior. Step time is the shortest of 5 steps of loss and gradients on 100 unlabelled \
      pictures of the semi-supervised model M2 (196-200-K, 196+K-200-20 and back), with one relaxed draw of the class \
      or all K summed, K = 100; accuracy of the semi-supervised model is not tested.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "Half-image prediction with Gumbel-softmax has a lower test loss than straight through",
        at: "§4.1 and table 1", metric: prediction, system: gumbel, over: straight, margin: 0.5),
      Claim(
        "So it has than with score-function gradients and baselines", at: "§4.1 and table 1",
        metric: prediction, system: gumbel, over: score, margin: 0.5),
      Claim(
        "One-hot draws with relaxed gradients, too, are better there than straight through",
        at: "§4.1 and table 1", metric: prediction, system: hard, over: straight, margin: 0.5),
      Claim(
        "The categorical autoencoder with Gumbel-softmax has a lower test loss than straight through",
        at: "§4.2 and table 1", metric: likelihood, system: gumbel, over: straight, margin: 0.5),
      Claim(
        "So it has than with score-function gradients and baselines", at: "§4.2 and table 1",
        metric: likelihood, system: gumbel, over: score, margin: 0.5),
      Claim(
        "One-hot draws with relaxed gradients, too, are better there than straight through",
        at: "§4.2 and table 1", metric: likelihood, system: hard, over: straight, margin: 0.5),
      Claim(
        "With 100 classes a semi-supervised step with one relaxed draw takes under half the time of "
          + "one that sums over the classes", at: "§4.3 and figure 5", metric: stepTime,
        system: gumbel, over: "marginalisation", margin: 0.3),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try EstimatorTrial(lab, seed).run(&board)
      return board
    })

  static let gumbel = CategoricalEstimator.gumbelSoftmax.rawValue
  static let hard = CategoricalEstimator.straightThroughGumbel.rawValue
  static let straight = CategoricalEstimator.straightThrough.rawValue
  static let score = CategoricalEstimator.scoreFunction.rawValue

  static let prediction = Claim.Metric("half-image loss", unit: "nats", .lower)
  static let likelihood = Claim.Metric("negative log-likelihood", unit: "nats", .lower)
  static let stepTime = Claim.Metric("step time", unit: "log10 seconds", .lower)
}
