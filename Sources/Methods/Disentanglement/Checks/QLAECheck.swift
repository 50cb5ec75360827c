import Autoencoding
import Evaluation
import Learning
import Torch

extension QLAE {
  /// Re-tests what Hsu et al., 2023, say of latent quantisation and weight decay together.
  static let check = Check(
    "S068",
    protocol: """
      Sprites with five known factors (shape, scale, rotation, x and y; there is no hue), 16×16 grey levels, 10,000 to \
      train on and 4,000 to judge by. All arms train the same networks, 256-128-128-10 and back with ReLU and a \
      Bernoulli likelihood, with a learning rate of 0.003 on batches of 64 for 15 passes. The quantised arms have 10 \
      values for each unit. An autoencoder without values (ae), the same with decay (ae-decay), with values (ae-values) \
      and with both (qlae); the decay, AdamW's, is the one of 0.3 and 3 for which the arm has the highest InfoM \
      with seed 0, where the authors' 200,000 updates have 0.1. beta-VAE and the total correlation VAE have the best of \
      the weights 1.5 and 3 by the same choice. InfoM, InfoE and InfoC are as the authors' program takes them, \
      with logistic regressions that weigh all examples alike. The squared error is of a grey level.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "The quantised autoencoder with weight decay is more modular than the total correlation VAE",
        at: "abstract", metric: modularity, system: "qlae", over: "beta-tcvae", margin: 0.02),
      Claim(
        "The quantised autoencoder with weight decay is more explicit than the total correlation VAE",
        at: "abstract", metric: explicitness, system: "qlae", over: "beta-tcvae", margin: 0.02),
      Claim(
        "The quantised autoencoder with weight decay is more modular than beta-VAE", at: "abstract",
        metric: modularity, system: "qlae", over: "beta-vae", margin: 0.02),
      Claim(
        "With values for its units, weight decay makes an autoencoder more modular",
        at: "ablation of both ingredients", metric: modularity, system: "qlae", over: "ae-values",
        margin: 0.02),
      Claim(
        "With weight decay, values for its units make an autoencoder more modular",
        at: "ablation of both ingredients", metric: modularity, system: "qlae", over: "ae-decay",
        margin: 0.02),
      Claim(
        "The quantised autoencoder with weight decay is more modular than the autoencoder",
        at: "abstract", metric: modularity, system: "qlae", over: "ae", margin: 0.02),
      Claim(
        "The quantised autoencoder with weight decay reconstructs better than the total correlation VAE",
        at: "abstract", metric: error, system: "qlae", over: "beta-tcvae", margin: 0.0002),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      for arm in Arm.allCases {
        let settings = arm.settings(quick: lab.isQuick)
        var setting = settings[0]
        if settings.count > 1 {
          setting = try lab.bestRate(arm.rawValue, of: settings) {
            [
              try arm.scores(SpritesTrial(lab, Seed(0), judged: 4000), setting: $0).information
                .modularity
            ]
          }
        }
        let scores = try arm.scores(SpritesTrial(lab, seed, judged: 4000), setting: setting)
        board[modularity.name, arm.rawValue] = [scores.information.modularity]
        board[explicitness.name, arm.rawValue] = [scores.information.explicitness]
        board["InfoC", arm.rawValue] = [scores.information.compactness]
        board[error.name, arm.rawValue] = [scores.error]
      }
      return board
    })

  private static let modularity = Claim.Metric("InfoM", unit: "", .higher)
  private static let explicitness = Claim.Metric("InfoE", unit: "", .higher)
  private static let error = Claim.Metric("squared error", unit: "per grey level", .lower)
}

/// What is fitted in the check.
private enum Arm: String, CaseIterable {
  case ae
  case decaying = "ae-decay"
  case values = "ae-values"
  case qlae
  case beta = "beta-vae"
  case correlation = "beta-tcvae"

  /// The weight decays or weights of the rate that it is tried with.
  func settings(quick: Bool) -> [Double] {
    switch self {
    case .ae, .values: [0]
    case .decaying, .qlae: quick ? [0.3] : [0.3, 3]
    case .beta, .correlation: quick ? [3] : [1.5, 3]
    }
  }

  func scores(
    _ trial: SpritesTrial, setting: Double
  ) throws -> (information: InfoMEC, error: Double) {
    switch self {
    case .ae, .decaying:
      var method = PlainAutoencoder()
      method.training.weightDecay = setting
      return try scores(trial, of: method)
    case .values, .qlae:
      var method = QLAE()
      method.training.weightDecay = setting
      return try scores(trial, of: method)
    case .beta:
      var method = BetaVAE()
      method.beta = setting
      return try scores(trial, of: method)
    case .correlation:
      var method = BetaTCVAE()
      method.totalCorrelation = setting
      return try scores(trial, of: method)
    }
  }

  private func scores<Method: SpritesMethod>(
    _ trial: SpritesTrial, of method: Method
  ) throws -> (information: InfoMEC, error: Double)
  where Method.Network: Encoding & Decoding {
    let network = try trial.fit(method, as: rawValue)
    let error = try Scores(trial.source.test, seed: trial.seed).squaredError(network).mean
    return (try InfoMEC(trial.table(network)), error)
  }
}
