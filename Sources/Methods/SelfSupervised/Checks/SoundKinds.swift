import Foundation
import Torch

/// What draws the sounds of a world: so many at once, each of its own numbers.
struct SoundDraws {
  /// Samples a second.
  static let rate = 8000.0
  /// Samples of a sound, 0.6 seconds.
  static let length = 4800

  /// How many sounds are made at once, n.
  let count: Int
  let random: RandomStream

  /// Seconds since the start, `[1, t]`.
  var time: Tensor {
    Tensor.range(0, Double(Self.length), type: .float32).unsqueezed(0) / Self.rate
  }

  /// Numbers evenly spread over `range`, `[n, 1]`.
  func even(_ range: ClosedRange<Double>) -> Tensor {
    random.uniform([count, 1]) * (range.upperBound - range.lowerBound) + range.lowerBound
  }

  /// Numbers whose logarithms are evenly spread over those of `range`, `[n, 1]`.
  func pitches(_ range: ClosedRange<Double>) -> Tensor {
    Tensor.power(range.upperBound / range.lowerBound, random.uniform([count, 1])) * range.lowerBound
  }

  /// Phases of frequencies in hertz, `[n, 1]` or `[n, t]`, since the start: radians, `[n, t]`.
  func phase(_ frequency: Tensor) -> Tensor {
    frequency.expanded([count, Self.length]).cumulativeSum(along: 1) * (2 * .pi / Self.rate)
  }

  /// White noise without the frequencies below `low` and above `high`, hertz, `[n, 1]`: `[n, t]`.
  func noise(from low: Tensor, to high: Tensor) -> Tensor {
    let spectrum = random.normal([count, Self.length]).realFFT()
    let step = Self.rate / Double(Self.length)
    let places = Tensor.range(0, Double(Self.length / 2 + 1), type: .float32)
    let frequencies = (places * step).unsqueezed(0)  // [1, t / 2 + 1]
    let passes = (frequencies .>= low).logicalAnd(frequencies .<= high)
    return (spectrum * passes.to(.float32)).inverseRealFFT()
  }
}

/// What is to be heard: the classes of a world of sounds.
enum SoundKind: String, CaseIterable {
  case tone, rise, fall, warble, tremolo, a, i, u, burst, bursts

  /// Sounds that begin within 0.2 seconds and last for 0.25 to 0.4, `[n, t]`.
  func sounds(_ draws: SoundDraws) -> Tensor {
    let age = (draws.time - draws.even(0...0.2)) / draws.even(0.25...0.4)  // [n, t]
    let inside = age.clamped(0, 1)
    let envelope = (inside * .pi).sin().clamped(atLeast: 0).squareRoot()
    return wave(draws, age, inside) * envelope
  }

  private func wave(_ draws: SoundDraws, _ age: Tensor, _ inside: Tensor) -> Tensor {
    switch self {
    case .tone: return draws.phase(pitch(draws)).sin()
    case .rise: return swept(draws, inside * draws.even(0.5...1))
    case .fall: return swept(draws, (1 - inside) * draws.even(0.5...1))
    case .warble:
      let turn = (draws.time * draws.even(7...14) * (2 * .pi)).sin()
      return swept(draws, turn * draws.even(0.15...0.3))
    case .tremolo:
      let beat = (draws.time * draws.even(10...20) * (2 * .pi)).sin() * 0.5 + 0.5
      return draws.phase(pitch(draws)).sin() * beat
    // Means of men's formants: Peterson & Barney, Control methods used in a study of the vowels, 1952.
    case .a: return vowel(draws, [730, 1090, 2440])
    case .i: return vowel(draws, [270, 2290, 3010])
    case .u: return vowel(draws, [300, 870, 2240])
    case .burst: return band(draws) * (age.clamped(atLeast: 0) * -5).exp()
    case .bursts:
      return band(draws) * ((age * draws.even(4...6)).remainder(1) .< 0.35).to(.float32)
    }
  }

  private func pitch(_ draws: SoundDraws) -> Tensor { draws.pitches(300...2000) }

  /// A tone that is so many octaves higher, `[n, t]`.
  private func swept(_ draws: SoundDraws, _ octaves: Tensor) -> Tensor {
    draws.phase(pitch(draws) * octaves.exp2()).sin()
  }

  private func band(_ draws: SoundDraws) -> Tensor {
    let centre = draws.pitches(500...2400)
    return draws.noise(from: centre / 1.6, to: centre * 1.6)
  }

  /// Harmonics of a voice of 90 to 250 hertz that glides, louder around the formants, which vary by a tenth.
  private func vowel(_ draws: SoundDraws, _ formants: [Double]) -> Tensor {
    let voice = draws.pitches(90...250), shift = draws.even(0.9...1.1)
    let phase = draws.phase(voice * (draws.time * draws.even(-0.1...0.1) + 1))
    return (1...44).reduce(phase.zerosLike()) { sum, harmonic in
      let frequency = voice * Double(harmonic)  // [n, 1]
      let loudness = zip(formants, [1, 0.6, 0.3]).reduce(frequency.zerosLike()) { sum, formant in
        sum + (((frequency - shift * formant.0) / 90).squared() + 1).reciprocal() * formant.1
      }
      let audible = (frequency .< 0.45 * SoundDraws.rate).to(.float32)
      return sum + (phase * Double(harmonic)).sin() * loudness * audible
    }
  }
}

/// What is heard behind it, from the start to the end.
enum SoundBackground: Int, CaseIterable {
  case hiss, rumble, hum, crackle

  /// Backgrounds, `[n, t]`.
  func sounds(_ draws: SoundDraws) -> Tensor {
    let half = Tensor.full([1, 1], SoundDraws.rate / 2)
    switch self {
    case .hiss: return draws.noise(from: draws.pitches(1200...2500), to: half)
    case .rumble: return draws.noise(from: half.filled(with: 30), to: draws.pitches(300...900))
    case .hum:
      let phase = draws.phase(draws.pitches(50...120))
      return (1...12).reduce(phase.zerosLike()) { sum, harmonic in
        sum + (phase * Double(harmonic) + draws.even(0...2 * .pi)).sin() / Double(harmonic)
      }
    case .crackle:
      let shape = [draws.count, SoundDraws.length]
      let clicks = draws.random.normal(shape) * (draws.random.uniform(shape) .< 0.01).to(.float32)
      // Each click dies away over 24 samples, 3 milliseconds.
      return (0..<24).reduce(clicks.zerosLike()) { sum, delay in
        let late = clicks.padded([delay, 0]).sliced(1, 0, SoundDraws.length)
        return sum + late * exp(-Double(delay) / 6)
      }
    }
  }
}
