import Catalog
import Datasets
import Evaluation
import Files
import Learning
import Manual
import Torch

/// Eight seeds of a small VAE by `latent fit --seeds 8` beside eight runs of PyTorch one after another in one process:
/// both from the start of the program to eight saved models.
struct SeedsCase: BenchCase {
  let id = "seeds"
  let title = "8 seeds of a VAE 64-32-4 on the digits, batch 128, whole commands"
  let peer = "PyTorch eager, one after another"
  let target = 4.0
  let measure = BenchMeasure.seconds("from start to end")
  let quality: (name: String, direction: Direction)? = ("mean test bound, nats", .higher)

  private func epochs(_ run: BenchRun) -> String { run.isQuick ? "20" : "200" }

  private func digits() throws -> Source {
    var options = SourceOptions()
    options.validation = 0
    return try Source.open("digits", options)
  }

  func ours(_ run: BenchRun) throws -> BenchFigures {
    let name = "\(run.folder)/seeds-\(run.seed)", first = 100 * run.seed
    let whole = try run.command([
      "fit", "vae", "digits", "--architecture", "mlp", "--hidden", "32", "--latents", "4",
      "--epochs", epochs(run), "--batch", "128", "--seed", "\(first)", "--seeds", "8", "--out",
      name, "--quiet",
    ])
    let test = try digits().test
    let bounds = try (first..<first + 8).map { seed in
      let space = try Space(
        opening: "\(name)-seed-\(seed).latent", methods: Catalogue.methods.map(\.recipe))
      guard let network = space.network as? any Bounding else {
        throw UserError("\(space.folder) has no bound")
      }
      return try Scores(test, seed: Seed(UInt64(seed))).elbo(network).mean
    }
    return BenchFigures(
      value: whole.seconds, peak_memory_bytes: whole.peakBytes, quality: bounds.mean)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    let source = try digits()
    for (name, part) in [("train", source.train), ("test", source.test)] {
      let x = try part.batch(Array(0..<part.count)).x.flattened(from: 1)
      try NPY.write(x, to: "\(run.folder)/digits-\(name).npy")
    }
    let script = "\(run.peers.scripts)/torch_seeds.py"
    let words = [
      script, run.folder, "--epochs", epochs(run), "--seed", "\(100 * run.seed)", "--threads",
      "\(run.peers.threads)",
    ]
    let whole = try WholeRun(run.peers.python, words)
    // What was saved is judged by a process of its own, after the clock has stopped.
    var figures: BenchFigures = try run.peers.figures(run.peers.python, words + ["--judge"])
    (figures.value, figures.peak_memory_bytes) = (whole.seconds, whole.peakBytes)
    return figures
  }
}
