import Datasets
import Files
import Learning
import Networks
import Torch

/// BYOL for audio: an online network predicts, from one view of a segment of sound, what a slowly moving average of
/// itself makes of another; views are mixed with past sounds, and cropped and resized in pitch and time, so that what
/// is in the foreground stays.
///
/// Takes sounds, of files or as an array `[n, t, c]`, and spectrograms as pictures. Features are those of whole sounds.
///
/// - Source: Niizumi, Takeuchi, Ohishi, Harada & Kashino, *BYOL for Audio: self-supervised learning for general-purpose
///   audio representation*, IJCNN 2021, arXiv:2103.06695, section III; constants of the authors' program
///   (nttcslab/byol-a).
/// - Departs: smaller networks, of 32 channels and 256 features instead of 64 and 2,048, with heads of 256 instead of
///   4,096; no dropout; both views go through a network at once; crops are resized linearly; mean and deviation of the
///   spectrograms are measured before the training, not while it runs; sounds are standardised before they are heard.
public struct BYOLA: GradientRecipe {
  public static let card = Card(
    id: "byol-a", title: "BYOL for audio",
    source:
      "Niizumi, Takeuchi, Ohishi, Harada & Kashino, BYOL for Audio: self-supervised learning for "
      + "general-purpose audio representation, IJCNN 2021, arXiv:2103.06695",
    system: "S089",
    summary:
      "A network predicts what a slow average of itself makes of another view of the same sound; views are mixed "
      + "with past sounds and cropped in pitch and time.")

  public var spectrogram = LogMelSettings()
  public var views = SoundViews()
  /// Frames of the segments that are learned from, drawn from longer sounds; the authors' 96 are a second.
  public var segment = 96
  /// Whether spectrograms are normalised, as all training sounds are, before views are made.
  public var preNormalises = true
  /// Whether the views of a batch are normalised together after they are made.
  public var postNormalises = true
  /// Channels of each convolution.
  public var channels = 32
  /// Width of the features.
  public var features = 256
  /// Widths of the head; what is predicted has the last.
  public var projection = [256, 64]
  /// Width of the predictor's hidden layer.
  public var predictor = 256
  /// How much of the target survives a step.
  public var targetDecay = 0.99
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// What hears, the network that learns, what predicts from it, and the average that it predicts.
  public struct Network: Module {
    let spectrogram: LogMel
    let online: ProjectedSound
    let predictor: ProjectionHead
    let target: MovingAverage<ProjectedSound>
    let watch: CollapseWatch
    /// Whether what is encoded is normalised, as it was in training.
    let normalises: Bool
  }

  public func validate(for domain: Domain) throws {
    try spectrogram.validate(for: domain)
    try views.validate()
    try require(8...100_000 ~= segment, "--segment \(segment): must be 8 to 100000 frames")
    for (flag, widths) in [
      ("channels", [channels]), ("features", [features]), ("projection", projection),
      ("predictor", [predictor]),
    ] {
      try require(
        !widths.isEmpty && widths.allSatisfy { 1...100_000 ~= $0 },
        "--\(flag) \(widths.map(\.description).joined(separator: ",")): must be 1 to 100000")
    }
    try require(
      0..<1 ~= targetDecay, "--target-decay \(targetDecay): must be at least 0 and below 1")
    try require(0..<1 ~= collapse, "--collapse \(collapse): must be at least 0 and below 1")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let spectrogram = LogMel(spectrogram, domain.shape, device: random.device)
    let width = projection.last ?? 1
    func projected() -> ProjectedSound {
      ProjectedSound(
        encoder: MelEncoder(
          channels: spectrogram.size.channels, bands: spectrogram.size.bands, width: channels,
          features: features, random.child("encoder")),
        projector: ProjectionHead([features] + projection, random.child("projector")))
    }
    return Network(
      spectrogram: spectrogram, online: projected(),
      predictor: ProjectionHead([width, predictor, width], random.child("predictor")),
      // The same streams: the target starts as the network does.
      target: MovingAverage(projected()), watch: CollapseWatch(device: random.device),
      normalises: preNormalises || postNormalises)
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    try withoutGradients { try network.spectrogram.settle(spectrogram, on: run) }
    let size = network.spectrogram.size
    let memory = SoundMemory(
      views.mixup > 0 ? views.memory : 1,
      width: size.channels * size.bands * min(size.frames, segment), device: run.device)
    return try train(network, in: phases(network, memory), scaffold: memory, run)
  }

  /// Without a memory: backgrounds are sounds of the same batch.
  public func phases(_ network: Network) -> [Phase] { phases(network, nil) }

  private func phases(_ network: Network, _ memory: SoundMemory?) -> [Phase] {
    [Phase("all", network.parameters) { loss(network, memory, $0, $1) }]
  }

  private func loss(_ network: Network, _ past: SoundMemory?, _ batch: Batch, _ step: Step) -> Loss
  {
    let heard = network.spectrogram(batch.x)  // [n, c, h, frames]
    let sounds = preNormalises ? network.spectrogram.standardised(heard) : heard
    let x = sounds.segment(segment, step.random("segment"))  // [n, c, h, w]
    if Runtime.isTraining, views.mixup > 0 { past?.push(x) }
    let pair = views.two(x, past: past, step.random)  // [2 n, c, h, w]
    let both = postNormalises ? pair.standardisedTogether : pair
    let projections = network.online.projector(network.online.encoder(both))  // [2 n, m]
    let predictions = network.predictor(projections).split(into: 2, along: 0)  // [n, m]
    let target = network.target.base
    let targets = withoutGradients { target.projector(target.encoder(both)) }
      .split(into: 2, along: 0)  // [n, m]
    let seen = projections.split(into: 2, along: 0)
    return Loss(
      [
        .term("a predicts b", predictions[0].directionDistance(to: targets[1])),
        .term("b predicts a", predictions[1].directionDistance(to: targets[0])),
      ] + network.watch.terms(seen[0], seen[1]))
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.target.follow(network.online, keeping: targetDecay)
    try network.watch.check(limit: collapse, after: step)
  }
}

extension BYOLA.Network: Encoding {
  /// Features of whole sounds before the head, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    let heard = spectrogram(x)
    return online.encoder(normalises ? spectrogram.standardised(heard) : heard)
  }
}
