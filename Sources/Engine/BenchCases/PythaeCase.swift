import Catalog
import Evaluation
import Learning
import Manual
import Torch

/// Training of one of pythae's models beside ours, 10,000 images, 5 epochs, batches of 100.
struct PythaeCase: BenchCase {
  /// pythae's name of the model, as in ``BenchAutoencoders/cases``.
  let model: String

  var id: String { "pythae-\(model)" }
  var title: String {
    "\(model == "iwae" ? "IWAE K = 5" : "VAE") 784-400-20, 10,000 images × 5 epochs, batch 100"
  }
  let peer = "pythae"
  let target = 1.5
  let measure = BenchMeasure.rate("images")
  let quality: (name: String, direction: Direction)? = ("test bound, nats", .higher)

  private func budget(_ run: BenchRun) -> BenchAutoencoders.Budget {
    BenchAutoencoders.Budget(images: 10_000, epochs: run.isQuick ? 2 : 5, batch: 100)
  }

  func work(_ run: BenchRun) throws -> BenchFigures {
    guard let each = BenchAutoencoders.cases.first(where: { $0.peer == model }) else {
      throw UsageError("latent \(Bench.childVerb): pythae has no \(model)")
    }
    let recipe = try Catalogue.method(named: each.method).recipe
    let found = try BenchAutoencoders.figures(
      of: recipe, each, budget(run), seed: UInt64(run.seed))
    return BenchFigures(
      value: found.items_per_second, peak_memory_bytes: found.peak_memory_bytes,
      quality: found.bound)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    let budget = budget(run)
    return try run.script(
      "pythae_models",
      [
        "--model", model, "--images", "\(budget.images)", "--epochs", "\(budget.epochs)", "--batch",
        "\(budget.batch)",
      ])
  }
}
