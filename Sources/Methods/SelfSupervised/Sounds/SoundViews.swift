import Files
import Networks
import Torch

/// Views of spectrograms: mixed with a past sound, then cropped and resized in pitch and time.
///
/// - Source: Niizumi, Takeuchi, Ohishi, Harada & Kashino, *BYOL for Audio*, IJCNN 2021, arXiv:2103.06695, section III.
/// - Departs: crops lie at places between the numbers of a spectrogram, and are resized linearly instead of cubically.
public struct SoundViews: Codable, Equatable, Sendable {
  /// Largest share of a past sound that is mixed into a view; 0 mixes none.
  public var mixup = 0.4
  /// Past sounds that one is drawn from.
  public var memory = 2048
  /// Whether views are cropped and resized in pitch and time.
  public var resizes = true
  /// Smallest side of a crop, as a share of the spectrogram's.
  public var smallestSide = 0.6
  /// Largest side of a crop; in pitch it ends at 1, in time at 1.5, where silence surrounds the sound.
  public var largestSide = 1.5

  public init() {}

  /// Refuses shares that are none.
  ///
  /// - Throws: `UserError`.
  func validate() throws {
    try require(0..<1 ~= mixup, "--mixup \(mixup): must be at least 0 and below 1")
    try require(1...1_000_000 ~= memory, "--memory \(memory): must be 1 to 1000000 sounds")
    try require(
      smallestSide > 0 && smallestSide <= largestSide && largestSide <= 10,
      "--smallest-side \(smallestSide) --largest-side \(largestSide): must be above 0, and rise up to 10"
    )
  }

  /// Two views of each spectrogram, one after the other, `[n, c, h, w]` to `[2 n, c, h, w]`; backgrounds come from
  /// `past`, or from the sounds themselves where there is none.
  func two(_ x: Tensor, past: SoundMemory?, _ random: (String) -> RandomStream) -> Tensor {
    Tensor.concatenate(
      ["first view", "second view"].map { name in
        let stream = random(name)
        let mixed = mixup > 0 ? mixed(x, past, stream) : x
        return resizes ? mixed.resizedCrop(smallestSide...largestSide, stream.child("crop")) : mixed
      })
  }

  private func mixed(_ x: Tensor, _ past: SoundMemory?, _ random: RandomStream) -> Tensor {
    let n = x.size(0)
    let places = random.child("places")
    let others =
      past?.drawn(n, places) ?? x.flattened(from: 1).indexSelect(0, places.integers(0..<n, [n]))
    let shares = random.child("shares").uniform([n, 1, 1, 1]) * mixup
    return x.mixed(with: others.reshaped(x.shape), shares: shares)
  }
}

/// The last spectrograms that a training has met, first in, first out.
struct SoundMemory: Module {
  let queue: MemoryQueue
  /// How many of its rows hold sounds, `[1]`.
  let filled: Buffer

  /// Room for `count` spectrograms of `width` numbers each.
  init(_ count: Int, width: Int, device: Device) {
    // Rows that hold no sound yet are never drawn.
    queue = MemoryQueue(count, width: width, RandomStream(0, device: device))
    filled = Buffer(.zeros([1], device: device))
  }

  /// Puts spectrograms, `[n, c, h, w]`, in place of the oldest.
  func push(_ x: Tensor) {
    queue.push(x.flattened(from: 1))
    let most = Double(queue.rows.tensor.size(0))
    // What can fail here has failed in `x`, which the loss is made of.
    try? filled.tensor.assign((filled.tensor + Double(x.size(0))).clamped(atMost: most))
  }

  /// `n` of the spectrograms, each drawn among all, `[n, c · h · w]`; one must have been put in before.
  func drawn(_ n: Int, _ random: RandomStream) -> Tensor {
    let places = (random.uniform([n]) * filled.tensor).floor()
    return queue.rows.tensor.indexSelect(0, places.to(.int64))
  }
}

extension Tensor {
  /// Sounds that are heard at once, of logarithms: log((1 − share) · eˣ + share · eʸ), `[n, c, h, w]`.
  ///
  /// - Parameter shares: Of the other sound, from 0 up to 1, `[n, 1, 1, 1]`.
  func mixed(with other: Tensor, shares: Tensor) -> Tensor {
    ((1 - shares).log() + self).logAddExp(shares.log() + other)
  }

  /// A random rectangle of each spectrogram `[n, c, h, w]`, resized to the whole: its sides are shares `sides` of the
  /// spectrogram's, up to 1 in height and 1.5 in width, and it lies anywhere in an area of this size, in the middle of
  /// which is the spectrogram and around it zeros.
  func resizedCrop(_ sides: ClosedRange<Double>, _ random: RandomStream) -> Tensor {
    let (n, h, w) = (size(0), size(2), size(3))
    let draws = random.uniform([n, 4])
    /// Scale and shift of one axis, in grids that run from −1 to 1 along it.
    func axis(_ place: Int, _ length: Int, room: Double) -> (scale: Tensor, shift: Tensor) {
      let span = sides.upperBound - sides.lowerBound
      let side = (draws.selected(1, place) * span + sides.lowerBound).clamped(atMost: room)
      let steps = Double(Swift.max(length - 1, 1))
      let start = draws.selected(1, place + 1) * (room - side) - (room - 1) / 2
      let scale = (side * Double(length) - 1) / steps
      return (scale, start * (2 * Double(length) / steps) + scale - 1)
    }
    let (x, y) = (axis(0, w, room: 1.5), axis(2, h, room: 1))
    let zero = draws.selected(1, 0).zerosLike()
    let maps = Tensor.stack(
      [
        Tensor.stack([x.scale, zero, x.shift], along: 1),
        Tensor.stack([zero, y.scale, y.shift], along: 1),
      ], along: 1)  // [n, 2, 3]
    return sampled(at: maps.affineGrid(shape, alignCorners: true), alignCorners: true)
  }

  /// So many frames of each spectrogram `[n, c, h, w]` in a row, from a random one on; all where there are no more.
  func segment(_ frames: Int, _ random: RandomStream) -> Tensor {
    let (n, w) = (size(0), size(3))
    guard w > frames else { return self }
    let starts = random.integers(0..<w - frames + 1, [n, 1, 1, 1])
    let offsets = Tensor.range(0, Double(frames), type: .int64, device: device)
    let places = starts + offsets.reshaped(1, 1, 1, frames)
    return gather(3, places.expanded([n, size(1), size(2), frames]))
  }

  /// All numbers of a batch together brought to mean 0 and deviation 1.
  var standardisedTogether: Tensor {
    let centred = self - mean()
    return centred / (centred.squared().mean() + 1e-12).squareRoot()
  }
}
