import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Probability
import Torch

extension SGPBAE {
  /// Re-tests what Tran, Shahbaba, Mandt & Filippone, 2023, say of their autoencoder.
  static let check = Check(
    "S039",
    protocol: """
      Two worlds, new for each seed. Thirty threes of MNIST (14×14; else the 8×8 digits) at 16 angles each, a quarter \
      of the pictures held out; auxiliary inputs are cosine and sine of the angle and four principal components of the \
      upright digit. A film of 300 frames of 16×16 of a disc on a smooth way, with noise of 0.5 on each pixel, a third \
      of the frames held out; the auxiliary input is the time. All arms have one ReLU layer of 128 on either side, a \
      normal likelihood with one learned scale, batches of 54 digits or 60 frames, and 8 latent units for digits, 2 \
      for the ball. The autoencoder under test has 64 inducing inputs, 3 moves of its sampler and a step of its encoder \
      by Adam at 0.003 for each batch, 200 passes, and keeps 8 draws of the second half. Baselines are a conditional \
      variational autoencoder; a variational autoencoder alone or with exact Gaussian process regression of its codes \
      on the auxiliary inputs, whose length and noise are the likeliest of a grid; and a variational autoencoder with \
      sparse processes in it (SVGP-VAE), with as many inducing inputs. They train by Adam for as many gradients of the \
      decoder, 600 passes. Lengths of processes start at 1 for digits and 0.2 for the ball. Step sizes are chosen for \
      each arm and world by squared error of predictions on a tenth of the training pictures with seed 0: of 0.003, \
      0.006, 0.012 and 0.024 for the sampler, of 0.0005, 0.001, 0.002 and 0.004 for Adam, after a quarter of the passes. \
      Error, likelihood and coverage are of held-out pictures predicted from auxiliary inputs alone, by 32 draws; \
      coverage is of intervals of 90 %. The trajectory score is R² of the least squares map from training codes to the \
      ball's position, on held-out frames: the codes are expected ones at the frames' times for arms with processes, and \
      the encoder's for the variational autoencoder alone, which sees the held-out frames. The paper's other rivals \
      are left out.
      """,
    minutes: 8, seeds: 3,
    claims: [
      Claim(
        "Held-out angles of digits are predicted with less error than by a conditional variational autoencoder",
        at: "abstract", metric: error, system: "sgpbae", over: "cvae", margin: 0.001),
      Claim(
        "So they are against codes of a variational autoencoder with process regression after it",
        at: "abstract", metric: error, system: "sgpbae", over: "vae + process", margin: 0.001),
      Claim(
        "So they are against a variational autoencoder with sparse processes in it",
        at: "abstract", metric: error, system: "sgpbae", over: "svgp-vae", margin: 0.001),
      Claim(
        "Held-out pictures have a higher likelihood than under a conditional variational autoencoder",
        at: "abstract", metric: likelihood, system: "sgpbae", over: "cvae", margin: 1),
      Claim(
        "So they have against a variational autoencoder with sparse processes in it",
        at: "abstract", metric: likelihood, system: "sgpbae", over: "svgp-vae", margin: 1),
      Claim(
        "Intervals of 90 % are closer to their word than a conditional variational autoencoder's",
        at: "this check's addition", metric: coverage, system: "sgpbae", over: "cvae", margin: 0.005
      ),
      Claim(
        "So they are against a variational autoencoder with sparse processes in it",
        at: "this check's addition", metric: coverage, system: "sgpbae", over: "svgp-vae",
        margin: 0.005),
      Claim(
        "The latent trajectory follows the ball more closely than a variational autoencoder's",
        at: "abstract", metric: trajectory, system: "sgpbae", over: "vae", margin: 0.02),
      Claim(
        "So it does against process regression of a variational autoencoder's codes",
        at: "abstract",
        metric: trajectory, system: "sgpbae", over: "vae + process", margin: 0.02),
      Claim(
        "So it does against a variational autoencoder with sparse processes in it",
        at: "abstract", metric: trajectory, system: "sgpbae", over: "svgp-vae", margin: 0.02),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try AuxiliaryTrial(lab, seed).run(&board)
      return board
    })

  static let error = Claim.Metric("held-out squared error", unit: "per pixel", .lower)
  static let likelihood = Claim.Metric("held-out log-likelihood", unit: "nats", .higher)
  static let coverage = Claim.Metric("coverage error", unit: "share", .lower)
  static let trajectory = Claim.Metric("trajectory R²", unit: "R²", .higher)
}
