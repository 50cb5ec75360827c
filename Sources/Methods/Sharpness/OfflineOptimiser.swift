import Files
import Learning
import Torch

/// How designs are sought on a surrogate.
public enum DesignSearch: String, Codable, CaseIterable, Sendable {
  /// Gradient ascent on one network.
  case ascent
  /// Gradient ascent on the mean of several networks.
  case ensembleMean = "ensemble-mean"
  /// Gradient ascent on the least of several networks' predictions.
  case ensembleMinimum = "ensemble-minimum"
  /// Gradient ascent on a network that may not score designs that ascend it much above real ones.
  case conservative
}

/// Finds designs with high scores from designs whose scores are known, without asking for another score.
struct OfflineOptimiser {
  var search = DesignSearch.ascent
  /// What holds sharpness down; nothing leaves the surrogate as it is.
  var penalty: SharpnessPenalty?
  var hidden = [128, 128]
  /// Networks of an ensemble.
  var members = 5
  var epochs = 100
  var batch = 64
  var learningRate = 1e-3
  var searchSteps = 200
  var searchRate = 0.01
  /// By how much of its range a column of a proposal may leave it, on each side.
  var margin = 0.0
  /// Told how many epochs are done; whether to go on.
  var goesOn: (Int) -> Bool = { _ in true }

  /// A surrogate with the units of its designs and scores.
  struct Fitted {
    let surrogate: SurrogateEnsemble
    let designs: Units
    let scores: Units

    /// Predicted scores by each member, designs `[n, d]` to `[members, n]`.
    func predictions(_ x: Tensor) -> Tensor {
      withoutGradients {
        surrogate.scores(designs.standard(x)) * scores.deviation + scores.mean
      }
    }

    /// Norm of the gradient of the mean standardised prediction with respect to the parameters, mean over members.
    ///
    /// - Throws: `TensorError`.
    func sharpness(_ x: Tensor) throws -> Double {
      let all = designs.standard(x).unsqueezed(0)
        .expanded([surrogate.members] + x.shape).contiguous()
      return try jointNorms(surrogate.slope(all)).mean().value()
    }
  }

  /// Means and deviations, `[1, d]`; a column that does not vary keeps its size.
  struct Units {
    let mean: Tensor
    let deviation: Tensor

    init(_ x: Tensor) {
      mean = x.mean(over: 0, keep: true)
      let spread = x.standardDeviation(over: 0, correction: 0, keep: true)
      deviation = (spread .> 0).choose(spread, spread.onesLike())
    }

    func standard(_ x: Tensor) -> Tensor { (x - mean) / deviation }
  }

  /// The surrogate of designs `[n, d]` with scores `[n]`.
  ///
  /// - Throws: `TensorError`, ``TrainingError`` where the loss is no longer a number, `UserError` where it was
  ///   told to stop.
  func fit(_ x: Tensor, _ y: Tensor, seed: Seed) throws -> Fitted {
    let units = (Units(x.to(.float32)), Units(y.to(.float32).unsqueezed(1)))
    let designs = units.0.standard(x.to(.float32))
    let scores = units.1.standard(y.to(.float32).unsqueezed(1)).squeezed(-1)
    let count = search == .ensembleMean || search == .ensembleMinimum ? members : 1
    let surrogate = SurrogateEnsemble(
      x.size(1), hidden: hidden, members: count, RandomStream(seed.child("surrogate")))
    try train(surrogate, designs, scores, seed)
    return Fitted(surrogate: surrogate, designs: units.0, scores: units.1)
  }

  private func train(
    _ surrogate: SurrogateEnsemble, _ x: Tensor, _ y: Tensor, _ seed: Seed
  ) throws {
    let (n, count) = (x.size(0), surrogate.members)
    var (penalty, conservatism) = (penalty, search == .conservative ? Conservatism() : nil)
    let adam = Adam(surrogate.parameters)
    for epoch in 0..<epochs {
      try require(goesOn(epoch), "stopped")
      // Each member goes through the designs in an order of its own.
      let order = RandomStream(seed.child("order").child(epoch)).uniform([count, n])
        .sorted(along: 1).indices
      for start in stride(from: 0, to: n, by: batch) {
        let rows = order.sliced(1, start, min(start + batch, n)).flattened()
        let inputs = x.indexSelect(0, rows).reshaped(count, -1, x.size(1))
        let predictions = surrogate(inputs)
        var loss = predictions.squaredError(y.indexSelect(0, rows).reshaped(count, -1))
          .mean(over: 1).sum()
        if conservatism != nil, let term = try conservatism?.loss(surrogate, inputs, predictions) {
          loss += term
        }
        var gradients = try loss.gradients(for: surrogate.parameters)
        if let extra = try penalty?.gradients(surrogate, inputs) {
          gradients = zip(gradients, extra).map { $0 + $1 }
        }
        try adam.step(gradients, rate: learningRate)
      }
      guard try surrogate.scores(x).sum().value().isFinite else {
        throw TrainingError.notFinite(term: "surrogate", step: epoch, saved: nil)
      }
    }
  }

  /// `count` designs `[count, d]` that ascend the surrogate from the best of those it was fitted to.
  ///
  /// - Throws: `TensorError`.
  func proposals(_ fitted: Fitted, _ x: Tensor, _ y: Tensor, count: Int) throws -> Tensor {
    let known = fitted.designs.standard(x.to(.float32))
    let (low, high) = (known.min(over: 0, keep: true), known.max(over: 0, keep: true))
    let room = (high - low) * margin
    let best = y.top(min(count, y.count), along: 0).indices
    let found = try SurrogateEnsemble.ascended(
      known.indexSelect(0, best), steps: searchSteps, rate: searchRate,
      within: (low - room, high + room)
    ) { designs in
      let scores = fitted.surrogate.scores(designs)
      return search == .ensembleMinimum ? scores.min(over: 0) : scores.mean(over: 0)
    }
    return found * fitted.designs.deviation + fitted.designs.mean
  }
}
