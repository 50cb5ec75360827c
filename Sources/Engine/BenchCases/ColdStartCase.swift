import Datasets
import Evaluation
import Files
import Foundation
import Manual

/// From the start of the program to the codes of a first batch of 256 pictures, by the whole command.
struct ColdStartCase: BenchCase {
  let id = "cold-start"
  let title = "cold start to the first encoded batch, VAE 784-400-20"
  let peer = "Python with PyTorch"
  let target = 5.0
  let measure = BenchMeasure.seconds("from start to end")
  // The same weights on both sides.
  let quality: (name: String, direction: Direction)? = nil

  func ours(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    let whole = try run.command([
      "encode", space(run), batch(run), "--out", "\(run.folder)/cold.npy", "--quiet",
    ])
    return BenchFigures(value: whole.seconds, peak_memory_bytes: whole.peakBytes)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    let whole = try WholeRun(
      run.peers.python,
      [
        "\(run.peers.scripts)/torch_encode.py", space(run), batch(run), "--out",
        "\(run.folder)/cold-theirs.npy", "--threads", "\(run.peers.threads)",
      ])
    return BenchFigures(value: whole.seconds, peak_memory_bytes: whole.peakBytes)
  }

  private func space(_ run: BenchRun) -> String { "\(run.folder)/cold.latent" }
  private func batch(_ run: BenchRun) -> String { "\(run.folder)/cold-batch.npy" }

  /// Makes the space and the batch, once for all pairs.
  private func prepare(_ run: BenchRun) throws {
    guard !FileManager.default.fileExists(atPath: batch(run)) else { return }
    let fit = ["fit", "vae", "fashion-mnist", "--architecture", "mlp", "--hidden", "400"]
    _ = try run.command(
      fit + ["--latents", "20", "--limit", "1000", "--epochs", "1", "--out", space(run), "-q"])
    let test = try Bench.fashion().test
    try NPY.write(try test.batch(Array(0..<256)).x, to: batch(run))
  }
}
