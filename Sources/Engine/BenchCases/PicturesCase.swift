import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// Training on a folder of 100,000 PNG files, more than are kept in memory, once all were seen, beside training on the
/// same pictures as one array.
struct PicturesCase: BenchCase {
  let id = "pictures"
  let title = "MLP VAE 12288-400-20 on 100,000 PNG files, batch 128, after the first epoch"
  let peer = "the same pictures as one array"
  let target = 0.9
  let measure = BenchMeasure.rate("images")
  let quality: (name: String, direction: Direction)? = nil

  private func count(_ run: BenchRun) -> Int { run.isQuick ? 2000 : 100_000 }

  func ours(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.reading("pictures-\(run.isQuick)").child(of: self)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    try run.reading("pictures-\(run.isQuick).npy").child(of: self)
  }

  /// Trains on what `run.folder` names: a folder of pictures, or an array.
  func work(_ run: BenchRun) throws -> BenchFigures {
    var options = SourceOptions()
    (options.validation, options.test) = (0, 0)
    let source = try Source.open(run.folder, options)
    let epoch = (source.train.count + 127) / 128
    let steps = Bench.Case(model: "mlp", batch: 128, steps: run.isQuick ? epoch : epoch / 4)
    let trained = try TimedTraining(
      steps, source: source, seed: Seed(UInt64(run.seed)), warmup: epoch)
    return BenchFigures(value: trained.rate, peak_memory_bytes: trained.peakBytes)
  }

  /// Writes the pictures, of 64 × 64 pixels with three channels, once for all pairs.
  private func prepare(_ run: BenchRun) throws {
    let (folder, side, pixels) = ("\(run.folder)/pictures-\(run.isQuick)", 64, 64 * 64)
    guard !FileManager.default.fileExists(atPath: folder) else { return }
    try makeFolder(folder)
    let source = try Bench.fashion(), random = RandomStream(Seed(1)), count = count(run)
    try AtomicFile.write(to: "\(folder).npy") { array in
      try array.append(Data(NPY.headerBytes(shape: [count, 3, side, side], type: "|u1")))
      for first in stride(from: 0, to: count, by: 1000) {
        let rows = (first..<min(count, first + 1000)).map { $0 % source.train.count }
        let grey = try source.train.batch(rows).x.interpolated(to: [side, side])
        let tints = random.uniform([rows.count, 3, 1, 1])
        let levels = try (grey * tints * 255).rounded().to(.uint8).contiguous().bytes()
        try array.append(levels)
        for place in rows.indices {
          let planes = levels[place * 3 * pixels..<(place + 1) * 3 * pixels]
          let file = try PNG.encode(
            pixels: interleaved(Array(planes), channels: 3), width: side, height: side, channels: 3)
          let path = String(format: "%@/%06d.png", folder, first + place)
          try file.write(to: URL(fileURLWithPath: path))
        }
      }
    }
  }

  /// Planes of one channel each as the channels of one pixel after another.
  private func interleaved(_ planes: [UInt8], channels: Int) -> [UInt8] {
    let pixels = planes.count / channels
    return planes.indices.map { planes[$0 % channels * pixels + $0 / channels] }
  }
}

extension BenchRun {
  /// The same run with a file or a folder in it as its folder.
  fileprivate func reading(_ name: String) -> BenchRun {
    BenchRun(peers: peers, seed: seed, isQuick: isQuick, folder: "\(folder)/\(name)")
  }
}
