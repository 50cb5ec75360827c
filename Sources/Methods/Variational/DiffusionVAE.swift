import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Probability
import Torch

/// The diffusion variational autoencoder: its codes live on a closed manifold, its posteriors are where Brownian
/// motion is after a time, and its prior is uniform.
///
/// - Source: Pérez Rey, Menkovski & Portegies, *Diffusion Variational Autoencoders*, IJCAI 2020, arXiv:1901.08991,
///   sections 3 and 4.
/// - Departs: times lie between what the flags say, whose defaults are near the ends that the authors' code reaches;
///   no torus in three numbers, whose curvature varies; encoders reach rotations by Gram & Schmidt's
///   rule in place of singular vectors, and rotations have the volume and curvature of their metric as 3 × 3 matrices,
///   16 √2 π² and 3/4, where the authors' code has half its radius; on projective spaces the decoder's outputs before
///   the likelihood are averaged over antipodes, not the means.
public struct DiffusionVAE: LossRecipe {
  public static let card = Card(
    id: "diffusion-vae", title: "Diffusion variational autoencoder",
    source:
      "Pérez Rey, Menkovski & Portegies, Diffusion Variational Autoencoders, IJCAI 2020, "
      + "arXiv:1901.08991",
    system: "S393",
    summary:
      "A variational autoencoder whose codes live on a sphere, a torus, the rotations or a projective space: "
      + "posteriors are random walks held to the manifold, and the rate is the heat kernel's short-time divergence "
      + "from the uniform prior.")

  /// Where codes live: sphere, torus, rotations or projective.
  public var manifold = ClosedManifold.Kind.sphere
  /// Dimension of the manifold, d; rotations have 3 whatever this says.
  public var dimension = 2
  /// Steps of the random walk that draws from a posterior.
  public var steps = 10
  /// Shortest time of a posterior's Brownian motion, the variance of each coordinate.
  public var shortestTime = 0.0002
  /// Longest time of a posterior's Brownian motion, where the rate's expansion must still hold.
  public var longestTime = 0.02
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  /// Weight of the KL term; 1 gives the evidence lower bound.
  public var beta = 1.0
  /// Share of the training over which the weight of the KL term rises from 0.
  public var annealing = 0.0
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try require(
      (1...1000) ~= dimension, "--dimension \(dimension): a manifold here has 1 to 1000 dimensions")
    try AutoencoderSettings.validate(domain, dimension, networks, likelihood)
    try AutoencoderSettings.validate(beta: beta, annealing: annealing)
    try require(
      (1...1000) ~= steps, "--steps \(steps): a random walk here has 1 to 1000 steps")
    try require(
      shortestTime > 0 && shortestTime.isFinite,
      "--shortest-time \(shortestTime): must be above 0")
    try require(
      longestTime > shortestTime && longestTime <= 1,
      "--longest-time \(longestTime): must be above --shortest-time and at most 1, beyond which the expansion fails"
    )
  }

  var logTimes: ClosedRange<Double> { log(shortestTime)...log(longestTime) }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> ManifoldAutoencoder {
    ManifoldAutoencoder(domain, self, random)
  }

  public func loss(_ network: ManifoldAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), over [n, m]
    let p = network.distribution(q.sample(steps: steps, step.random("walk")))  // p(x|z)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term(  // nats
        "rate", q.divergenceFromUniform(), weight: beta * step.warmth(over: annealing)))
  }
}
