import Files
import Foundation
import Learning
import Torch

/// Copies of examples that keep what they are an example of: pictures turned, scaled and shifted a little, other inputs
/// with noise and some of them lost; the same flags for every method that asks for views.
public struct Augmentation: Codable, Equatable, Sendable {
  /// Largest turn of a picture, degrees.
  public var rotation = 10.0
  /// Largest shift of a picture along each side, as a share of the side.
  public var shift = 0.05
  /// Largest change of a picture's size, as a share of it.
  public var scaling = 0.1
  /// Deviation of the noise on inputs that are no pictures.
  public var noise = 0.1
  /// Share of the inputs that are no pictures which are set to 0, their mean.
  public var dropped = 0.1

  public init() {}

  /// A copy of each example, `[n]` + shape to the same.
  public func callAsFunction(_ x: Tensor, _ random: RandomStream) -> Tensor {
    guard x.rank == 4 else {
      let kept = random.child("kept").bernoulli(x.detached().filled(with: 1 - dropped))
      return (x + random.child("noise").normal(x.shape, type: x.dtype) * noise) * kept
    }
    func within(_ bound: Double, _ name: String) -> Tensor {
      random.child(name).uniform([x.size(0)], type: x.dtype) * (2 * bound) - bound
    }
    let angle = within(rotation * .pi / 180, "rotation")
    let size = 1 + within(scaling, "scaling")
    // Coordinates run from −1 to 1, so a side is 2 long.
    let (across, down) = (within(2 * shift, "across"), within(2 * shift, "down"))
    let (cosine, sine) = (angle.cos() * size, angle.sin() * size)
    let rows = [
      Tensor.stack([cosine, -sine, across], along: 1),
      Tensor.stack([sine, cosine, down], along: 1),
    ]
    return x.sampled(at: Tensor.stack(rows, along: 1).affineGrid(x.shape))
  }

  /// Refuses changes that are none or too large to be small.
  ///
  /// - Throws: `UserError`.
  public func validate() throws {
    try require(0...180 ~= rotation, "--rotation \(rotation): must be from 0 to 180 degrees")
    try require(0...1 ~= shift, "--shift \(shift): must be a share from 0 to 1")
    try require(0..<1 ~= scaling, "--scaling \(scaling): must be at least 0 and below 1")
    try require(noise >= 0, "--noise \(noise): must be at least 0")
    try require(0..<1 ~= dropped, "--dropped \(dropped): must be at least 0 and below 1")
  }
}
