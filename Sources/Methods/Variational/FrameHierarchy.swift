import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// A hierarchy of latent levels around a state that runs from the top down, with a frame read off after some of them.
public struct FrameHierarchy: Module {
  let encoder: Encoder
  let start: Parameter
  let priors: [NormalHead]
  let posteriors: [NormalHead]
  let updates: [Linear]
  let decoders: [Decoder]
  let likelihood: Likelihood
  let video: PseudoFrames
  let isUnit: Bool
  let units: Int
  public var latents: Int { units * priors.count }

  init(_ domain: Domain, _ settings: PseudoVideoVAE, _ random: RandomStream) {
    let (width, units) = (settings.width, settings.latents)
    var videos = domain
    // Frames are read side by side as channels, or one after another.
    videos.shape[0] *= settings.frames
    encoder = settings.networks.encoder(videos, random)
    start = Parameter(random.child("start").normal([1, width]) * 0.1)
    let levels = 0..<settings.levels
    let features = encoder.features
    priors = levels.map { _ in NormalHead(width, units, random) }
    posteriors = levels.map { _ in NormalHead(features + width, units, random) }
    updates = levels.map { _ in Linear(width + units, width, random) }
    decoders = (0..<settings.frames).map { _ in
      settings.networks.decoder(domain, latents: width, random)
    }
    isUnit = domain.isUnit
    likelihood = Likelihood(settings.likelihood, isUnit: isUnit, device: random.device)
    video = settings.video
    self.units = units
  }

  /// Frames from the most corrupted to the example.
  func frames(_ x: Tensor, _ random: RandomStream?) -> [Tensor] {
    video(x, random).map { isUnit ? $0.clamped(0, 1) : $0 }
  }

  /// What all frames together say, `[n, features]`.
  func features(_ frames: [Tensor]) -> Tensor { encoder(.concatenate(frames, along: 1)) }

  /// A level on the way down.
  struct Level {
    let posterior: Normal
    let prior: Normal
    /// The state after the level, `[n, width]`.
    let state: Tensor
    let z: Tensor
  }

  /// The levels with draws of their posteriors, or with their means where no numbers are drawn, the top first.
  func descend(_ features: Tensor, _ random: RandomStream?) -> [Level] {
    var state = start.tensor.expanded([features.size(0), start.tensor.size(1)])
    return priors.indices.map { level in
      let prior = priors[level](state)
      let posterior = posteriors[level](.concatenate([features, state], along: 1))
      let z = random.map { posterior.sample($0.child(level)) } ?? posterior.mean
      state = next(level, state, z)
      return Level(posterior: posterior, prior: prior, state: state, z: z)
    }
  }

  private func next(_ level: Int, _ state: Tensor, _ z: Tensor) -> Tensor {
    state + updates[level](.concatenate([state, z], along: 1), then: .relu)
  }

  /// The level after which the frame of this place is read; the last frame comes after the last level.
  func level(ofFrame index: Int) -> Int { (index + 1) * priors.count / video.count - 1 }

  /// The states that frames are read off.
  func states(_ levels: [Level]) -> [Tensor] {
    (0..<video.count).map { levels[level(ofFrame: $0)].state }
  }
}

extension FrameHierarchy: Encoding, Sampling {
  /// Posterior means of all levels side by side, the top first, where no noise is added to frames, `[n]` + shape to
  /// `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    .concatenate(descend(features(frames(x, nil)), nil).map(\.z), along: 1)
  }

  /// Expected last frames, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    guard let last = decoders.last else { return z }
    var state = start.tensor.expanded([z.size(0), start.tensor.size(1)])
    for level in priors.indices {
      state = next(level, state, z.sliced(1, level * units, (level + 1) * units))
    }
    return likelihood(last(state)).mean
  }

  /// Draws from the top down, `[count, k]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    var state = start.tensor.expanded([count, start.tensor.size(1)])
    let draws = priors.indices.map { level in
      let prior = priors[level](state)
      let noise = random.child(level).normal([count, units]) * temperature
      let z = prior.mean + prior.deviation * noise
      state = next(level, state, z)
      return z
    }
    return .concatenate(draws, along: 1)
  }
}
