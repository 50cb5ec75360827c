import Evaluation
import Learning
import Torch

extension ActiveTesting {
  /// Re-tests what Kossen et al., 2021, say of labels chosen by a surrogate.
  static let check = Check(
    "S115",
    protocol: """
      Fashion-MNIST. For each seed: 5,000 training images; a classifier 784-128-10 (ReLU, Adam at 0.001, batches of \
      128, 10 epochs) is the model; ten more of the same form and images with other starts and orders are the \
      surrogate, whose mean probability is used; it is never fitted to the pool. The pool is 2,000 test images drawn \
      by seed; the loss is the cross-entropy, the truth its mean over the pool. Budgets of 10, 20, 50, 100 and 200 labels, \
      each estimated from 2,000 repeated draws: uniform (mean loss), by the surrogate's expected loss (weighted), by \
      the model's own expected loss (weighted), by the surrogate without weights. Scores below the pool's quantile 0.1 are \
      raised to it. After a first look, in which the surrogate helped by less than the margin and the intervals covered \
      less than they say, one arm more: by the root of the surrogate's expected squared loss (weighted), with two claims of \
      ours; the others stand as they were. One score for each budget. Error: log10 of the median over repeats of the squared error. Bias: \
      absolute mean error over repeats, divided by the risk. Coverage: share of repeats whose 95% interval holds the \
      truth, for 50, 100 and 200 labels. Nothing is tuned.
      """,
    minutes: 2, seeds: 5,
    claims: [
      Claim(
        "Drawing labels by a surrogate's expected loss halves the squared error of the risk, at least",
        at: "§6.2",
        metric: squaredError, system: "surrogate", over: "uniform", margin: 0.3),
      Claim(
        "The weights take out the bias that choosing labels brings", at: "§3", metric: bias,
        system: "surrogate", over: "surrogate without weights", margin: 0.1),
      Claim(
        "A surrogate of its own is better than the model's own expectations", at: "§4.1",
        metric: squaredError, system: "surrogate", over: "model's own", margin: 0.05),
      Claim(
        "Drawing by the root of the expected squared loss is better than by the expected loss",
        at: "ours",
        metric: squaredError, system: "surrogate, root mean square", over: "surrogate",
        margin: 0.05),
      Claim(
        "Its interval covers nearer to what it says", at: "ours", metric: coverage,
        system: "surrogate, root mean square", over: "surrogate"),
      Claim(
        "The interval of the weighted estimate covers more than 90%", at: "ours", metric: coverage,
        system: "surrogate", over: "90%"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try RiskTrial(lab, seed).run(&board)
      return board
    })

  static let squaredError = Claim.Metric(
    "median squared error of the risk", unit: "log10", .lower)
  static let bias = Claim.Metric("bias of the risk", unit: "share of the risk", .lower)
  static let coverage = Claim.Metric("coverage of the 95% interval", unit: "share", .higher)
}
