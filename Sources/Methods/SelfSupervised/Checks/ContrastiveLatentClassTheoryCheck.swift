import Datasets
import Evaluation
import Foundation
import Torch

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

/// One seed of contrast in mixtures and images.
struct ClassTrial {
  let lab: Lab
  let seed: Seed

  private typealias Study = ContrastiveLatentClassTheory
  private typealias Pools = (train: LatentClasses, test: LatentClasses)

  private var study: Study {
    var study = Study()
    study.steps = lab.pick(full: study.steps, quick: 60)
    return study
  }

  func run(_ board: inout Scoreboard) throws {
    board[Study.bound.name, "features all alike"] = [1]
    board[Study.correlation.name, "tolerance"] = [0.8]
    let (train, test) = study.world(seed)
    try judge("mixtures", (train, test), &board)
    try judge("images", try images(), &board)
    var small = study
    small.classes = 4
    let (few, fewTest) = small.world(seed)
    for negatives in [1, 3, 32] {
      let result = try self.train(negatives, 1, (few, fewTest))
      board[Study.accuracy.name, "4 classes, \(negatives) negatives"] = [
        result.moments.last?.accuracy ?? .nan
      ]
    }
  }

  private func train(_ negatives: Int, _ block: Int, _ pools: Pools) throws
    -> ClassContrast.Result
  {
    lab.say("\(negatives) negatives, blocks of \(block)")
    var contrast = study.contrast(negatives: negatives, block: block)
    contrast.measured = lab.pick(full: contrast.measured, quick: 500)
    return try contrast.train(
      on: pools.train, test: pools.test, seed.child("arm"), shouldStop: lab.shouldStop)
  }

  private func judge(_ name: String, _ pools: Pools, _ board: inout Scoreboard) throws {
    let pairs = try train(1, 1, pools)
    let blocks = try train(1, 5, pools)
    let moments = pairs.moments + blocks.moments
    board[Study.bound.name, name] = [
      pairs.moments.last?.bound(classes: pools.test.classes) ?? .nan
    ]
    board[Study.correlation.name, name] = [
      rankCorrelation(moments.map(\.unsupervised), moments.map(\.supervised))
    ]
    board[Study.accuracy.name, "\(name), pairs"] = [pairs.moments.last?.accuracy ?? .nan]
    board[Study.accuracy.name, "\(name), blocks of 5"] = [blocks.moments.last?.accuracy ?? .nan]
    board[Study.few.name, "\(name), features"] = [try fewLabels(pools, pairs.features)]
    board[Study.few.name, "\(name), inputs"] = [try fewLabels(pools) { $0 }]
  }

  /// Accuracy of the means of 5 examples of each class.
  private func fewLabels(_ pools: Pools, _ features: (Tensor) -> Tensor) throws -> Double {
    try withoutGradients {
      let test = features(pools.test.rows)
      return try (0..<20).map { index in
        let random = RandomStream(seed.child("labels").child(index))
        let kinds = Tensor.range(0, Double(pools.train.classes), type: .int64)
          .repeatingEach(5, along: 0)
        let places =
          kinds * Double(pools.train.each)
          + random.integers(0..<pools.train.each, [pools.train.classes * 5])
        let known = features(pools.train.rows.indexSelect(0, places))
        let means = MeanClassifier(known, classes: pools.train.classes)
        return try means.hits(test, pools.test.labels).mean
      }.mean
    }
  }

  private func images() throws -> Pools {
    let features = try FrozenFeatures(lab, seed, images: 5000)
    func pool(_ examples: Examples) throws -> LatentClasses {
      let x = try examples.batch(Array(0..<examples.count)).x
      return LatentClasses(
        x.averagePooled(2).flattened(from: 1), try examples.labels() ?? [],
        classes: features.source.domain.classes.count, each: lab.pick(full: 200, quick: 10))
    }
    // The few test digits of the quick form lack classes.
    let test = lab.pick(full: features.source.test, quick: features.source.train)
    return (try pool(features.source.train), try pool(test))
  }
}
