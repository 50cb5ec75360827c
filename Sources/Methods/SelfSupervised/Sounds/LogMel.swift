import Datasets
import Files
import Foundation
import Learning
import Networks
import Torch

/// How sounds become spectrograms: the same flags for every method that hears.
public struct LogMelSettings: Codable, Equatable, Sendable {
  /// Samples of each frame, a power of 2 at best; the authors take 1024 at 16,000 a second.
  public var frame = 1024
  /// Samples from the start of a frame to that of the next.
  public var hop = 160
  /// Frequency bands, evenly apart in mels.
  public var mels = 64
  /// Samples a second; 0 takes what the files say, and 16,000 where they say nothing.
  public var sampleRate = 0
  /// Lowest frequency that is heard, hertz.
  public var lowest = 60.0
  /// Highest frequency that is heard, hertz; 0 takes 0.4875 of the samples a second, which are 7,800 of 16,000.
  public var highest = 0.0

  public init() {}

  /// Refuses sizes that make no spectrogram, and data that are neither sounds nor spectrograms.
  ///
  /// - Throws: `UserError`.
  func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes sounds, and the source holds tokens of text")
    try require(16...65_536 ~= frame, "--frame \(frame): must be 16 to 65536 samples")
    try require(1...frame ~= hop, "--hop \(hop): must be 1 sample up to a --frame of \(frame)")
    try require(8...1024 ~= mels, "--mels \(mels): must be 8 to 1024 bands")
    try require(sampleRate >= 0, "--sample-rate \(sampleRate): must be at least 0")
    try require(lowest >= 0 && lowest.isFinite, "--lowest \(lowest): must be at least 0 hertz")
    try require(highest >= 0 && highest.isFinite, "--highest \(highest): must be at least 0 hertz")
    try require(
      !domain.isImage || min(domain.shape[1], domain.shape[2]) >= 8,
      "pictures are taken for spectrograms of at least 8×8, and the source has shape \(domain.shape)"
    )
  }

  /// The frequencies that are heard at `rate` samples a second, hertz.
  ///
  /// - Throws: `UserError` where there are none.
  func range(at rate: Int) throws -> ClosedRange<Double> {
    let top = highest > 0 ? highest : 0.4875 * Double(rate)
    try require(
      lowest < top && top <= Double(rate) / 2,
      "--lowest \(lowest) --highest \(top): frequencies rise, up to \(Double(rate) / 2) hertz, half of "
        + "\(rate) samples a second")
    return lowest...top
  }
}

/// Log-mel spectrograms of sounds, and the mean and deviation that those of the training sounds have.
///
/// Sounds are `[t]` or `[t, c]`, whose channels are averaged; short ones are filled up with silence. Frames are
/// weighted by Hann's window, sounds mirrored at their ends. Pictures, `[c, h, w]`, are spectrograms already: a row for
/// each band.
///
/// - Source: Stevens, Volkmann & Newman, *A scale for the measurement of the psychological magnitude pitch*, 1937; the
///   formula and the triangles as in HTK and torchaudio.
public struct LogMel: Module {
  /// Weights of the frequencies in each band, `[mels, frame / 2 + 1]`.
  let filters: Buffer
  /// Of all numbers of the training spectrograms, `[1]` each.
  let mean: Buffer
  let deviation: Buffer
  private let shape: [Int]
  private let frame: Int
  private let hop: Int

  init(_ settings: LogMelSettings, _ shape: [Int], device: Device) {
    (self.shape, frame, hop) = (shape, settings.frame, settings.hop)
    let rate = settings.sampleRate > 0 ? settings.sampleRate : 16_000
    let range = (try? settings.range(at: rate)) ?? 0...Double(rate) / 2
    filters = Buffer(
      MelBands(count: settings.mels, range: range)
        .weights(frame: frame, rate: Double(rate)).to(device))
    mean = Buffer(.zeros([1], device: device))
    deviation = Buffer(.ones([1], device: device))
  }

  /// Channels, bands and frames of the spectrogram of an example.
  var size: (channels: Int, bands: Int, frames: Int) {
    shape.count == 3
      ? (shape[0], shape[1], shape[2]) : (1, filters.tensor.size(0), samples / hop + 1)
  }

  /// Samples of a sound, silence that fills it up included: eight frames at least, which the encoder halves three
  /// times.
  private var samples: Int { max(shape[0], frame, 7 * hop) }

  /// Natural logarithms of the power in each band, `[n]` + shape to `[n, channels, bands, frames]`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    guard Array(x.shape.dropFirst()) == shape else {
      let reason = "sounds of shape \(shape) are heard"
      return Tensor(error: x.error ?? TensorError("log-mel", shapes: [x.shape], reason: reason))
    }
    guard shape.count < 3 else { return x }
    let mono = shape.count == 2 ? x.mean(over: 2) : x  // [n, t]
    let filled = mono.padded([0, samples - mono.size(1)])
    let places = Tensor.range(0, Double(frame), type: .float32, device: x.device)
    let spectra = filled.stft(
      size: frame, hop: hop, window: 0.5 - 0.5 * (places * (2 * .pi / Double(frame))).cos())
    let power = spectra.abs().squared().transposed()  // [n, frames, frame / 2 + 1]
    // The least difference of single precision, as the authors have it, keeps silence finite.
    return (power.linear(filters.tensor) + 0x1p-23).log().transposed().unsqueezed(1)
  }

  /// Spectrograms with the mean 0 and the deviation 1 of the training sounds.
  func standardised(_ x: Tensor) -> Tensor { (x - mean.tensor) / deviation.tensor }

  /// Takes the rate of the training sounds of `run`, and the mean and deviation of spectrograms of 2,000 of them or more.
  ///
  /// - Throws: `UserError` where the sounds have no such frequencies, or what reading throws.
  func settle(_ settings: LogMelSettings, on run: FitRun) throws {
    let rate =
      settings.sampleRate > 0 ? settings.sampleRate : run.source.preprocessing.rate ?? 16_000
    if shape.count < 3 {
      let bands = MelBands(count: settings.mels, range: try settings.range(at: rate))
      try filters.tensor.assign(bands.weights(frame: frame, rate: Double(rate)).to(run.device))
    }
    let train = run.source.train
    let some = train.subset(Array(stride(from: 0, to: train.count, by: max(1, train.count / 2000))))
    var moments: [Tensor] = []
    for places in some.chunks(of: 100) {
      let x = self(try some.batch(places).moved(to: run.device).x).to(.float64)
      moments.append(Tensor.stack([x.mean(), x.squared().mean()]) * Double(places.count))
    }
    let means = try (Tensor.stack(moments).sum(over: 0) / Double(some.count))
      .values(as: Double.self)
    let variance = max(0, means[1] - means[0] * means[0])
    try mean.tensor.assign(mean.tensor.filled(with: means[0]))
    try deviation.tensor.assign(deviation.tensor.filled(with: max(variance.squareRoot(), 1e-6)))
  }
}
