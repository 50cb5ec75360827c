import Evaluation

extension GEDI {
  /// Re-tests what Sansone & Manhaeve, 2025, say of clusters that are a density at once.
  static let check = Check(
    "S433",
    protocol: """
      Two moons and two circles: 2,000 points to learn from, 1,000 to choose by, 1,000 to judge by, at mean 0 and \
      deviation 1, two clusters; layers of 100 and 100 units, views by noise of deviation 0.2, Adam at 0.001 along \
      half a cosine, 1,500 steps of 200 points. MNIST at 14×14 (else the 8×8 digits): 1,600 training images, 400 to \
      choose by, judged on 1,000 test images, ten clusters; layers of 256 and 128 units, views that show 60% to 100% \
      of the area, with noise of 0.05, 992 steps of 100 images. All arms have the same backbone, views and steps and \
      learn without labels. gedi: the density, the agreement of an example and its view and the even use of the \
      clusters, with weights 1, 0.3 and 0.3; chains of 2 steps of 0.01 (images: 5 of 0.001), 2,000 kept, a twentieth \
      begun anew. no density, no invariance, no prior: each without that term. density alone: without both terms of \
      clusters. swapped: cosines of features and directions predict the other view's, shared out over the clusters by \
      3 rounds at a smoothing of 0.05. Chosen for each place by seed 0 and the agreement with the labels of the points \
      to choose by: the share of the training over which the weights of clusters rise, 0 or 0.8 (gedi, and for itself \
      no density), and the temperature, 0.1 or 0.3 (swapped); no invariance and no prior have what gedi has. Mutual \
      information: of clusters and classes, over the mean of both entropies. Least used: the share of the points in \
      the smaller cluster. Agreement: the probability that draws of the clusters of an example and of its view are the \
      same. Rank: participation ratio of the covariance of the features. Samples: exact Wasserstein distance of 500 \
      draws to 500 test points, against points whose two numbers are drawn apart and against 500 training points. \
      Unlike images: area under the curve of the log density (swapped: the largest share) as a detector of MNIST among \
      as many images of Fashion-MNIST (else of the digits with their pixels shuffled alike).
      """,
    minutes: 12, seeds: 5,
    claims: [
      Claim(
        "Clusters of the moons agree with the classes better than by swapped assignments",
        at: "experiments on moons", metric: agreement, system: "moons, gedi",
        over: "moons, swapped",
        margin: 0.1),
      Claim(
        "Clusters of the circles agree with the classes better than by swapped assignments",
        at: "experiments on circles", metric: agreement, system: "circles, gedi",
        over: "circles, swapped",
        margin: 0.1),
      Claim(
        "On the moons they agree better than those of a density alone",
        at: "experiments on toy data",
        metric: agreement, system: "moons, gedi", over: "moons, density alone", margin: 0.1),
      Claim(
        "On the circles they agree better than those of a density alone",
        at: "experiments on toy data",
        metric: agreement, system: "circles, gedi", over: "circles, density alone", margin: 0.1),
      Claim(
        "On the moons the density makes the clusters better",
        at: "experiments on moons, without the generative term",
        metric: agreement, system: "moons, gedi", over: "moons, no density", margin: 0.1),
      Claim(
        "Without the density the features collapse to fewer directions",
        at: "the bound: representation collapse", metric: rank, system: "moons, gedi",
        over: "moons, no density", margin: 0.3),
      Claim(
        "Without the prior one cluster takes the points", at: "the bound: cluster collapse",
        metric: least,
        system: "moons, gedi", over: "moons, no prior", margin: 0.2),
      Claim(
        "Without the invariance an example and its view are put into different clusters",
        at: "the bound: permuted assignments", metric: invariant, system: "moons, gedi",
        over: "moons, no invariance", margin: 0.1),
      Claim(
        "Without the invariance clusters say less of the classes",
        at: "the bound, and experiments on moons",
        metric: agreement, system: "moons, gedi", over: "moons, no invariance", margin: 0.1),
      Claim(
        "Samples of the moons lie nearer to the data than points whose numbers are drawn apart",
        at: "abstract: generation", metric: distance, system: "moons, gedi",
        over: "moons, numbers drawn apart"),
      Claim(
        "Clusters of digits agree with the classes better than by swapped assignments",
        at: "abstract: clustering",
        metric: agreement, system: "digits, gedi", over: "digits, swapped"),
      Claim(
        "The density tells unlike images better than the surest share of swapped assignments",
        at: "abstract: out-of-distribution detection", metric: detection, system: "digits, gedi",
        over: "digits, swapped"),
      Claim(
        "It tells them better than the logits learned without the density",
        at: "abstract: out-of-distribution detection",
        metric: detection, system: "digits, gedi", over: "digits, no density"),
      Claim(
        "It tells them better than a density alone", at: "abstract: out-of-distribution detection",
        metric: detection,
        system: "digits, gedi", over: "digits, density alone"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      for plane in ClusteredPlane.allCases {
        try EnergyTrial(lab, seed, plane).run(&board)
      }
      try EnergyTrial(digits: lab, seed).run(&board)
      return board
    })

  static let agreement = Claim.Metric("normalised mutual information", unit: "of 1", .higher)
  static let rank = Claim.Metric("rank of features", unit: "", .higher)
  static let least = Claim.Metric("least used cluster", unit: "share", .higher)
  static let invariant = Claim.Metric("agreement of views", unit: "share", .higher)
  static let distance = Claim.Metric("distance of samples", unit: "deviations", .lower)
  static let detection = Claim.Metric("area under the curve, unlike images", unit: "of 1", .higher)
}
