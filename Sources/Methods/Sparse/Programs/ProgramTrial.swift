import Autoencoding
import Datasets
import Evaluation
import Learning
import Torch

/// One world of cells, its embeddings, and how the arms do on each.
struct ProgramTrial {
  /// What makes embeddings of counts.
  enum Embedding: String, CaseIterable {
    case autoencoder
    case principal = "principal axes"
  }

  let study: SAEForBiology
  private let lab: Lab
  private let seed: Seed
  let world: ProgramTree
  /// Normalised counts, `[n, g]`, of which the last quarter of the rows judges.
  let expression: Tensor
  private let activities: Tensor
  private let source: Source

  init(_ study: SAEForBiology, _ lab: Lab, _ seed: Seed) throws {
    (self.study, self.lab, self.seed) = (study, lab, seed)
    world = study.world(seed.child("world"))
    activities = world.activities(study.cells)
    expression = try ProgramTree.normalised(world.counts(activities)).checked()
    let n = study.cells, first = n * 3 / 4
    var split = SourceOptions()
    split.validation = 0
    source = try Source.made(
      "cells", train: MadeExamples(expression[0..<first]),
      test: MadeExamples(expression[first..<n]), split)
  }

  /// The trial of one way to embed, in so many dimensions.
  ///
  /// - Throws: what fitting throws.
  func trial(_ embedding: Embedding, _ width: Int) throws -> HiddenTrial {
    let name = "\(embedding.rawValue) of \(width)"
    let vectors = try HiddenVectors(
      try embedded(embedding, width, name), activities, names: world.names)
    return try HiddenTrial(vectors, study, lab, seed.child(name), as: name)
  }

  /// Embeddings of all cells, `[n, width]`; only the rows to learn from are learned from.
  private func embedded(_ embedding: Embedding, _ width: Int, _ name: String) throws -> Tensor {
    switch embedding {
    case .autoencoder:
      var method = CellAutoencoder()
      (method.width, method.networks.hidden) = (width, study.hidden)
      method.networks.architecture = .mlp
      (method.training.epochs, method.training.schedule) = (study.epochs, .cosine)
      method.training.learningRate = 0.003
      let network = try lab.fit(method, source, seed: seed.child(name), as: name)
      return try withoutGradients { try network.encode(expression).checked() }
    case .principal:
      let axes = try PrincipalAxes(FitRun(source, seed: seed))
      let chosen = axes.axes.sliced(1, 0, min(width, axes.axes.size(1)))
      return (expression.to(.float64) - axes.mean.unsqueezed(0)).matmul(chosen).to(.float32)
    }
  }

  /// Whether the unit of each program is named by that program's genes, 1 or 0, among the rows to learn from.
  ///
  /// As many sets are there that belong to no program.
  ///
  /// - Throws: `TensorError`.
  func named(_ trial: HiddenTrial, _ codes: UnitCodes) throws -> [Double] {
    let own = world.sets, random = RandomStream(seed.child("other sets"))
    let rate = own.mean(over: 1, keep: true).expanded(own.shape)
    let sets = try AnnotationSets(
      names: world.names + world.names.map { "none like \($0)" },
      members: Tensor.concatenate([own, random.bernoulli(rate)]))
    let table = try GeneTable(expression[0..<trial.vectors.train.embeddings.size(0)])
    return try zip(trial.vectors.names, codes.matches(trial.vectors)).map { name, match in
      let unit = codes.train.selected(1, match.unit).to(.float32) * (match.rises ? 1 : -1)
      return try study.naming.name(unit, table, sets)?.name == name ? 1 : 0
    }
  }
}
