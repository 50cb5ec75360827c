import Datasets
import Evaluation
import Learning
import Probability
import Torch

extension VLAE {
  /// Re-tests what Chen et al., 2017, say of small windows and of flows as priors.
  static let check = Check(
    "S379",
    protocol: """
      MNIST, binarised once, and Fashion-MNIST in grey, both at 10×10 for the cost (else the 8×8 digits): 3,000 images \
      of each, of which a tenth is set aside. An encoder 100-200-16 and back with ReLU; decoders with one window of 3, \
      5 or 9, a pointwise gated layer and 12 channels, or factorised ones of the same layers; a prior of two affine \
      autoregressive steps, or a standard normal one. Adam at 0.003 on batches of 32 for 6 passes, the weight of the \
      rate rising from 0 over the first half, the same for all arms; no arm is tuned, and no nats are free. The rate \
      and the log-likelihood bound of 20 draws are of 200 test images. The garments have the logistic likelihood of \
      256 levels. Of 200 test garments, shape is the correlation of the reconstruction with the image after both are \
      averaged over 2×2 blocks; detail is the correlation of what that average leaves out; the error of roughness is \
      the absolute log ratio of the mean absolute differences of neighbours. The windowed decoder's reconstructions \
      are draws; the factorised one's are its means, and for roughness the better of means and draws. That shape is \
      kept is tested against the factorised one's less 0.05.
      """,
    minutes: 6, seeds: 3,
    claims: [
      Claim(
        "The wider the decoder's window, the less the code holds: 9 against 3", at: "§3.1",
        metric: rate, system: "window 9", over: "window 3", margin: 1),
      Claim(
        "A window of 3 leaves less to the code than a factorised decoder", at: "§3.1",
        metric: rate, system: "window 3", over: "factorised", margin: 1),
      Claim(
        "A window gives held-out data a higher likelihood than a factorised decoder",
        at: "abstract", metric: likelihood, system: "window 5", over: "factorised", margin: 1),
      Claim(
        "A flow as prior gives a higher likelihood than a standard normal one", at: "§3.2",
        metric: likelihood, system: "window 5", over: "window 5, normal prior", margin: 0.2),
      Claim(
        "Reconstructions of garments are as rough as the garments, which those of a factorised decoder are not",
        at: "abstract", metric: roughness, system: "window 3", over: "factorised", margin: 0.1),
      Claim(
        "Their detail is drawn anew", at: "abstract", metric: detail, system: "window 3",
        over: "factorised", margin: 0.05),
      Claim(
        "They keep their shape", at: "abstract", metric: shape, system: "window 3",
        over: "factorised less 0.05"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try WindowTrial(lab, seed).run(&board)
      try TextureTrial(lab, seed).run(&board)
      return board
    })

  static let rate = Claim.Metric("rate", unit: "nats", .lower)
  static let likelihood = Claim.Metric("test log-likelihood", unit: "nats", .higher)
  static let roughness = Claim.Metric("error of roughness", unit: "log ratio", .lower)
  static let detail = Claim.Metric("correlation of detail", unit: "", .lower)
  static let shape = Claim.Metric("correlation of shape", unit: "", .higher)

  /// The arm with one window of `window`, or a factorised decoder, at the budget of all.
  static func arm(_ window: Int?, _ lab: Lab) -> VLAE {
    var method = VLAE()
    method.decoder = window == nil ? .plain : .autoregressive
    method.pixels.windows = [window ?? 3, 1]
    method.pixels.channels = lab.pick(full: 12, quick: 6)
    method.latents = 16
    method.annealing = 0.5
    method.flowHidden = [32, 32]
    method.networks.hidden = [lab.pick(full: 200, quick: 30)]
    method.training.batch = 32
    method.training.learningRate = 3e-3
    method.training.epochs = lab.pick(full: 6, quick: 6)
    return method
  }
}

/// One seed of windows of several sizes on binary digits.
struct WindowTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    let source = try lab.smallBinaryImages(side: 10, limit: lab.pick(full: 3000, quick: 300))
    let scores = Scores(source.test.prefix(lab.pick(full: 200, quick: 20)), seed: seed)
    let arms: [(String, Int?, VLAE.Prior)] = [
      ("factorised", nil, .flow), ("window 3", 3, .flow), ("window 5", 5, .flow),
      ("window 9", 9, .flow), ("window 5, normal prior", 5, .normal),
    ]
    for (name, window, prior) in arms {
      var method = VLAE.arm(window, lab)
      method.prior = prior
      let network = try lab.fit(method, source, seed: seed, as: name)
      board[VLAE.rate.name, name] = try scores.map { batch, random in
        let q = network.posterior(batch.x)
        return try network.rate(q, q.sample(random)).values(as: Double.self)
      }
      let draws = lab.pick(full: 20, quick: 5)
      board[VLAE.likelihood.name, name] = try scores.logLikelihood(network, draws: draws)
    }
  }
}
