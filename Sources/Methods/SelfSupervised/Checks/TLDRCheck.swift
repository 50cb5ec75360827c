import Datasets
import Evaluation
import Learning
import Torch

extension TLDR {
  /// Re-tests what Kalantidis et al., 2022, say of reducing features.
  static let check = Check(
    "S171",
    protocol: """
      Features: SimCLR of this project (residual network of 16, 32 and 64 channels), 6 epochs in batches of 256 on 3,000 \
      training images of Fashion-MNIST, 64 numbers of each image, standardised by the training images; and the 784 pixels \
      themselves, less their mean. Both are reduced to 8 and 16 numbers. TLDR: 3 nearest neighbours among the 3,000, projector 512-512, \
      redundancy weight 0.005, 100 epochs in batches of 256, Adam at 0.001 down a cosine; linear, with a hidden layer of 256, and \
      linear with neighbours from a search that stops once it finds at least 0.6 of the true ones. Rivals: principal \
      components, the same scaled to variance 1, and random projection. Nothing is tuned by labels; a first record of 20 \
      epochs, 240 steps, was set aside as too short. Retrieval: 1,000 test \
      images each rank the 3,000 by the cosine of the reduced features (less the training mean); mean average precision \
      with the images of their class as what is wanted. Neighbours: accuracy of the 5 nearest by Euclidean distance.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "Reduced linearly to 8 numbers, self-supervised features are retrieved better than by principal components",
        at: "abstract; figure 3", metric: precision, system: "features 8, tldr",
        over: "features 8, pca", margin: 0.01),
      Claim(
        "And than by whitened principal components", at: "figure 3: PCA with whitening",
        metric: precision, system: "features 8, tldr", over: "features 8, whitened pca",
        margin: 0.01),
      Claim(
        "Reduced to 16 numbers, too", at: "figure 3", metric: precision,
        system: "features 16, tldr", over: "features 16, pca", margin: 0.01),
      Claim(
        "Pixels reduced to 16 numbers are retrieved better than by principal components",
        at: "§4: arbitrary input spaces", metric: precision, system: "pixels 16, tldr",
        over: "pixels 16, pca", margin: 0.01),
      Claim(
        "Random projections are further behind", at: "§4", metric: precision,
        system: "features 8, tldr", over: "features 8, random", margin: 0.02),
      Claim(
        "Approximate neighbours serve as well, up to 0.01", at: "§4.3: approximate neighbours",
        metric: tolerance, system: "approximate", over: "exact less 0.01"),
      Claim(
        "The 5 nearest of 8 numbers name the class more often than those of 8 principal components",
        at: "§4: ImageNet, k-NN", metric: FrozenFeatures.neighbours, system: "features 8, tldr",
        over: "features 8, pca", margin: 0.005),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try ReductionTrial(lab, seed).run(&board)
      return board
    })

  static let precision = Claim.Metric("mean average precision", unit: "share", .higher)
  static let tolerance = Claim.Metric(
    "mean average precision with approximate neighbours", unit: "share", .higher)
}
