import Datasets
import Evaluation
import Learning
import Torch

/// One seed of linear models over theory, and of the same models with hidden layers.
struct CollapseTrial {
  let lab: Lab
  let seed: Seed

  func run(_ board: inout Scoreboard) throws {
    try linear(&board)
    try nonlinear(&board)
  }

  private func linear(_ board: inout Scoreboard) throws {
    var study = PosteriorCollapse()
    (study.betas, study.noises, study.rows) = ([0.4, 2.5], [0.5], 400)
    study.steps = lab.pick(full: 1200, quick: 60)
    let cells = try study.plan.enumerated().map { index, setting in
      lab.say("linear models: \(index + 1) of \(study.plan.count)")
      return try study.sweep.cell(setting, seed: seed, shouldStop: lab.shouldStop)
    }
    typealias Cell = CollapseSweep.Cell
    let largest = study.strongest
    let error = PosteriorCollapse.error.name
    board[error, "closed form"] = [
      cells.map { $0.error(of: $0.predicted, largest: largest) }.mean
    ]
    board[error, "tolerance"] = [0.02]
    // Of two levels the second's formula under the other kind of variance has no minimum now and then.
    let rivals = cells.filter { $0.rival.count == $0.predicted.count }
    board[PosteriorCollapse.rival.name, "closed form"] = rivals.map {
      $0.error(of: $0.predicted, largest: largest)
    }
    board[PosteriorCollapse.rival.name, "another model's"] = rivals.map {
      $0.error(of: $0.rival, largest: largest)
    }
    board[PosteriorCollapse.agreement.name, "closed form"] = [
      Double(cells.count { Cell.active($0.measured) == Cell.active($0.predicted) })
        / Double(cells.count)
    ]
    board[PosteriorCollapse.agreement.name, "tolerance"] = [0.9]
    board[PosteriorCollapse.excess.name, "trained"] = [cells.map(\.excess).min() ?? .nan]
    board[PosteriorCollapse.excess.name, "tolerance"] = [-0.001]
    func active(_ keep: (CollapseSweep.Setting) -> Bool) -> [Double] {
      cells.filter { keep($0.setting) }.map { Double(Cell.active($0.measured)) }
    }
    for correlation in [0.0, 0.85] {
      board[PosteriorCollapse.active.name, "correlation \(correlation)"] = active {
        $0.model == .conditional && $0.correlation == correlation
      }
    }
    for learns in [true, false] {
      let name = "second variance \(learns ? "learnt" : "fixed")"
      board[PosteriorCollapse.active.name, name] = active {
        $0.model == .hierarchical && !$0.learnsFirst && $0.learnsSecond == learns
      }
    }
  }

  private func nonlinear(_ board: inout Scoreboard) throws {
    var options = SourceOptions()
    options.limit = lab.pick(full: 4000, quick: 300)
    options.validation = 0
    let source = try lab.source(
      lab.pick(full: ["mnist", "fashion-mnist", "digits"], quick: ["digits"]), options)
    func score(_ name: String, _ set: (inout NonlinearCollapse) -> Void) throws {
      var method = NonlinearCollapse()
      set(&method)
      method.training.epochs = lab.pick(full: 6, quick: 1)
      method.training.schedule = .cosine
      let network = try lab.fit(method, source, seed: seed, as: name)
      let few = Scores(source.test.prefix(2000), seed: seed)
      board[PosteriorCollapse.units.name, name] = [Double(try few.activeUnits(network))]
    }
    for beta in [4.0, 8.0, 16.0] {
      try score("weight \(Int(beta))") { $0.beta = beta }
    }
    for (name, model) in [
      ("own upper half", NonlinearCollapse.Model.conditional),
      ("another's upper half", .unrelated),
    ] { try score(name) { ($0.model, $0.beta) = (model, 4) } }
    for (name, deviation) in [("second variance learnt", nil), ("second variance fixed", 0.6)] {
      try score(name) {
        ($0.model, $0.deviation, $0.secondDeviation, $0.beta) =
          (.hierarchical, 0.6, deviation, 2)
      }
    }
  }
}
