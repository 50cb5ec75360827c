import Datasets
import Evaluation
import Learning
import Manual
import SelfSupervised
import Torch

/// Training from two views of each of 10,000 images of Fashion-MNIST: the same residual network, head, views, rates and
/// passes here and around the parts of the package lightly, whose views are made by two processes beside the training.
struct SelfSupervisedCase: BenchCase {
  enum Kind: String, CaseIterable {
    case simclr, byol, vicreg
    case barlowTwins = "barlow-twins"
  }

  let kind: Kind

  var id: String { "ssl-\(kind.rawValue)" }
  var title: String {
    "\(kind.rawValue), residual network of 16, 32 and 64 channels, 10,000 images, batch 128, after the first of 3 epochs"
  }
  let peer = "lightly"
  let target = 1.3
  let measure = BenchMeasure.rate("images")
  let quality: (name: String, direction: Direction)? = ("linear probe, share", .higher)
  let environment = "ssl"

  private func images(_ run: BenchRun) -> Int { run.isQuick ? 1000 : 10_000 }
  private func epochs(_ run: BenchRun) -> Int { run.isQuick ? 2 : 3 }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    let files = "\(run.folder)/\(id)-\(run.seed)", count = images(run)
    var figures = try run.script(
      "lightly_ssl",
      [
        kind.rawValue, files, "--images", "\(count)", "--tested", "\(count)", "--epochs",
        "\(epochs(run))",
      ])
    figures.quality = try probed(
      run, try NPY.read("\(files)-train.npy"), try NPY.read("\(files)-test.npy"))
    return figures
  }

  func work(_ run: BenchRun) throws -> BenchFigures {
    switch kind {
    case .simclr: try trained(SimCLR(), run)
    case .byol: try trained(BYOL(), run)
    case .vicreg: try trained(VICReg(), run)
    case .barlowTwins: try trained(BarlowTwins(), run)
    }
  }

  private func trained(_ method: some JointEmbedding, _ bench: BenchRun) throws -> BenchFigures {
    var (method, options) = (method, SourceOptions())
    (method.training.epochs, method.training.batch) = (epochs(bench), 128)
    options.validation = 0
    let all = try Bench.fashion()
    let (train, test) = (try pixels(all.train, bench), try pixels(all.test, bench))
    let source = try Source.made(
      "first images of fashion-mnist", train: MadeExamples(train), test: MadeExamples(test),
      support: .unit, options)
    let epoch = (source.train.count + 127) / 128
    let clock = StepClock(from: epoch, to: epoch * method.training.epochs)
    var run = FitRun(source, seed: Seed(UInt64(bench.seed)))
    run.shouldStop = {
      _ = clock.tick()
      return false
    }
    let network = try Space.fitted(method, run).network
    let peak = Double(peakMemory()), scores = { Scores($0, seed: run.seed) }
    return BenchFigures(
      value: Double((epochs(bench) - 1) * source.train.count) / clock.seconds,
      peak_memory_bytes: peak,
      quality: try probed(
        bench, try scores(source.train).codes(network), try scores(source.test).codes(network)))
  }

  private func pixels(_ part: Examples, _ run: BenchRun) throws -> Tensor {
    try part.batch(Array(0..<images(run))).x
  }

  /// How many of the test images' classes a linear probe finds in the features.
  private func probed(_ run: BenchRun, _ train: Tensor, _ test: Tensor) throws -> Double {
    let all = try Bench.fashion(), count = images(run)
    return try LinearProbe().hits(
      train: train, all.train.prefix(count).labels() ?? [], test: test,
      all.test.prefix(count).labels() ?? [], classes: all.domain.classes.count
    ).mean
  }
}
