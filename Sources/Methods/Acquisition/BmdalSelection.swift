import Evaluation
import Files
import Torch

extension Bmdal {
  /// The kernel of the study's settings, of labelled rows and pool.
  func features(
    _ networks: TangentNetworks, train: Tensor, pool: Tensor, _ random: RandomStream
  ) -> KernelFeatures {
    let each = (0..<networks.members).map { place in
      let network = networks.member(place)
      return switch kernel {
      case .linear: KernelFeatures(train: train, pool: pool)
      case .lastLayer: KernelFeatures(lastLayer: network, train: train, pool: pool)
      case .gradient:
        KernelFeatures(
          gradients: network, train: train, pool: pool, dimensions: sketch,
          random.child("sketch").child(place))
      }
    }
    var features = each[0]
    if each.count > 1 {
      features = KernelFeatures(ensemble: each).sketched(sketch, random.child("ensemble"))
    }
    guard transformation != .none else { return features }
    let posterior = features.scaled().posterior(noise: noise)
    guard transformation == .likelihood else { return posterior }
    return posterior.likelihoodFeatures(sketch, noise: noise, random.child("likelihood"))
  }

  /// Places in the pool, first chosen first.
  func select(_ features: KernelFeatures, seed: Seed) throws -> [Int] {
    let isDistance = [.maxdist, .kmeanspp, .lcmd].contains(rule)
    let withTrain =
      mode == .trainAndPool || (mode == .auto && isDistance && transformation == .none)
    return try BatchSelection(features: features, withTrain: withTrain, noise: noise)
      .select(rule, batch, seed: seed)
  }

  /// What is said of the rows chosen.
  func findings(
    _ table: RegressionTable, _ networks: TangentNetworks, _ known: Tensor, _ pool: Tensor,
    _ held: [Int], _ chosen: [Int]
  ) throws -> Findings {
    let predictions = try withoutGradients {
      try networks(pool.unsqueezed(0)).mean(over: 0).values(as: Double.self)
    }
    try require(
      predictions.allSatisfy(\.isFinite),
      "the network's predictions are not finite; a smaller --learning-rate may help")
    var findings = Findings(
      "Label the rows in the table, chosen by \(rule.rawValue) and counted from 0.")
    findings.add("labelled rows", Double(table.labelled.count))
    findings.add("pool", Double(table.pool.count))
    if !held.isEmpty {
      let places = Tensor(held)
      let error = try withoutGradients {
        let guess = networks(known.indexSelect(0, places).unsqueezed(0)).mean(over: 0)
        return try (guess - table.targets.indexSelect(0, places)).squared().mean().value()
      }
      findings.add("root mean squared error on validation rows", error.squareRoot() * table.scale)
    }
    findings.add(
      table: "To label next", ["row", "predicted"],
      chosen.map {
        [.word("\(table.pool[$0])"), .number(predictions[$0] * table.scale + table.centre)]
      })
    return findings
  }
}
