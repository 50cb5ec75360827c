import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// One seed of active learning on each task, by each arm.
struct RegressionTrial {
  private let lab: Lab
  private let seed: Seed
  private let batch: Int
  private let batches: Int
  private let sizes: (train: Int, validation: Int, pool: Int, test: Int)

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
    batch = lab.pick(full: 64, quick: 8)
    batches = lab.pick(full: 5, quick: 1)
    sizes = lab.pick(full: (64, 300, 1600, 1200), quick: (32, 30, 100, 100))
  }

  func run(_ board: inout Scoreboard) throws {
    for world in lab.pick(full: RegressionWorld.allCases, quick: [.friedman]) {
      let rows = sizes.train + sizes.validation + sizes.pool + sizes.test
      let all = try world.rows(rows, lab, seed.child(world.rawValue))
      for (arm, scores) in try curves(Task(all, sizes), world.rawValue) {
        board[Bmdal.error.name, arm] += [scores.mean]
      }
    }
  }

  /// A task's rows, standardised, and who has which.
  private struct Task {
    let x: Tensor
    let y: Tensor
    let train: [Int]
    let validation: [Int]
    let pool: [Int]
    let test: Tensor

    init(
      _ all: (x: Tensor, y: Tensor), _ sizes: (train: Int, validation: Int, pool: Int, test: Int)
    ) {
      x = RegressionTable.standardised(all.x)
      let centred = all.y - all.y.mean()
      y = (centred / centred.squared().mean().squareRoot()).to(.float32)
      train = Array(0..<sizes.train)
      validation = Array(sizes.train..<sizes.train + sizes.validation)
      let first = sizes.train + sizes.validation
      pool = Array(first..<first + sizes.pool)
      test = Tensor(Array(first + sizes.pool..<first + sizes.pool + sizes.test))
    }
  }

  /// log root mean squared errors after each batch, by arm.
  private func curves(_ task: Task, _ name: String) throws -> [String: [Double]] {
    var training = TangentTraining()
    training.hidden = lab.pick(full: 128, quick: 16)
    training.epochs = lab.pick(full: 256, quick: 10)
    let own = seed.child(name)
    let arms = Bmdal.arms
    var rows = Array(repeating: task.train, count: arms.count)
    var pools = Array(repeating: task.pool, count: arms.count)
    var networks = try training.fit(
      task.x, task.y, rows: [task.train], validation: task.validation,
      RandomStream(own.child("first")))
    var curves: [String: [Double]] = [:]
    for round in 0..<batches {
      lab.say("\(name): batch \(round + 1) of \(batches)")
      for (place, arm) in arms.enumerated() {
        var study = arm.study
        study.batch = batch
        let stream = RandomStream(own.child("features").child(round))
        let features = study.features(
          networks.member(round == 0 ? 0 : place),
          train: task.x.indexSelect(0, Tensor(rows[place])),
          pool: task.x.indexSelect(0, Tensor(pools[place])), stream)
        let chosen = try study.select(features, seed: own.child("selection").child(round))
        rows[place] += chosen.map { pools[place][$0] }
        let taken = Set(chosen)
        pools[place] = pools[place].indices.filter { !taken.contains($0) }.map { pools[place][$0] }
      }
      networks = try training.fit(
        task.x, task.y, rows: rows, validation: task.validation,
        RandomStream(own.child("networks").child(round)))
      let errors = try withoutGradients {
        try
          (networks(task.x.indexSelect(0, task.test).unsqueezed(0))
          - task.y.indexSelect(0, task.test)).squared().mean(over: 1).values(as: Double.self)
      }
      for (arm, error) in zip(arms, errors) {
        curves[arm.name, default: []].append(0.5 * log(error))
      }
    }
    return curves
  }
}
