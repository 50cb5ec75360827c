import Datasets
import Torch

/// Sounds whose kind is to be told, over backgrounds that say nothing of it: as many of each kind over each background.
///
/// Ten kinds (tones, sweeps, vowels, noise) of any pitch, 0.6 seconds at 8,000 samples a second, over hiss, rumble, hum
/// or crackle, which is 3 decibels louder to 9 softer; all of it 10 decibels louder to 10 softer.
struct SoundWorld {
  /// Waves, `[n, t, 1]`.
  let x: Tensor
  /// The kind of each, a place in `SoundKind.allCases`.
  let kinds: [Int]
  /// The background of each, a place in `SoundBackground.allCases`.
  let backgrounds: [Int]

  /// `each` sounds of every kind over every background.
  init(each: Int, _ random: RandomStream) {
    var waves: [Tensor] = []
    var cells: [(kind: Int, background: Int)] = []
    for (kind, sound) in SoundKind.allCases.enumerated() {
      for (background, behind) in SoundBackground.allCases.enumerated() {
        func draws(_ name: String) -> SoundDraws {
          SoundDraws(count: each, random: random.child(name).child(cells.count))
        }
        let levels = draws("levels")
        let softer = Tensor.power(10, levels.even(-9...3) / 20)
        let gain = Tensor.power(10, levels.even(-10...10) / 20)
        let front = sound.sounds(draws("sounds")).ofUnitPower
        waves.append((front + behind.sounds(draws("backgrounds")).ofUnitPower * softer) * gain)
        cells.append((kind, background))
      }
    }
    x = Tensor.concatenate(waves).unsqueezed(2)
    kinds = cells.flatMap { Array(repeating: $0.kind, count: each) }
    backgrounds = cells.flatMap { Array(repeating: $0.background, count: each) }
  }

  /// A source of two such worlds.
  ///
  /// - Throws: `TensorError`.
  static func source(train: SoundWorld, test: SoundWorld) throws -> Source {
    let examples = try Examples(given: train.x, labels: train.kinds)
    return try Source(
      given: "sounds",
      Domain(
        shape: [SoundDraws.length, 1], support: .real,
        classes: SoundKind.allCases.map(\.rawValue)),
      train: examples, validation: examples.prefix(0),
      test: try Examples(given: test.x, labels: test.kinds))
  }
}

extension Tensor {
  /// Waves, `[n, t]`, with a mean square of 1 each.
  fileprivate var ofUnitPower: Tensor {
    self / (squared().mean(over: 1, keep: true) + 1e-12).squareRoot()
  }
}
