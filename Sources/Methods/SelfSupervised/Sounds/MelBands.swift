import Foundation
import Torch

/// Bands of frequency whose centres are evenly apart in mels: triangles that reach from the centre of the band below to
/// that of the band above, where each is 0, and are 1 at their own.
struct MelBands {
  /// Number of bands.
  let count: Int
  /// The frequencies at which the lowest begins and the highest ends, hertz.
  let range: ClosedRange<Double>

  /// The pitch of a frequency in hertz, mels.
  static func mels(_ hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }

  /// The frequency of a pitch in mels, hertz.
  static func hertz(_ mels: Double) -> Double { 700 * (pow(10, mels / 2595) - 1) }

  /// Where the bands begin, have their centres and end, hertz: `count` + 2 numbers.
  var edges: [Double] {
    let (low, high) = (Self.mels(range.lowerBound), Self.mels(range.upperBound))
    return (0...count + 1).map { Self.hertz(low + (high - low) * Double($0) / Double(count + 1)) }
  }

  /// Weights of the frequencies of frames of `frame` samples, `rate` of which make a second: `[count, frame / 2 + 1]`.
  func weights(frame: Int, rate: Double) -> Tensor {
    let edges = edges, bins = frame / 2 + 1
    let weights = (0..<count).flatMap { band in
      (0..<bins).map { bin -> Float in
        let frequency = Double(bin) * rate / Double(frame)
        let rise = (frequency - edges[band]) / (edges[band + 1] - edges[band])
        let fall = (edges[band + 2] - frequency) / (edges[band + 2] - edges[band + 1])
        return Float(max(0, min(rise, fall)))
      }
    }
    return Tensor(weights, shape: [count, bins])
  }
}
