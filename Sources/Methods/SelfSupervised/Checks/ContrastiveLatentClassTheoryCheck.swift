import Evaluation

extension ContrastiveLatentClassTheory {
  /// Re-tests what Arora et al., 2019, say of contrast and latent classes.
  static let check = Check(
    "S018",
    protocol: """
      Mixtures: the world of the lab (`latent lab contrastive-latent-class-theory`), 10 classes of 3 clusters each in 20 \
      inputs, 200 examples of each class to learn from; worlds of 4 classes for collisions. Images: 200 training images of \
      each class of Fashion-MNIST, averaged to 14×14, of which those of a class are similar. A hidden layer of 64, 16 \
      features of length 3, 600 steps of 128 draws, Adam at 0.001, the logistic loss in bits; the same for every arm. \
      Losses and accuracies are of 200 new examples of each class, the contrastive loss of 20,000 draws, at eleven moments \
      of each training. Bound: (contrastive loss − τ)/(1 − τ) with τ one over the number of classes, after the last step of \
      the arm with pairs; that the loss of class means lies below it follows from the convexity of the loss, so that only \
      what it promises can be tested. Features that are all alike have a loss of 1 bit. Correlation: Spearman's over all \
      moments of the arms with pairs and blocks and one negative. Accuracy: of the nearest class mean, among all \
      classes; of few labels: means of 5 labelled examples of each class, mean of 20 draws.
      """,
    minutes: 4, seeds: 5,
    claims: [
      Claim(
        "The bound after training on mixtures is at least 0.2 bits below the loss of features that are all alike",
        at: "theorem 4.1: the guarantee", metric: bound, system: "mixtures",
        over: "features all alike", margin: 0.2),
      Claim(
        "On images, too", at: "theorem 4.1: the guarantee", metric: bound, system: "images",
        over: "features all alike", margin: 0.2),
      Claim(
        "Both losses go together in training, with a rank correlation of at least 0.8",
        at: "§6; figure 1", metric: correlation, system: "images", over: "tolerance"),
      Claim(
        "Blocks of 5 similar examples give better class means than pairs, on images",
        at: "§5.1; table 2", metric: accuracy, system: "images, blocks of 5",
        over: "images, pairs", margin: 0.005),
      Claim(
        "And on mixtures", at: "§5.1", metric: accuracy, system: "mixtures, blocks of 5",
        over: "mixtures, pairs", margin: 0.005),
      Claim(
        "With 4 classes, 32 negatives, most of which collide, give worse class means than 3",
        at: "§4.1 and 6.2: class collision", metric: accuracy,
        system: "4 classes, 3 negatives", over: "4 classes, 32 negatives", margin: 0.005),
      Claim(
        "From 5 labels of each class, features learned by contrast are classified better than the inputs",
        at: "abstract: labelled sample complexity", metric: few, system: "mixtures, features",
        over: "mixtures, inputs", margin: 0.05),
      Claim(
        "On images, too", at: "abstract: labelled sample complexity", metric: few,
        system: "images, features", over: "images, inputs", margin: 0.05),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try ClassTrial(lab: lab, seed: seed).run(&board)
      return board
    })

  static let bound = Claim.Metric("bound after training", unit: "bits", .lower)
  static let correlation = Claim.Metric("correlation of the losses", unit: "Spearman", .higher)
  static let accuracy = Claim.Metric("accuracy of class means", unit: "share", .higher)
  static let few = Claim.Metric("accuracy from 5 labels of each class", unit: "share", .higher)
}
