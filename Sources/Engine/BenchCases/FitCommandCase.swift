import Catalog
import Evaluation
import Files
import Learning
import Manual
import Torch

/// A VAE by `latent fit` beside pythae's training pipeline: both from the start of the program to a saved model.
struct FitCommandCase: BenchCase {
  let id = "fit-command"
  let title = "VAE 784-400-20 by the whole command, 60,000 images, batch 100"
  let peer = "pythae's pipeline as a script"
  let target = 3.0
  let measure = BenchMeasure.seconds("from start to end")
  let quality: (name: String, direction: Direction)? = ("test bound, nats", .higher)

  private func epochs(_ run: BenchRun) -> String { run.isQuick ? "1" : "3" }

  func ours(_ run: BenchRun) throws -> BenchFigures {
    let space = "\(run.folder)/ours-\(run.seed).latent"
    let whole = try run.command([
      "fit", "vae", "fashion-mnist", "--architecture", "mlp", "--hidden", "400", "--latents", "20",
      "--epochs", epochs(run), "--batch", "100", "--seed", "\(run.seed)", "--out", space, "--quiet",
    ])
    let opened = try Space(opening: space, methods: Catalogue.methods.map(\.recipe))
    guard let network = opened.network as? any Bounding else {
      throw UserError("\(space) has no bound")
    }
    let test = try Bench.fashion().test
    let bounds = try Scores(test, seed: Seed(UInt64(run.seed))).elbo(network)
    return BenchFigures(
      value: whole.seconds, peak_memory_bytes: whole.peakBytes, quality: bounds.mean)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    let folder = "\(run.folder)/theirs-\(run.seed)"
    let script = "\(run.peers.scripts)/pythae_script.py"
    let words = ["--seed", "\(run.seed)", "--threads", "\(run.peers.threads)", "--out", folder]
    let whole = try WholeRun(run.peers.python, [script, "--epochs", epochs(run)] + words)
    // What was saved is judged by a process of its own, after the clock has stopped.
    var figures = try run.script("pythae_script", ["--judge", "--out", folder])
    (figures.value, figures.peak_memory_bytes) = (whole.seconds, whole.peakBytes)
    return figures
  }
}
