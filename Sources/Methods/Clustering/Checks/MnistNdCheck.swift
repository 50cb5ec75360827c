import Datasets
import Evaluation
import Learning
import Torch

extension MnistNd {
  /// Re-tests what Turishcheva et al., 2024, say of clustering across dimensions.
  static let check = Check(
    "S370",
    protocol: """
      MNIST (else Fashion-MNIST, else the 8×8 digits): autoencoders with a mixture prior of 10 normals, layers of \
      256-256, 2, 4, 8, 16, 32 and 64 latent units and a KL weight of 8 over them as in the authors' repository, \
      learn 20,000 images for 10 passes in batches of 128 by Adam at 0.001; the set is one draw of the posterior for \
      each of the first 2,000 test images. k-means (10 starts), normals with full covariances from one k-means and \
      Ward's tree are told that there are 10 clusters; DBSCAN takes 5 points and the knee of the distances; Leiden \
      takes scanpy's graph of 15 neighbours at a resolution of 1; nothing else is tuned, for any of them. Noise of \
      DBSCAN counts as one cluster. Scores are adjusted Rand indices; the fall is that in 2 dimensions less that in \
      64. Separability is the share of 1,000 codes whose class the 5 nearest among the other 1,000 say; its spread \
      is the most less the least over the six sets. In a first record, of 8,000 images, the sets were unlike each \
      other (accuracies of 0.40 in 2 dimensions and 0.88 in 64, as with the authors' model at that budget), so the \
      training was made longer.
      """,
    minutes: 15, seeds: 5,
    claims: [
      Claim(
        "From 2 dimensions to 64, Leiden's agreement with the digits falls less than the others' on average",
        at: "abstract and figure 2A", metric: fall, system: "leiden", over: "mean of the others",
        margin: 0.05),
      Claim(
        "In 64 dimensions Leiden agrees with the digits more than the best of the others does",
        at: "figure 2A",
        metric: last, system: "leiden", over: "best of the others", margin: 0.02),
      Claim(
        "Leiden falls less than k-means", at: "figure 2A", metric: fall, system: "leiden",
        over: "k-means", margin: 0.02),
      Claim(
        "Leiden falls less than mixtures of normals", at: "figure 2A", metric: fall,
        system: "leiden", over: "gaussian-mixture", margin: 0.02),
      Claim(
        "The others agree less with the digits in 64 dimensions than in 2",
        at: "abstract and figure 2A",
        metric: ends, system: "2 dimensions", over: "64 dimensions", margin: 0.05),
      Claim(
        "The six sets are about as separable: a classifier's accuracy differs by less than 0.1 between them",
        at: "abstract: comparable structure", metric: spread, system: "six sets", over: "0.1"),
    ],
    trial: { lab, seed in
      var study = MnistNd()
      study.methods = "k-means,gaussian-mixture,dbscan,ward,leiden"
      study.images = lab.pick(full: 20_000, quick: 300)
      study.points = lab.pick(full: 2000, quick: 100)
      study.epochs = lab.pick(full: 10, quick: 1)
      study.hidden = lab.pick(full: [256, 256], quick: [16])
      study.dimensions = lab.pick(full: [2, 4, 8, 16, 32, 64], quick: [2, 64])
      var options = SourceOptions()
      options.limit = study.images
      let names = lab.pick(full: ["mnist", "fashion-mnist", "digits"], quick: ["digits"])
      let source = try lab.source(names, options)
      return scores(try study.sweep(classes: 10).cells(source, lab, seed: seed))
    })

  static let fall = Claim.Metric(
    "fall from 2 to 64 dimensions", unit: "adjusted Rand index", .lower)
  static let last = Claim.Metric("agreement in 64 dimensions", unit: "adjusted Rand index", .higher)
  static let ends = Claim.Metric("mean of the others", unit: "adjusted Rand index", .higher)
  static let spread = Claim.Metric("spread of accuracies", unit: "share", .lower)

  private static func scores(_ cells: [DimensionSweep.Cell]) -> Scoreboard {
    var board = Scoreboard()
    guard let low = cells.first, let high = cells.last else { return board }
    let others = low.adjustedRand.keys.filter { $0 != .leiden }
      .sorted { $0.rawValue < $1.rawValue }
    func fall(_ method: ClusteringMethod) -> Double {
      (low.adjustedRand[method] ?? .nan) - (high.adjustedRand[method] ?? .nan)
    }
    for method in others + [.leiden] {
      board[Self.fall.name, method.rawValue] = [fall(method)]
      board[last.name, method.rawValue] = [high.adjustedRand[method] ?? .nan]
    }
    board[Self.fall.name, "mean of the others"] = [others.map(fall).mean]
    board[last.name, "best of the others"] = [
      others.compactMap { high.adjustedRand[$0] }.max() ?? .nan
    ]
    board[ends.name, "2 dimensions"] = [others.compactMap { low.adjustedRand[$0] }.mean]
    board[ends.name, "64 dimensions"] = [others.compactMap { high.adjustedRand[$0] }.mean]
    let accuracies = cells.map(\.accuracy)
    board[spread.name, "six sets"] = [(accuracies.max() ?? .nan) - (accuracies.min() ?? .nan)]
    board[spread.name, "0.1"] = [0.1]
    return board
  }
}
