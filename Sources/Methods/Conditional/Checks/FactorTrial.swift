import Datasets
import Evaluation
import Learning
import Torch

/// One seed of factors of codes, with and without the weight of what they share.
struct FactorTrial {
  let lab: Lab
  let seed: Seed
  let pictures: AttributeTrial

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    pictures = try AttributeTrial(lab, seed, of: ["mnist", "fashion-mnist", "digits"])
  }

  func run(_ board: inout Scoreboard) throws {
    let correlation = try lab.bestRate(
      "fden", of: lab.pick(full: [1, 3, 10], quick: [3]), as: "weight of the correlation"
    ) {
      try worth(fitted("fden", $0, 10, Seed(0)), on: pictures.validated)
    }
    let telling = try lab.bestRate(
      "no correlation", of: lab.pick(full: [1, 3, 10], quick: [10]), as: "weight of the class"
    ) {
      try worth(fitted("no correlation", 0, $0, Seed(0)), on: pictures.validated)
    }
    for (arm, correlation, telling) in [("fden", correlation, 10), ("no correlation", 0, telling)] {
      let network = try fitted(arm, correlation, telling, seed)
      let halves = { x in network.factors.halves(network.encode(x)) }
      board[FDEN.leak.name, arm] = [try probed { halves($0).style }.mean]
      board[FDEN.found.name, arm] = try probed { halves($0).label }
      board[FDEN.worth.name, arm] = try worth(network, on: pictures.tested)
      board[FDEN.reconstruction.name, arm] = try missed { network.decode(network.encode($0)) }
      guard arm == "fden" else { continue }
      let base = network.autoencoder.base
      let whole = try probed { base.encode($0) }
      board[FDEN.found.name, "codes, less 0.03"] = [whole.mean - 0.03]
      board[FDEN.worth.name, "half of the units"] = try worth(on: pictures.tested) { x, donors in
        let (z, theirs) = (base.encode(x), base.encode(donors))
        return base.decode(
          Tensor.concatenate([theirs.sliced(1, 0, 16), z.sliced(1, 16, 32)], along: 1))
      }
      let plain = try missed { base.decode(base.encode($0)) }
      board[FDEN.reconstruction.name, "codes, and a tenth"] = plain.map { $0 * 1.1 }
      board[FDEN.found.name, arm] = [board[FDEN.found.name, arm].mean]
    }
    board[FDEN.leak.name, "0.2"] = [0.2]
  }

  /// 1 for each test picture whose class a linear probe finds in what `read` makes of pictures, else 0.
  private func probed(_ read: (Tensor) -> Tensor) throws -> [Double] {
    func codes(_ examples: Examples) throws -> Tensor {
      let parts = try Scores(examples, seed: seed).map { batch, _ in [read(batch.x)] }
      return try Tensor.concatenate(parts).checked()
    }
    let source = pictures.source
    return try LinearProbe().hits(
      train: codes(source.train), source.train.labels() ?? [], test: codes(source.test),
      source.test.labels() ?? [], classes: source.domain.classes.count)
  }

  private func fitted(
    _ arm: String, _ correlation: Double, _ telling: Double, _ seed: Seed
  ) throws -> FDEN.Network {
    var recipe = FDEN()
    (recipe.networks.hidden, recipe.labelled) = ([256], 0.1)
    recipe.likelihood = .gaussian
    (recipe.correlation, recipe.telling) = (correlation, telling)
    (recipe.training.epochs, recipe.training.batch) = (lab.pick(full: 200, quick: 2), 128)
    recipe.codeEpochs = lab.pick(full: 60, quick: 2)
    recipe.training.schedule = .cosine
    return try lab.fit(recipe, pictures.source, seed: seed, as: arm)
  }

  /// What each picture is worth that takes the class's factor of the next one of another class.
  private func worth(_ network: FDEN.Network, on tested: AttributePictures) throws -> [Double] {
    try worth(on: tested) { x, donors in
      network.decode(network.swapped(network.encode(x), classOf: network.encode(donors)))
    }
  }

  /// What each picture is worth that `swap` gives the class of the next one of another class.
  private func worth(
    on tested: AttributePictures, _ swap: (Tensor, Tensor) -> Tensor
  ) throws -> [Double] {
    let values = tested.values, n = values.count
    let donors = values.indices.map { place in
      (1..<n).lazy.map { (place + $0) % n }.first { values[$0][0] != values[place][0] } ?? place
    }
    let wanted = values.indices.map { [values[donors[$0]][0]] + values[$0].dropFirst() }
    let x = withoutGradients {
      swap(tested.x, tested.x.indexSelect(0, Tensor(donors.map(Int64.init))))
    }
    let swaps = AttributeJudges.Swaps(places: [Int](repeating: 0, count: n), wanted: wanted)
    return try EditingArm.worth(x, swaps, pictures.judges).both
  }

  /// Squared errors of what `back` makes of test pictures, per pixel.
  private func missed(_ back: (Tensor) -> Tensor) throws -> [Double] {
    try Scores(pictures.source.test, seed: seed).map { batch, _ in
      try back(batch.x).squaredError(batch.x).flattened(from: 1).mean(over: 1)
        .values(as: Double.self)
    }
  }
}
