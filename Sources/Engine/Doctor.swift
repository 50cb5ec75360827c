import Datasets
import Files
import Foundation
import Learning
import Manual
import Torch

/// `latent doctor`: what this machine offers and what is missing.
enum Doctor {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    Runtime.threads = cores
    let (blas, onednn) = products()
    let chosen = Runtime.prefersOneDNN ? "oneDNN" : "BLAS"
    let faster = onednn > blas ? "oneDNN" : "BLAS"
    let ratio = max(onednn, blas) / min(onednn, blas)
    var facts: [(String, String)] = [
      ("latent", Latent.version), ("libtorch", Runtime.version), ("from", Runtime.libraryPath),
      ("instructions", Runtime.instructions), ("cores", "\(cores)"),
      ("cuda devices", "\(Device.cudaCount)"), ("apple gpu", Device.hasMPS ? "yes" : "no"),
      (
        "matrix products",
        String(
          format:
            "%.0f GFLOP/s by oneDNN, %.0f by the BLAS: %@ is %.1f times faster, layers use %@",
          onednn, blas, faster, ratio, chosen)
      ),
      ("runs", RunRegistry.defaultPath()),
    ]
    facts += absences().map { ("absent", $0) }
    var table = TextTable(["", ""])
    for (name, value) in facts { table.add([name, value]) }
    let json: JSON = [
      ("latent", .string(Latent.version)), ("libtorch", .string(Runtime.version)),
      ("library", .string(Runtime.libraryPath)), ("instructions", .string(Runtime.instructions)),
      ("cores", .int(cores)), ("cudaDevices", .int(Device.cudaCount)),
      ("appleGPU", .bool(Device.hasMPS)), ("gflopsOneDNN", .number(onednn)),
      ("gflopsBLAS", .number(blas)), ("faster", .string(faster)), ("ratio", .number(ratio)),
      ("used", .string(chosen)), ("absent", .array(absences().map { .string($0) })),
    ].json
    try console.result(json, text: table.text())
  }

  /// GFLOP/s of a float32 product of 512 × 1024 by 1024 × 1024, through the BLAS and through oneDNN.
  private static func products() -> (blas: Double, onednn: Double) {
    let random = RandomStream(0)
    let x = random.normal([512, 1024])
    let w = random.normal([1024, 1024])
    let before = Runtime.prefersOneDNN
    defer { Runtime.prefersOneDNN = before }
    func rate(_ onednn: Bool) -> Double {
      Runtime.prefersOneDNN = onednn
      let times = (0..<12).map { _ in
        let start = ContinuousClock.now
        _ = withoutGradients { x.linear(w) }
        return (ContinuousClock.now - start) / .seconds(1)
      }
      return 2 * 512 * 1024 * 1024 / (times.min() ?? 1) / 1e9
    }
    return (rate(false), rate(true))
  }

  private static func absences() -> [String] {
    var missing = Source.known().filter {
      !$0.isHere && ["fashion-mnist", "digits"].contains($0.name)
    }
    .map { "\($0.name): \($0.how)" }
    if ProcessInfo.processInfo.environment["LATENT_DATA"] == nil {
      missing.append(
        "LATENT_DATA: set it to a folder with a MANIFEST.json to use the sets it names")
    }
    if Share.file("plotly.min.js") == nil {
      missing.append("plotly: make setup brings it; reports then have interactive charts")
    }
    return missing
  }
}
