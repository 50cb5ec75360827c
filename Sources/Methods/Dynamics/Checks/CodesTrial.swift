import Datasets
import Evaluation
import Learning
import Torch

/// One seed of heads on codes of a supervised encoder.
struct CodesTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    let data = try codes()
    let sizes = lab.pick(full: [20, 60, 200, 600, 4000], quick: [20, 100])
    for (name, head, procedure) in NaiveBayesLinearEval.arms where name != "logistic" {
      var procedure = procedure
      procedure.sizes = sizes
      // Both heads see the features alike.
      procedure.standardise = true
      let curves = try procedure.curves(
        data, seed: seed.child("curves"), heads: [head], shouldStop: lab.shouldStop)
      let errors = curves.errors[head] ?? []
      board[NaiveBayesLinearEval.few.name, name] = errors.first ?? []
      board[NaiveBayesLinearEval.many.name, name] = errors.last ?? []
    }
  }

  private func codes() throws -> LabelledCodes {
    var options = SourceOptions()
    options.limit = lab.pick(full: 10_000, quick: 3000)
    options.validation = 0.2
    let source = try lab.source(["fashion-mnist"], options)
    var classifier = Classifier()
    classifier.hidden = [64]
    classifier.training.learningRate = 0.001
    classifier.training.epochs = lab.pick(full: 8, quick: 1)
    let network = try lab.fit(classifier, source, seed: seed.child("encoder"), as: "encoder")
    let examples = source.test.prefix(lab.pick(full: 6000, quick: 500))
    let features = try Scores(examples, seed: seed).map { batch, _ in
      [try network.features(batch.x).to(.float64).checked()]
    }
    return LabelledCodes(
      x: .concatenate(features), labels: try examples.labels() ?? [],
      classes: source.domain.classes.count)
  }
}
