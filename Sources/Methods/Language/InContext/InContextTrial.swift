import Datasets
import Evaluation
import Learning
import Torch

/// How right a reader of prompts is, and how near to the exact posterior, by the length and the number of examples.
struct InContextScores {
  /// The scores on prompts of one kind.
  struct Entry {
    let length: Int
    let shots: Int
    /// Share of prompts that are answered right.
    let accuracy: Double
    /// Divergence from the exact predictions, nats.
    let divergence: Double
  }

  let entries: [Entry]

  /// For each length, the entry with the fewest examples and that with the most.
  private var ends: [(fewest: Entry, most: Entry)] {
    Dictionary(grouping: entries, by: \.length).values.compactMap {
      entries -> (fewest: Entry, most: Entry)? in
      guard let fewest = entries.min(by: { $0.shots < $1.shots }),
        let most = entries.max(by: { $0.shots < $1.shots })
      else { return nil }
      return (fewest, most)
    }
    .sorted { $0.fewest.length < $1.fewest.length }
  }

  /// Accuracy with the fewest examples, the mean over lengths.
  var before: Double { ends.map(\.fewest.accuracy).mean }
  /// Accuracy with the most examples, the mean over lengths.
  var after: Double { ends.map(\.most.accuracy).mean }
  /// Divergence from the exact predictions with the most examples, nats, the mean over lengths.
  var divergence: Double { ends.map(\.most.divergence).mean }

  /// Accuracy on examples of one length, with the most examples that all lengths were asked with.
  func accuracy(_ length: Int) -> Double? {
    let most = ends.map(\.most.shots).min() ?? 0
    return entries.first { $0.length == length && $0.shots == most }?.accuracy
  }
}

extension ICLImplicitBayes {
  /// The world of a seed.
  func world(_ seed: Seed) -> GINC { GINC(form, seed: seed.child("world")) }

  /// The numbers of examples of a length whose prompts are not longer than what is learned from, ascending.
  func fitting(_ examples: Int) -> [Int] {
    shots.sorted().filter { InContextPrompts.tokens(length: examples, shots: $0) < length }
  }

  /// Prompts of all lengths and numbers of examples that fit.
  func asked(_ world: GINC, _ seed: Seed) -> [InContextPrompts] {
    lengths.flatMap { examples in
      fitting(examples).map { shots in
        InContextPrompts(
          world, count: prompts, length: examples, shots: shots,
          seed.child("prompts of \(shots) by \(examples)"))
      }
    }
  }

  /// The reader of an arm after its training; arms whose documents have one law read the same documents.
  ///
  /// - Throws: `UserError` or `TrainingError`.
  func trained(_ arm: Arm, _ world: GINC, _ lab: Lab, _ seed: Seed) throws -> NextToken.Network {
    let held = 20
    var options = SourceOptions()
    options.validation = 0
    let rows = world.documents(
      texts + held, length: length, arm.law, seed.child("documents")
    ).rows
    let source = try Source.made(
      "GINC", train: MadeExamples(rows.sliced(0, 0, texts)),
      test: MadeExamples(rows.sliced(0, texts, texts + held)), support: .tokens,
      options)
    var method = NextToken()
    (method.kind, method.tokens, method.blocks) = (arm.kind, tokens, blocks)
    method.width = arm.kind == .lstm ? units : width
    (method.training.epochs, method.training.batch) = (1, 32)
    (method.training.learningRate, method.training.schedule) = (rate, .cosine)
    (method.training.warmup, method.training.clip) = (min(50, texts / 32 / 5), 1)
    return try lab.fit(method, source, seed: seed.child("training"), as: arm.rawValue)
  }

  /// The scores of what `predict` says of prompts.
  ///
  /// - Throws: what `predict` throws, or `TensorError`.
  func scores(
    _ prompts: [InContextPrompts], predict: (InContextPrompts) throws -> Tensor
  ) throws -> InContextScores {
    InContextScores(
      entries: try prompts.map { asked in
        let prediction = try predict(asked)
        return InContextScores.Entry(
          length: asked.length, shots: asked.shots, accuracy: try asked.accuracy(prediction),
          divergence: try asked.divergence(prediction))
      })
  }

  /// What orders of at most four of the shortest examples do to a reader.
  ///
  /// - Throws: `TensorError`.
  func orders(
    _ world: GINC, _ seed: Seed, predict: (Tensor) throws -> Tensor
  ) throws -> ExampleOrders.Spread {
    let shortest = lengths.min() ?? 2
    let shots = fitting(shortest).last { $0 <= 4 } ?? 0
    return try ExampleOrders().spread(
      world, length: shortest, shots: shots, seed.child("orders"), predict: predict)
  }
}
