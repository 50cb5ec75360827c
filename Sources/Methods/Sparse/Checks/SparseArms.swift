import Datasets
import Evaluation
import Learning
import Torch

/// Dictionaries that are tuned and trained alike on one set of vectors.
struct SparseArms {
  let lab: Lab
  let seed: Seed
  let source: Source
  /// What names the vectors in what was tuned.
  let vectors: String
  let latents: Int
  /// Active units that all arms are to have, on average.
  let active: Int
  /// Updates and examples of each; batch and steps of the full form.
  var batch = 256
  var steps = 500
  /// Learning rates of which each arm takes the best.
  var rates = [0.001, 0.003]

  /// An arm with the size and budget that all share, and a learning rate.
  func tuned<Arm: SparseRecipe>(_ arm: Arm, rate: Double, latents: Int? = nil) -> Arm {
    var arm = arm
    arm.dictionary.latents = latents ?? self.latents
    arm.training.batch = batch
    arm.training.learningRate = rate
    arm.training.epochs = max(1, steps * batch / max(1, source.train.count))
    return arm
  }

  /// The network of an arm at the learning rate that is best for it; `make` gives the arm for a rate.
  func best<Arm: SparseRecipe>(
    _ name: String, latents: Int? = nil, _ make: (_ rate: Double) throws -> Arm
  ) throws -> Arm.Network {
    func fit(_ rate: Double, _ seed: Seed) throws -> Arm.Network {
      try lab.fit(
        tuned(make(rate), rate: rate, latents: latents), source, seed: seed,
        as: "\(vectors): \(name)")
    }
    let rate = try lab.bestRate("\(vectors): \(name)", of: rates) { rate in
      [-(try DictionaryScores(fit(rate, Seed(0)), source.validation).error)]
    }
    return try fit(rate, seed)
  }

  /// The k-sparse arm.
  func topK(revival: Bool = true) -> TopKSAE {
    var arm = TopKSAE()
    arm.active = active
    arm.dead.deadAfter = 5000
    if !revival { arm.dead.revival = 0 }
    return arm
  }

  /// The arm that `make` makes of a penalty, with the one that leaves as many units active as are wanted, or a few more.
  func matched<Arm: SparseRecipe>(
    _ name: String, rate: Double, _ make: (_ penalty: Double) -> Arm
  ) throws -> Arm {
    func nearest(_ stage: String, _ penalties: [Double]) throws -> Double {
      try lab.bestRate("\(vectors): \(name) at \(rate)", of: penalties, as: stage) {
        let network = try lab.fit(
          tuned(make($0), rate: rate), source, seed: Seed(0), as: "\(vectors): \(name)")
        let excess = try DictionaryScores(network, source.validation).active - Double(active)
        // Too few count as worse than any number too many.
        return [excess >= 0 ? -excess : excess - Double(latents)]
      }
    }
    let coarse = try nearest("penalty", lab.pick(full: [0.25, 0.5, 1, 2, 4, 8], quick: [1, 4]))
    let fine = lab.pick(full: [1, 1.2, 1.41, 1.7], quick: [1]).map { $0 * coarse }
    return try make(nearest("fine penalty", fine))
  }

  /// The arm with an L1 penalty, as many of whose units are active as of the k-sparse one's.
  func relu(rate: Double) throws -> ReLUSAE {
    try matched("relu", rate: rate) { penalty in
      var arm = ReLUSAE()
      arm.penalty = penalty
      return arm
    }
  }
}
