import Evaluation
import Learning
import Sparse
import Torch

/// One seed of dictionaries in a made hierarchy and of a model that spells, each beside its control.
struct AbsorptionTrial {
  private let lab: Lab
  private let seed: Seed
  private let study: SAEAbsorption

  init(_ lab: Lab, _ seed: Seed) {
    (self.lab, self.seed) = (lab, seed)
    var study = SAEAbsorption()
    if lab.isQuick {
      (study.words, study.letters, study.texts) = (60, 3, 210)
      (study.epochs, study.width, study.examples) = (1, 16, 400)
      (study.latents, study.steps) = ([24], 10)
    }
    self.study = study
  }

  private func grid(_ active: [Int]) -> AbsorptionGrid {
    var grid = study.grid
    grid.active = lab.pick(full: active, quick: [4])
    return grid
  }

  /// Parents that children imply, and the same without co-occurrence.
  func hierarchy(_ board: inout Scoreboard) throws {
    let implied = try study.hierarchy(together: 1, seed)
    let free = try study.hierarchy(together: 0, seed)
    let grid = grid([4, 5, 6])
    let rows = try grid.rows(implied, as: "hierarchy", lab, seed)
    note(rows, "hierarchy", &board)
    note(try grid.rows(free, as: "no co-occurrence", lab, seed), "no co-occurrence", &board)
    var single = grid
    (single.latents, single.active) = ([grid.latents.max() ?? 2], [grid.active[0]])
    single.penalties = []
    let half = try study.hierarchy(together: 0.5, seed)
    let last = try single.rows(half, as: "half of the time together", lab, seed)
    board[SAEAbsorption.absorption.name, "half of the time together"] = last.map(\.summary.rate)
    board[SAEAbsorption.absorption.name, "hierarchy, 512 units, 4 largest"] = rows.filter {
      guard case .largest(let active) = $0.rule else { return false }
      return $0.latents == single.latents[0] && active == single.active[0]
    }.map(\.summary.rate)
  }

  /// Letters that words imply, and the same with letters drawn anew.
  func words(_ board: inout Scoreboard) throws {
    let states = try SpellingStates(study, lab, seed)
    let own = try states.concepts(texts: study.texts / 7)
    let redrawn = try states.concepts(texts: study.texts / 7, redrawn: true)
    let grid = grid([4, 8, 16])
    note(try grid.rows(own, as: "words", lab, seed), "words", &board)
    note(
      try grid.rows(redrawn, as: "letters drawn anew", lab, seed), "letters drawn anew", &board)
    board[SAEAbsorption.spelling.name, "model"] = [try states.spelled()]
    board[SAEAbsorption.spelling.name, "chance"] = [1 / Double(study.letters)]
    let untrained = try SpellingStates(study, lab, seed, isTrained: false)
    board[SAEAbsorption.recall.name, "untrained network, probe"] = [
      try untrained.concepts(texts: 10).probeRecall()
    ]
  }

  /// What dictionaries that keep the largest units come to at the least, at the most and on average, and those with a
  /// penalty.
  private func note(_ rows: [AbsorptionGrid.Row], _ name: String, _ board: inout Scoreboard) {
    let (largest, penalised) = (rows.filter(\.keepsLargest), rows.filter { !$0.keepsLargest })
    let rates = largest.map(\.summary.rate), recalls = largest.map(\.summary.recall)
    let (absorption, recall) = (SAEAbsorption.absorption.name, SAEAbsorption.recall.name)
    board[absorption, "\(name), least"] = [rates.min() ?? .nan]
    board[absorption, "\(name), most"] = [rates.max() ?? .nan]
    board[absorption, "\(name), L1"] = [penalised.map(\.summary.rate).mean]
    board[recall, "\(name), units"] = [recalls.mean]
    board[recall, "\(name), units at best"] = [recalls.max() ?? .nan]
    board[recall, "\(name), probe"] = [rows.first?.summary.probeRecall ?? .nan]
  }
}
