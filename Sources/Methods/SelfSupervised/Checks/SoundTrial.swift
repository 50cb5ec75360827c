import Datasets
import Evaluation
import Learning
import Torch

/// One seed of learning from sounds with and without what makes the views.
struct SoundTrial {
  private let lab: Lab
  private let seed: Seed
  private let train: SoundWorld
  private let test: SoundWorld

  init(_ lab: Lab, _ seed: Seed) {
    (self.lab, self.seed) = (lab, seed)
    let random = RandomStream(seed.child("sounds"))
    train = SoundWorld(each: lab.pick(full: 38, quick: 2), random.child("train"))
    test = SoundWorld(each: lab.pick(full: 25, quick: 1), random.child("test"))
  }

  private var whole: BYOLA {
    var whole = BYOLA()
    (whole.spectrogram.frame, whole.spectrogram.hop, whole.spectrogram.mels) = (256, 128, 24)
    whole.spectrogram.sampleRate = Int(SoundDraws.rate)
    (whole.segment, whole.channels, whole.features) = (32, 16, 128)
    whole.training = lab.training(epochs: 24, batch: 64)
    // What collapses is to be seen to.
    whole.collapse = 0
    return whole
  }

  func run(_ board: inout Scoreboard) throws {
    let source = try SoundWorld.source(train: train, test: test)
    var unmixed = whole, uncropped = whole, bare = whole, raw = whole, untrained = whole
    unmixed.views.mixup = 0
    uncropped.views.resizes = false
    (bare.views.mixup, bare.views.resizes) = (0, false)
    (raw.preNormalises, raw.postNormalises) = (false, false)
    untrained.training = whole.training.untouched
    for (arm, method) in [
      ("byol-a", whole), ("no mixup", unmixed), ("no resize-crop", uncropped),
      ("no augmentation", bare), ("no normalisation", raw), ("untrained", untrained),
    ] {
      let network = try lab.fit(method, source, seed: seed, as: arm)
      try judge(arm, network, source, &board)
    }
    try digits(&board)
  }

  /// Scores of `arm` in all that is asked of features of made sounds.
  private func judge(
    _ arm: String, _ network: BYOLA.Network, _ source: Source, _ board: inout Scoreboard
  ) throws {
    let known = try Scores(source.train, seed: seed).codes(network)
    let asked = try Scores(source.test, seed: seed).codes(network)
    board[BYOLA.kind.name, arm] = try LinearProbe().hits(
      train: known, train.kinds, test: asked, test.kinds, classes: SoundKind.allCases.count)
    board[BYOLA.background.name, arm] = try LinearProbe().hits(
      train: known, train.backgrounds, test: asked, test.backgrounds,
      classes: SoundBackground.allCases.count)
    let told = train.places { $0 == .hiss || $0 == .rumble }
    let others = test.places { $0 == .hum || $0 == .crackle }
    board[BYOLA.unseen.name, arm] = try LinearProbe().hits(
      train: known.rows(told), told.map { train.kinds[$0] }, test: asked.rows(others),
      others.map { test.kinds[$0] }, classes: SoundKind.allCases.count)
  }

  /// Spoken digits; the quick form takes the made sounds for them.
  private func digits(_ board: inout Scoreboard) throws {
    var options = SourceOptions()
    (options.length, options.validation) = (6000, 0)
    let source =
      lab.isQuick
      ? try SoundWorld.source(train: train, test: test)
      : try lab.source(["free-spoken-digits"], options)
    var method = whole
    method.training.epochs = lab.pick(full: 80, quick: 1)
    var untrained = method
    untrained.training = method.training.untouched
    untrained.training.epochs = lab.pick(full: 8, quick: 1)
    for (arm, method) in [("byol-a", method), ("untrained", untrained)] {
      let network = try lab.fit(method, source, seed: seed, as: "digits, \(arm)")
      guard let labels = try source.train.labels(), let wanted = try source.test.labels() else {
        continue
      }
      board[BYOLA.digit.name, arm] = try LinearProbe().hits(
        train: Scores(source.train, seed: seed).codes(network), labels,
        test: Scores(source.test, seed: seed).codes(network), wanted,
        classes: source.domain.classes.count)
    }
  }
}

extension SoundWorld {
  /// Places of the sounds over such backgrounds.
  fileprivate func places(_ isWanted: (SoundBackground) -> Bool) -> [Int] {
    kinds.indices.filter { isWanted(SoundBackground.allCases[backgrounds[$0]]) }
  }
}

extension Tensor {
  /// Some rows of `[n, k]`.
  fileprivate func rows(_ places: [Int]) -> Tensor {
    indexSelect(0, Tensor(places.map(Int64.init), shape: [places.count]))
  }
}
