import Evaluation
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
    let designs: Standardisation
    let scores: Standardisation

    /// Predicted scores by each member, designs `[n, d]` to `[members, n]`.
    func predictions(_ x: Tensor) -> Tensor {
      withoutGradients { scores.undone(surrogate.scores(designs(x))) }
    }

    /// Norm of the gradient of the mean standardised prediction with respect to the parameters, mean over members.
    ///
    /// - Throws: `TensorError`.
    func sharpness(_ x: Tensor) throws -> Double {
      let all = designs(x).unsqueezed(0)
        .expanded([surrogate.members] + x.shape).contiguous()
      return try jointNorms(surrogate.slope(all)).mean().value()
    }
  }

  /// The surrogate of designs `[n, d]` with scores `[n]`.
  ///
  /// - Throws: `TensorError`, ``TrainingError`` where the loss is no longer a number, `UserError` where it was
  ///   told to stop.
  func fit(_ x: Tensor, _ y: Tensor, seed: Seed) throws -> Fitted {
    let (x, y) = (x.to(.float32), y.to(.float32).unsqueezed(1))
    let (designs, scores) = (Standardisation(x), Standardisation(y))
    let count = search == .ensembleMean || search == .ensembleMinimum ? members : 1
    let surrogate = SurrogateEnsemble(
      x.size(1), hidden: hidden, members: count, RandomStream(seed.child("surrogate")))
    try train(surrogate, PairedRows(x: designs(x), y: scores(y).squeezed(-1)), seed)
    return Fitted(surrogate: surrogate, designs: designs, scores: scores)
  }

  private func train(
    _ surrogate: SurrogateEnsemble, _ table: PairedRows, _ seed: Seed
  ) throws {
    let (n, count) = (table.count, surrogate.members)
    var (penalty, conservatism) = (penalty, search == .conservative ? Conservatism() : nil)
    let adam = Adam(surrogate.parameters)
    for epoch in 0..<epochs {
      try require(goesOn(epoch), "stopped")
      // Each member goes through the designs in an order of its own.
      let order = RandomStream(seed.child("order").child(epoch)).uniform([count, n])
        .sorted(along: 1).indices
      for start in stride(from: 0, to: n, by: batch) {
        let now = table.rows(order.sliced(1, start, min(start + batch, n)))
        let predictions = surrogate(now.x)
        var loss = predictions.squaredError(now.y).mean(over: 1).sum()
        if conservatism != nil, let term = try conservatism?.loss(surrogate, now.x, predictions) {
          loss += term
        }
        var gradients = try loss.gradients(for: surrogate.parameters)
        if let extra = try penalty?.gradients(surrogate, now.x) {
          gradients = zip(gradients, extra).map { $0 + $1 }
        }
        try adam.step(gradients, rate: learningRate)
      }
      guard try surrogate.scores(table.x).sum().value().isFinite else {
        throw TrainingError.notFinite(term: "surrogate", step: epoch, saved: nil)
      }
    }
  }

  /// `count` designs `[count, d]` that ascend the surrogate from the best of those it was fitted to.
  ///
  /// - Throws: `TensorError`.
  func proposals(_ fitted: Fitted, _ x: Tensor, _ y: Tensor, count: Int) throws -> Tensor {
    let known = fitted.designs(x.to(.float32))
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
    return fitted.designs.undone(found)
  }
}
