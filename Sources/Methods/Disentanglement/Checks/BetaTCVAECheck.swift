import Autoencoding
import Evaluation
import Learning
import Torch

extension BetaTCVAE {
  /// Re-tests what Chen et al., 2018, say of the total correlation's weight and of the mutual information gap.
  static let check = Check(
    "S386",
    protocol: """
      Sprites with five known factors (shape, scale, rotation, x and y), 16×16 grey levels, 10,000 to train on and \
      2,000 to judge by. Both arms train the same networks, 256-128-128-6 and back with ReLU and a Bernoulli \
      likelihood, by Adam with a learning rate of 0.003 on batches of 64 for 15 passes, once for each weight of 1.5, \
      2 and 4: on the total correlation (beta-tcvae, minibatch-weighted sampling), or on the whole rate \
      (beta-vae). The mutual information gap (MIG) is the paper's, by 1,000 draws from the posteriors. MIG at the \
      best weight is the highest of the three, for both arms alike; the bound is for each weight the mean one-draw \
      bound of the test examples. For the relation between MIG and total correlation a model with weight 1 \
      joins; the total correlation of each of the seven models is of its aggregate posterior over 1,000 test \
      examples, all of them counted, and the relation is Spearman's correlation over the seven models of a seed, \
      against 0.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "At its best weight the total correlation VAE has a larger mutual information gap than beta-VAE at its own",
        at: "comparison of bound and MIG over weights", metric: gap, system: "beta-tcvae",
        over: "beta-vae", margin: 0.02),
      Claim(
        "At the same weight the total correlation VAE keeps a higher bound than beta-VAE",
        at: "comparison of bound and MIG over weights", metric: bound, system: "beta-tcvae",
        over: "beta-vae", margin: 0.5),
      Claim(
        "At the same weight the total correlation VAE has a larger mutual information gap than beta-VAE",
        at: "comparison of bound and MIG over weights", metric: gapAtWeight, system: "beta-tcvae",
        over: "beta-vae", margin: 0.02),
      Claim(
        "Models whose codes have a lower total correlation have a larger mutual information gap",
        at: "abstract", metric: relation, system: "models", over: "no relation", margin: 0.2),
    ],
    trial: { lab, seed in
      let trial = try SpritesTrial(lab, seed)
      var board = Scoreboard()
      var models = [try Self.model(trial, Self.arm(weight: 1), "weight 1")]
      let weights = lab.pick(full: [1.5, 2, 4], quick: [4])
      for weight in weights {
        models.append(try Self.model(trial, Self.arm(weight: weight), "beta-tcvae"))
        var plain = BetaVAE()
        plain.beta = weight
        plain.latents = Self.checkedLatents
        models.append(try Self.model(trial, plain, "beta-vae"))
      }
      for name in ["beta-tcvae", "beta-vae"] {
        let mine = models.filter { $0.arm == name }
        board[gap.name, name] = [mine.map(\.gap).max() ?? .nan]
        board[bound.name, name] = mine.map(\.bound)
        board[gapAtWeight.name, name] = mine.map(\.gap)
      }
      let related = rankCorrelation(models.map(\.totalCorrelation), models.map(\.gap))
      board[relation.name, "models"] = [related]
      board[relation.name, "no relation"] = [0]
      return board
    })

  private static let checkedLatents = 6

  private static let gap = Claim.Metric("MIG at the best weight", unit: "", .higher)
  private static let bound = Claim.Metric("test bound", unit: "nats", .higher)
  private static let gapAtWeight = Claim.Metric("MIG at the same weight", unit: "", .higher)
  private static let relation = Claim.Metric(
    "correlation of MIG with total correlation", unit: "", .lower)

  private static func arm(weight: Double) -> BetaTCVAE {
    var method = BetaTCVAE()
    method.totalCorrelation = weight
    method.latents = checkedLatents
    return method
  }

  private struct Model {
    let arm: String
    let gap, bound, totalCorrelation: Double
  }

  private static func model<Arm: SpritesMethod>(
    _ trial: SpritesTrial, _ method: Arm, _ name: String
  ) throws -> Model where Arm.Network == GaussianAutoencoder {
    let network = try trial.fit(method, as: name)
    return Model(
      arm: name, gap: try trial.gap(network), bound: try trial.bound(network),
      totalCorrelation: try trial.totalCorrelation(network))
  }
}
