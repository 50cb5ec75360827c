import Datasets
import Evaluation
import Torch

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
