import Datasets
import Evaluation
import Files
import Foundation
import Language
import Learning
import Manual
import Networks
import Torch

/// Training steps of a transformer like GPT-2 of 3.3 million numbers, four blocks of width 256, on rows of 128 bytes,
/// beside a loop like nanoGPT's.
struct LanguageCase: BenchCase {
  let id = "lm"
  let title = "transformer like GPT-2, 4 blocks of width 256, 16 rows of 128 bytes"
  let peer = "PyTorch, like nanoGPT"
  let target = 1.2
  let measure = BenchMeasure.rate("tokens")
  let quality: (name: String, direction: Direction)? = (
    "held-out loss after all steps, nats per token", .lower
  )

  private let batch = 16
  private let length = 128
  private let warmup = 10

  private func steps(_ run: BenchRun) -> Int { run.isQuick ? 5 : 90 }

  func ours(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.child(of: self)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.script(
      "torch_lm",
      [
        path("train", run), path("test", run), "--batch", "\(batch)", "--warmup", "\(warmup)",
        "--steps", "\(steps(run))",
      ])
  }

  func work(_ run: BenchRun) throws -> BenchFigures {
    var (method, options) = (LanguageModel(), SourceOptions())
    (method.style, method.blocks, method.width, method.heads) = (.gpt2, 4, 256, 4)
    method.training.batch = batch
    options.validation = 0
    let rows = try ["train", "test"].map { try NPY.read(path($0, run)) }
    // A level of a number from 0 to 1 is the token after 0.
    let texts = rows.map { MadeExamples(($0.sliced(1, 1, length + 1) - 1) / 255) }
    let source = try Source.made(
      "texts", train: texts[0], test: texts[1], support: .unit, options)
    let all = warmup + steps(run), clock = StepClock(from: warmup, to: all)
    method.training.epochs = all * batch / source.train.count + 1
    var training = FitRun(source, seed: Seed(UInt64(run.seed)))
    training.budget.steps = all
    training.shouldStop = {
      _ = clock.tick()
      return false
    }
    let network = try Space.fitted(method, training).network
    let peak = Double(peakMemory())
    let losses = try withoutGradients {
      try rows[1].to(.int64).split(into: 8, along: 0).map {
        try network.transformer.losses($0).mean().value() * Double($0.size(0))
      }
    }
    return BenchFigures(
      value: Double(steps(run) * batch * length) / clock.seconds, peak_memory_bytes: peak,
      quality: losses.reduce(0, +) / Double(rows[1].size(0)))
  }

  private func path(_ part: String, _ run: BenchRun) -> String {
    "\(run.folder)/lm-\(run.seed)-\(part).npy"
  }

  /// Writes rows of tokens: 0, and a text of letters each by the two before it.
  private func prepare(_ run: BenchRun) throws {
    guard !FileManager.default.fileExists(atPath: path("test", run)) else { return }
    let seed = Seed(UInt64(run.seed))
    let law = MarkovTexts(letters: 26, order: 2, length: length, seed: seed)
    var random = SplitMix(seed.child("texts"))
    for (part, count) in [("train", 4000), ("test", 256)] {
      var tokens: [Int64] = []
      for _ in 0..<count {
        tokens.append(0)
        tokens += law.draw(&random).text.utf8.map { Int64($0) + 1 }
      }
      try NPY.write(Tensor(tokens, shape: [count, length + 1]), to: path(part, run))
    }
  }
}
