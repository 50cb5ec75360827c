import Autoencoding
import Evaluation
import Learning
import Torch

extension DIPVAE {
  /// Re-tests what Kumar, Sattigeri & Balakrishnan, 2018, say of predictability and reconstruction together.
  static let check = Check(
    "S139",
    protocol: """
      Sprites with five known factors (shape, scale, rotation, x and y), 16×16 grey levels, 10,000 to train on and \
      2,000 to judge by. All arms train the same networks, 256-128-128-6 and back with ReLU and a Bernoulli \
      likelihood, by Adam with a learning rate of 0.003 on batches of 64 for 15 passes, once for each of two \
      weights: DIP-VAE-I with 1 and 5 off the diagonal and ten times that on it, DIP-VAE-II with 1 and 5 on both, \
      beta-VAE with a beta of 1.5 and 3; and a VAE. The separated attribute predictability (SAP) takes the \
      accuracy for the shape and R² for the other factors; the mutual information gap (MIG) is by 1,000 draws from the \
      posteriors. An arm's figures are those of its weight with the highest SAP, for every arm alike. The \
      reconstruction error is the mean squared error of a grey level, from the posterior's mean.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "At its best weight DIP-VAE-II has a higher separated attribute predictability than beta-VAE at its own",
        at: "abstract", metric: predictability, system: "dip-vae-ii", over: "beta-vae", margin: 0.02
      ),
      Claim(
        "At that weight DIP-VAE-II reconstructs better than beta-VAE", at: "abstract",
        metric: error,
        system: "dip-vae-ii", over: "beta-vae", margin: 0.0002),
      Claim(
        "At its best weight DIP-VAE-I has a higher separated attribute predictability than beta-VAE at its own",
        at: "abstract", metric: predictability, system: "dip-vae-i", over: "beta-vae", margin: 0.02),
      Claim(
        "At that weight DIP-VAE-I reconstructs better than beta-VAE", at: "abstract", metric: error,
        system: "dip-vae-i", over: "beta-vae", margin: 0.0002),
      Claim(
        "At its best weight DIP-VAE-II has a higher separated attribute predictability than the plain VAE",
        at: "abstract", metric: predictability, system: "dip-vae-ii", over: "vae", margin: 0.02),
      Claim(
        "At that weight DIP-VAE-II has a larger mutual information gap than beta-VAE",
        at: "the catalogue's row", metric: gap, system: "dip-vae-ii", over: "beta-vae",
        margin: 0.02),
    ],
    trial: { lab, seed in
      let trial = try SpritesTrial(lab, seed)
      var board = Scoreboard()
      for (name, methods) in Self.arms(quick: lab.isQuick) {
        let models = try methods.map { try $0.model(trial, name) }
        guard let best = models.max(by: { $0.predictability < $1.predictability }) else { continue }
        board[predictability.name, name] = [best.predictability]
        board[error.name, name] = [best.error]
        board[gap.name, name] = [best.gap]
      }
      return board
    })

  private static let predictability = Claim.Metric("SAP", unit: "", .higher)
  private static let gap = Claim.Metric("MIG at the best weight", unit: "", .higher)
  private static let error = Claim.Metric("squared error", unit: "per grey level", .lower)

  private static let checkedLatents = 6

  /// The arms by name, each with a method for each weight.
  private static func arms(quick: Bool) -> [(String, [any CheckedAutoencoder])] {
    let penalties: [Double] = quick ? [1] : [1, 5]
    let betas: [Double] = quick ? [2] : [1.5, 3]
    return [
      ("vae", [beta(1)]), ("beta-vae", betas.map(beta)),
      ("dip-vae-i", penalties.map { dip(.means, $0, 10 * $0) }),
      ("dip-vae-ii", penalties.map { dip(.aggregate, $0, $0) }),
    ]
  }

  private static func beta(_ weight: Double) -> BetaVAE {
    var method = BetaVAE()
    (method.beta, method.latents) = (weight, checkedLatents)
    return method
  }

  private static func dip(_ moments: Moments, _ offDiagonal: Double, _ diagonal: Double) -> DIPVAE {
    var method = DIPVAE()
    (method.moments, method.latents) = (moments, checkedLatents)
    (method.offDiagonal, method.diagonal) = (offDiagonal, diagonal)
    return method
  }
}

/// A method of the check with the network that all its arms have.
private protocol CheckedAutoencoder: SpritesMethod where Network == GaussianAutoencoder {}

extension BetaVAE: CheckedAutoencoder {}
extension DIPVAE: CheckedAutoencoder {}

/// The figures of one fitted model.
private struct Model {
  let predictability, gap, error: Double
}

extension CheckedAutoencoder {
  fileprivate func model(_ trial: SpritesTrial, _ name: String) throws -> Model {
    let network = try trial.fit(self, as: name)
    let (train, test) = try trial.table(network, ordered: true).halves(trial.seed.child("halves"))
    let separated = try SeparatedPredictability(train: train, test: test)
    return Model(
      predictability: try separated.score(), gap: try trial.gap(network),
      error: try Scores(trial.source.test, seed: trial.seed).squaredError(network).mean)
  }
}
