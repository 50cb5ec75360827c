import Foundation
import Probability
import Torch

/// Examples turned into short videos that end in them: each earlier frame is more corrupted.
public struct PseudoFrames: Equatable, Sendable {
  /// What is done to a frame.
  public enum Corruption: String, Codable, CaseIterable, Sendable {
    /// Gaussian blur of pictures; other data stay as they are.
    case blur
    /// Normal noise.
    case noise
    /// Blur, then noise.
    case both
  }

  /// How a frame depends on the later ones.
  public enum Order: String, Codable, CaseIterable, Sendable {
    /// Each frame is made of the next one alone.
    case markov
    /// Each frame is made of the example itself, with noise of its own, so that it tells what the next one does not.
    case independent
  }

  /// Frames of a video, the example among them.
  public let count: Int
  public let corruption: Corruption
  public let order: Order
  /// Standard deviation of the first frame's blur, pixels.
  public let blur: Double
  /// Standard deviation of the first frame's noise.
  public let noise: Double

  /// Frames from the most corrupted to the example itself; with `random` nil without noise.
  public func callAsFunction(_ x: Tensor, _ random: RandomStream?) -> [Tensor] {
    var frames = [x]
    for step in 1..<max(count, 1) {
      let share = Double(step) / Double(count - 1)
      let before = Double(step - 1) / Double(count - 1)
      // Variances of blur and of noise grow in proportion to the square of the share, in both orders alike.
      let grown = (share * share - before * before).squareRoot()
      let (source, part) = order == .markov ? (frames[0], grown) : (x, share)
      var frame = corruption == .noise ? source : source.blurred(blur * part)
      if corruption != .blur, let random {
        frame = frame + random.child(step).normal(x.shape, type: x.dtype) * (noise * part)
      }
      frames.insert(frame, at: 0)
    }
    return frames
  }
}

extension Tensor {
  /// Pictures `[n, c, h, w]` blurred by a normal window of `deviation` pixels that is cut and filled up at the edges;
  /// other arrays as they are.
  public func blurred(_ deviation: Double) -> Tensor {
    guard rank == 4, deviation > 0 else { return self }
    func window(_ size: Int) -> Tensor {
      let place = Tensor.range(0, Double(size), type: dtype, device: device)
      let square = (place.unsqueezed(1) - place.unsqueezed(0)).squared()
      return (square * (-0.5 / (deviation * deviation))).softmax(along: 1)
    }
    return window(size(2)).matmul(self).matmul(window(size(3)).transposed())
  }
}
