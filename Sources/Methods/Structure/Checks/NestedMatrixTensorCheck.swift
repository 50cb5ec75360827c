import Evaluation
import Torch

extension NestedMatrixTensor {
  /// Lays measured alignments over the predictions of Lebeau, Seddik & Goulart, 2024.
  static let check = Check(
    "S122",
    protocol: """
      Tensors of 300 features, 200 items and 100 views from the nested model, each with a separation of 1.2, 1.5, 2 or \
      3 and a strength of 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3 or 4; for each of the 36 pairs a seed draws four tensors and \
      averages. The distance of the measured from the predicted squared alignment of the unfolding's top singular \
      vector with the clusters is held against a tolerance of 0.05, set before these runs from a sketch of the same \
      sizes with other seeds, and against the prediction that takes the tensor for one spike in \
      white noise. Tensor iteration (at most 100 steps, from the unfolding's vector) is compared where the strength \
      exceeds the threshold by a tenth and is at most three times as large.
      """,
    minutes: 3, seeds: 5,
    claims: [
      Claim(
        "The alignment of the unfolding's top singular vector follows the predicted curve within the tolerance",
        at: "abstract", metric: distance, system: nested, over: "tolerance of 0.05"),
      Claim(
        "It follows it better than the curve of a spike in white noise", at: "abstract",
        metric: distance, system: nested, over: "prediction without nesting", margin: 0.02),
      Claim(
        "Below 0.7 of the threshold there is no alignment to speak of, within the tolerance",
        at: "abstract", metric: below, system: "unfolding", over: "tolerance of 0.05"),
      Claim(
        "Above the threshold, tensor iteration puts more items into the right cluster",
        at: "abstract",
        metric: accuracy, system: "tensor iteration", over: "unfolding", margin: 0.01),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try trial(lab, seed, &board)
      return board
    })

  private static let distance = Claim.Metric(
    "distance of measured from predicted alignment", unit: "share", .lower)
  private static let below = Claim.Metric("alignment below the threshold", unit: "share", .lower)
  private static let accuracy = Claim.Metric("accuracy", unit: "share", .higher)
  private static let nested = "prediction of the nested model"
  private static let tolerance = 0.05

  private static func trial(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    let separations = lab.pick(full: [1.2, 1.5, 2, 3], quick: [1.5])
    let strengths = lab.pick(
      full: [0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 4], quick: [0.2, 0.8, 3])
    for (i, separation) in separations.enumerated() {
      lab.say("separation \(separation)")
      for (j, strength) in strengths.enumerated() {
        let model = NestedModel(
          features: lab.pick(full: 300, quick: 60), items: lab.pick(full: 200, quick: 40),
          views: lab.pick(full: 100, quick: 30), strength: strength, separation: separation)
        let ratio = strength / model.unfoldingThreshold
        var unfolding: [ClusterScore] = []
        for world in 0..<lab.pick(full: 4, quick: 2) {
          let at = seed.child("world").child(i).child(j).child(world)
          let (tensor, clusters) = model.sample(RandomStream(at))
          let vectors = ItemVectors(tensor)
          let start = vectors.unfolding()
          let score = try ClusterScore(start, clusters)
          unfolding.append(score)
          guard (1.1...3).contains(ratio) else { continue }
          let iterated = try ClusterScore(vectors.iterated(from: start, steps: 100), clusters)
          board[accuracy.name, "unfolding"].append(score.accuracy)
          board[accuracy.name, "tensor iteration"].append(iterated.accuracy)
        }
        let measured = unfolding.map(\.alignment).mean
        board[distance.name, nested].append(abs(measured - model.unfoldingAlignment))
        board[distance.name, "prediction without nesting"]
          .append(abs(measured - model.plainAlignment))
        board[distance.name, "tolerance of 0.05"].append(tolerance)
        if ratio < 0.7 {
          board[below.name, "unfolding"].append(measured)
          board[below.name, "tolerance of 0.05"].append(tolerance)
        }
      }
    }
  }
}
