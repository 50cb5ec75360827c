import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension RelationChains {
  /// A language model of `count` texts, or one that has not learned where there are no epochs.
  ///
  /// - Throws: `UserError`, or `TrainingError` where it is told to stop.
  func model(
    _ count: Int, epochs: Int, blocks: Int, width: Int, _ lab: Lab, _ seed: Seed
  ) throws -> HookedLanguageModel {
    var method = LanguageModel(blocks: blocks, width: width, epochs: max(epochs, 1), texts: count)
    // Turning positions, so that words after noise are as far from each other as before.
    method.style = .llama
    let source = try Source.made(
      "chains", train: MadeExamples(texts(count, seed.child("train"))),
      test: MadeExamples(texts(20, seed.child("spare"))), support: .tokens)
    try method.validate(for: source.domain)
    let network = method.makeNetwork(source.domain, RandomStream(seed.child("network")))
    try spread(network.transformer, width: width)
    if epochs > 0 {
      var run = FitRun(source, seed: seed)
      run.shouldStop = lab.shouldStop
      run.progress = { [say = lab.say] now in
        say("language model: epoch \(now.epoch) of \(now.epochs)")
      }
      _ = try method.fit(network, run)
    }
    return HookedLanguageModel(network)
  }

  /// Makes the matrices of blocks as large as their width asks for.
  ///
  /// They start with GPT-2's deviation of 0.02, which is for a width of 768; a narrow model that starts so near 0 learns
  /// nothing for more than a thousand steps.
  private func spread(_ transformer: LanguageTransformer, width: Int) throws {
    let factor = 1 / (0.02 * Double(width).squareRoot())
    for (name, parameter) in transformer.namedParameters
    where name.hasPrefix("blocks.") && parameter.tensor.rank == 2 {
      try parameter.tensor.assign(parameter.tensor.detached() * factor)
    }
  }

  /// The share of questions whose answer a model finds the likeliest word; all must be of one task.
  ///
  /// - Throws: `TensorError`.
  func known(_ model: HookedLanguageModel, _ questions: [Question]) throws -> Double {
    let rows = questions.map { Self.row($0.words) }
    let next = try withoutGradients {
      try model.transformer.logits(model.batch(rows)).selected(1, -1).checked()
    }
    let found = try next.argmax(over: 1).places()
    return zip(found, questions).map { $0 == $1.answer + 1 ? 1 : 0 }.mean
  }

  /// `count` questions of each task, after `noise` strings of letters and without.
  func depthTasks(_ count: Int, noise: Int, _ seed: Seed) -> [DepthTask] {
    tasks.map { task in
      var random = SplitMix(seed.child(task.name)), letters = SplitMix(seed.child("letters"))
      var rows: [[Int]] = [], noisedRows: [[Int]] = [], labels: [Int] = []
      for _ in 0..<count {
        let question = question(task, &random)
        rows.append(Self.row(question.words))
        noisedRows.append(Self.row(noised(question.words, noise, &letters)))
        labels.append(question.label)
      }
      return DepthTask(
        name: task.name, rows: rows, noised: noisedRows, labels: labels, classes: 2)
    }
  }
}
