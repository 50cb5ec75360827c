import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Probability
import Torch

/// One seed of variational importance sampling and its rivals, on a toy mixture and on digits.
struct ChiSquaredVISTrial {
  /// What is compared.
  enum Arm: String, CaseIterable {
    case elbo, iwae
    case reverseKL = "reverse-kl"
    case chiSquared = "chi2-vis"
  }

  let lab: Lab
  let seed: Seed
  static let draws = 10

  func run(_ board: inout Scoreboard) throws {
    for arm in Arm.allCases { try toy(arm, &board) }
    try digits(&board)
  }

  /// Fits the mixture's means and weights with one arm, and scores it by its exact evidence.
  private func toy(_ arm: Arm, _ board: inout Scoreboard) throws {
    let seed = seed.child("toy")
    let truth = ToyMixture.truth
    let train = truth.draws(2000, RandomStream(seed.child("train")))
    let test = truth.draws(500, RandomStream(seed.child("test")))
    let model = ToyMixture.start
    let proposal = MLP([5, 16, 2], activation: .tanh, RandomStream(seed.child("proposal")))
    let (ours, theirs) = (Adam(model.parameters), Adam(proposal.parameters))
    let steps = lab.pick(full: 3000, quick: 20)
    for index in 0..<steps {
      try require(!lab.shouldStop(), "stopped")
      let step = seed.child("step").child(index)
      let rows = RandomStream(step.child("rows")).integers(0..<train.size(0), [100])
      let x = train.indexSelect(0, rows)
      let random = RandomStream(step.child("noise"))
      let rate = 0.005 * 0.5 * (1 + cos(.pi * Double(index) / Double(steps)))
      let weights = logWeights(model, proposal, x, random, moves: arm == .elbo || arm == .iwae)
      let loss = arm == .elbo ? -weights.mean() : -ImportanceWeights.bound(weights).mean()
      switch arm {
      case .elbo, .iwae:
        let slopes = try loss.gradients(for: model.parameters + proposal.parameters)
        try ours.step(Array(slopes.prefix(model.parameters.count)), rate: rate)
        try theirs.step(Array(slopes.dropFirst(model.parameters.count)), rate: rate)
      case .reverseKL, .chiSquared:
        try ours.step(loss.gradients(for: model.parameters), rate: rate)
        let again = logWeights(model, proposal, x, random, moves: arm == .reverseKL)
        let divergence =
          arm == .reverseKL
          ? -again.mean() : ChiSquaredVIS.logSecondMoment(again, moves: false).mean()
        try theirs.step(divergence.gradients(for: proposal.parameters), rate: rate)
      }
    }
    try score(arm, model, proposal, test, &board)
  }

  private func score(
    _ arm: Arm, _ model: ToyMixture, _ proposal: MLP, _ test: Tensor, _ board: inout Scoreboard
  ) throws {
    try withoutGradients {
      let evidence = try model.evidence(test).values(as: Double.self)
      let weights = logWeights(
        model, proposal, test, RandomStream(seed.child("score")), moves: true)
      let estimate = try ImportanceWeights.bound(weights).values(as: Double.self)
      let errors = try model.errors()
      board[ChiSquaredVIS.evidence.name, arm.rawValue] = evidence
      board[ChiSquaredVIS.gap.name, arm.rawValue] = [evidence.mean - estimate.mean]
      board[ChiSquaredVIS.means.name, arm.rawValue] = [errors.means]
      board[ChiSquaredVIS.shares.name, arm.rawValue] = [errors.weights]
      board[ChiSquaredVIS.effective.name, arm.rawValue] = try ImportanceWeights.effectiveSamples(
        weights
      ).values(as: Double.self)
    }
  }

  /// log p(x, z) − log q(z|x), nats, `[draws, n]`.
  private func logWeights(
    _ model: ToyMixture, _ proposal: MLP, _ x: Tensor, _ random: RandomStream, moves: Bool
  ) -> Tensor {
    let both = proposal(x).split(into: 2, along: 1)
    // The bits' scale: outputs near 0 stand for wide normals about the middle.
    let q = Normal(mean: both[0] * 3, logVariance: both[1] + 2).repeated(Self.draws)
    let drawn = q.sample(random)
    let z = moves ? drawn : drawn.detached()
    let joint = model.logJoint(x.repeated(Self.draws), z.squeezed(1))
    return (joint - q.logProbability(of: z)).reshaped(Self.draws, x.size(0))
  }

  private func digits(_ board: inout Scoreboard) throws {
    var options = SourceOptions()
    options.binarise = .fixed
    options.limit = lab.pick(full: nil, quick: 200)
    let source = try lab.source(["digits"], options)
    try digits(.elbo, VAE(), source, &board)
    try digits(.iwae, IWAE(), source, &board)
    var rival = ChiSquaredVIS()
    rival.divergence = .reverseKL
    try digits(.reverseKL, rival, source, &board)
    try digits(.chiSquared, ChiSquaredVIS(), source, &board)
  }

  private func digits(
    _ arm: Arm, _ method: some DrawingRecipe, _ source: Source, _ board: inout Scoreboard
  ) throws {
    func likelihood(_ rate: Double, epochs: Int, of examples: Examples, _ seed: Seed) throws
      -> [Double]
    {
      var method = method
      (method.samples, method.latents) = (Self.draws, 3)
      method.networks.hidden = [100]
      method.training.batch = 64
      method.training.epochs = epochs
      method.training.learningRate = rate
      method.training.schedule = .cosine
      let network = try lab.fit(method, source, seed: seed, as: arm.rawValue)
      return try Scores(examples, seed: seed).marginal(latents: 3) { network.decoder($0) }
    }
    let rate = try lab.bestRate(arm.rawValue, of: [0.001, 0.003, 0.01]) { rate in
      try likelihood(
        rate, epochs: lab.pick(full: 30, quick: 1), of: source.validation, Seed(0))
    }
    board[ChiSquaredVIS.likelihood.name, arm.rawValue] = try likelihood(
      rate, epochs: lab.pick(full: 80, quick: 1),
      of: source.test.prefix(lab.pick(full: 300, quick: 20)), seed)
  }
}

/// An autoencoder that is trained on several draws for each example.
private protocol DrawingRecipe: GradientRecipe where Network == GaussianAutoencoder {
  var samples: Int { get set }
  var latents: Int { get set }
  var networks: EncoderDecoder { get set }
}

extension VAE: DrawingRecipe {}
extension IWAE: DrawingRecipe {}
extension ChiSquaredVIS: DrawingRecipe {}
