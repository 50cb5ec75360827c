import Datasets
import Learning
import Networks
import Probability
import Torch

/// Clusters by swapped assignments on the backbone of ``GEDI``, with its views: the cosine with each row of the head is
/// the score of a cluster, and the assignments that one view is to predict of the other use all clusters alike.
///
/// - Source: Caron et al., *Unsupervised learning of visual features by contrasting cluster assignments*, NeurIPS 2020.
/// - Departs: as many prototypes as clusters are wanted, no head between features and prototypes.
struct SwappedClusters: LossRecipe {
  static let card = SwAV.card

  /// What makes the network and the views; its other terms are not used.
  var base = GEDI()
  /// Temperature of the predicted shares.
  var temperature = 0.1
  var training: Training {
    get { base.training }
    set { base.training = newValue }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> ClusterEnergy {
    base.makeNetwork(domain, random)
  }

  func loss(_ network: ClusterEnergy, _ batch: Batch, _ step: Step) -> Loss {
    let views = ["first", "second"].map { base.view(batch.x, step, $0) }
    let scores = Self.scores(network, .concatenate(views)).split(into: 2, along: 0)
    let swav = SwAV()
    let shares = withoutGradients { scores.map { swav.assigned($0.detached()) } }  // [n, K]
    return Loss(
      .term(
        "a predicts b", (scores[0] / temperature).crossEntropy(ofShares: shares[1]), weight: 0.5),
      .term(
        "b predicts a", (scores[1] / temperature).crossEntropy(ofShares: shares[0]), weight: 0.5))
  }

  /// Cosines of features with the directions of clusters, `[n]` + shape to `[n, K]`.
  static func scores(_ network: ClusterEnergy, _ x: Tensor) -> Tensor {
    network.encoder(x).ofUnitLength.linear(network.head.weight.tensor.ofUnitLength)
  }
}
