import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// A hierarchical variational autoencoder of pseudo videos: examples are the last frames of videos of their own
/// corruptions, frames are the targets of levels of the hierarchy, and only the last one is kept of what is sampled.
///
/// - Source: Chen, Chen, Rastrelli & Li, *Your Image is Secretly the Last Frame of a Pseudo Video*, 2024,
///   arXiv:2410.20158.
/// - Departs: the paper extends large image models to their video counterparts; here a hierarchy of fully connected
///   levels in the manner of very deep VAEs is extended by frames at its levels. The corruptions are blur and noise
///   whose variances grow evenly with the square of the frame's place; as more expressive ones than a first-order chain
///   serve frames made of the example itself, each with noise of its own. Frames of data in 0…1 are held there.
public struct PseudoVideoVAE: LossRecipe {
  public static let card = Card(
    id: "pseudo-video", title: "Hierarchical variational autoencoder of pseudo videos",
    source:
      "Chen, Chen, Rastrelli & Li, Your Image is Secretly the Last Frame of a Pseudo Video, 2024, arXiv:2410.20158",
    system: "S404",
    summary:
      "Each example becomes the last frame of a short video of its own corruptions; a hierarchical variational "
      + "autoencoder learns the video, a frame at each of some levels, and only the last frame of a sample is kept."
  )

  /// Frames of a pseudo video, the example among them; 1 is the hierarchical autoencoder alone.
  public var frames = 4
  /// What makes the earlier frames: blur, noise or both.
  public var corruption = PseudoFrames.Corruption.both
  /// How frames depend on later ones: markov, or independent of each other given the example.
  public var order = PseudoFrames.Order.independent
  /// Standard deviation of the first frame's blur, pixels.
  public var blur = 4.0
  /// Standard deviation of the first frame's noise.
  public var noise = 0.3
  /// Weight of each frame but the last.
  public var frameWeight = 1.0
  /// Levels of latent units.
  public var levels = 4
  /// Latent units of a level.
  public var latents = 16
  /// Width of what runs down the levels.
  public var width = 256
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  /// Weight of the KL terms; 1 gives the evidence lower bound of the video.
  public var beta = 1.0
  /// Share of the training over which the weight of the KL terms rises from 0.
  public var annealing = 0.1
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(beta: beta, annealing: annealing)
    try AutoencoderSettings.validate(weights: [("frame-weight", frameWeight)])
    try require((1...1000) ~= levels, "--levels \(levels): must be from 1 to 1000")
    try require(
      (1...levels) ~= frames,
      "--frames \(frames): must be from 1 to --levels \(levels), a level for each frame")
    try require((1...1_000_000) ~= width, "--width \(width): must be at least 1")
    try require(blur > 0 && blur.isFinite, "--blur \(blur): must be above 0 pixels")
    try require(noise > 0 && noise.isFinite, "--noise \(noise): must be above 0")
  }

  /// What makes the frames.
  var video: PseudoFrames {
    PseudoFrames(count: frames, corruption: corruption, order: order, blur: blur, noise: noise)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> FrameHierarchy {
    FrameHierarchy(domain, self, random)
  }

  public func loss(_ network: FrameHierarchy, _ batch: Batch, _ step: Step) -> Loss {
    let frames = network.frames(batch.x, step.random("frames"))
    let down = network.descend(network.features(frames), step.random("noise"))
    let fits = network.states(down).enumerated().map { index, state in
      let isLast = index == frames.count - 1
      let p = network.likelihood(network.decoders[index](state))  // p(frame|z)
      return Loss.Term.term(
        isLast ? "reconstruction" : "frame \(index + 1)",
        -p.logProbability(of: frames[index]), weight: isLast ? 1 : frameWeight)  // nats
    }
    let rates = down.dropFirst().map { $0.posterior.divergence(from: $0.prior) }
    let rate = rates.reduce(down[0].posterior.divergence(from: down[0].prior), +)
    let weight = beta * step.warmth(over: annealing)
    return Loss(fits + [.term("rate", rate, weight: weight)])  // nats
  }
}
