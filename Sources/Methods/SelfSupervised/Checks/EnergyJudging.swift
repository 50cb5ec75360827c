import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension EnergyTrial {
  /// Scores of `arm` by the clusters and the density that it gives.
  func judge(
    _ arm: String, _ network: ClusterEnergy, scores: (Tensor) -> Tensor,
    density: (Tensor) -> Tensor, _ board: inout Scoreboard
  ) throws {
    let name = "\(place), \(arm)"
    board[GEDI.agreement.name, name] = [try information(scores, judged)]
    guard place != "digits" else {
      let known = try over(judged, density).values(as: Double.self)
      let strange = try over(try strangers(), density).values(as: Double.self)
      board[GEDI.detection.name, name] = [
        areaUnderCurve(known + strange, known.map { _ in true } + strange.map { _ in false })
      ]
      return
    }
    let shares = try over(judged) { scores($0).softmax(along: 1) }
    let step = Step(index: 0, progress: 1, seed: seed.child("judged views"))
    let seen = try over(judged) { scores(base.view($0, step, "view")).softmax(along: 1) }
    let used = try shares.argmax(over: 1).places()
    board[GEDI.least.name, name] = [
      (0..<base.clusters).map { k in Double(used.count { $0 == k }) / Double(used.count) }.min()
        ?? 0
    ]
    board[GEDI.invariant.name, name] = [try (shares * seen).sum(over: 1).mean().value()]
    let features = try over(judged, network.encoder.callAsFunction)
    board[GEDI.rank.name, name] = [try EffectiveDimension.participationRatio(features)]
  }

  /// How far draws lie from test points.
  func judgeSamples(_ network: ClusterEnergy, _ board: inout Scoreboard) throws {
    guard place != "digits" else { return }
    let count = lab.pick(full: 500, quick: 100)
    let random = RandomStream(seed.child("samples"))
    let test = try judged.batch(Array(0..<count)).x
    let train = try source.train.batch(Array(0..<count)).x
    let drawn = withoutGradients {
      network.generated(count, temperature: 1, random.child("chains"))
    }
    let orders = (0..<2).map { random.child($0).permutation(count) }
    let apart = Tensor.concatenate(
      orders.enumerated().map { train[.all, $0.offset..<$0.offset + 1].indexSelect(0, $0.element) },
      along: 1)
    for (arm, points) in [
      ("gedi", drawn), ("numbers drawn apart", apart), ("training points", train),
    ] {
      board[GEDI.distance.name, "\(place), \(arm)"] = [
        try WassersteinDistance.exact(points, test)
      ]
    }
  }
}
