import Datasets
import Evaluation
import Learning
import Torch

extension FDEN {
  /// Re-tests what Yoon, Roh & Suk, 2021, say of factors of codes.
  static let check = Check(
    "S088",
    protocol: """
      Fashion-MNIST at 14×14 (else the 8×8 digits) with a thickness, tilt and brightness of three values each, as in S405; 4,000 pictures, of a \
      tenth of which the class is used. A variational autoencoder, 196-256-32 and back, and its factors of 16 units each, by layers of \
      128, learn in the same 25 passes by Adam at 0.001 along half a cosine, in batches of 64. The weight of what factors say of each other is that of 1, 10 and 30 \
      whose swaps are worth most on 300 validation pictures with seed 0, since with 1 a first run had split little; the weight of the class is 1. no correlation: the same \
      without the first weight, and with that of 0.3, 1 and 3 for the class which is chosen in the same way; the autoencoder is the same to the bit. Nothing else is tuned. Class found: accuracy of a logistic regression on the standardised \
      factor, or on the autoencoder's codes, learned from the labelled 4,000 and judged on 1,000 test pictures; a tenth is chance. Swaps: each \
      of these takes the class's factor of the next one of another class. Classifiers of each attribute, of 4,000 other pictures, say whether the \
      class of the donor shows, and of the other three attributes which are kept; the worth of a swap is the share kept where it \
      shows, 0 where it does not. half of the units: 16 of the autoencoder's 32 units are swapped. Reconstruction: squared error per pixel.
      """,
    minutes: 6, seeds: 3,
    claims: [
      Claim(
        "Less of the class is found in the rest than where factors may share it",
        at: "abstract: mutually independent factors", metric: leak, system: "fden",
        over: "no correlation", margin: 0.1),
      Claim(
        "It is found little more often than by chance: less than one time in five", at: "abstract",
        metric: leak, system: "fden", over: "0.2"),
      Claim(
        "The class's factor tells the class as well as the whole code, to 0.03", at: "abstract",
        metric: found, system: "fden", over: "codes, less 0.03"),
      Claim(
        "Swaps of the class's factor are worth more than where factors may share the class",
        at: "abstract: changing styles, while keeping the identity", metric: worth,
        system: "fden", over: "no correlation", margin: 0.02),
      Claim(
        "They are worth more than swaps of half of the code", at: "abstract", metric: worth,
        system: "fden", over: "half of the units", margin: 0.05),
      Claim(
        "Split and joined codes reconstruct as well as whole ones, to a tenth of the error",
        at: "abstract: without modifying the original trained models", metric: reconstruction,
        system: "fden", over: "codes, and a tenth"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try FactorTrial(lab: lab, seed: seed, pictures: AttributeTrial(lab, seed)).run(&board)
      return board
    })

  static let leak = Claim.Metric("class found in the rest", unit: "share", .lower)
  static let found = Claim.Metric("class found in the class's factor", unit: "share", .higher)
  static let worth = Claim.Metric("worth of swaps", unit: "share", .higher)
  static let reconstruction = Claim.Metric(
    "reconstruction", unit: "squared error per pixel", .lower)
}

/// One seed of factors of codes, with and without the weight of what they share.
struct FactorTrial {
  let lab: Lab
  let seed: Seed
  let pictures: AttributeTrial

  func run(_ board: inout Scoreboard) throws {
    let correlation = try lab.bestRate(
      "fden", of: lab.pick(full: [1, 10, 30], quick: [1]), as: "weight of the correlation"
    ) {
      try worth(fitted("fden", $0, 1, Seed(0)), on: pictures.validated)
    }
    let telling = try lab.bestRate(
      "no correlation", of: lab.pick(full: [0.3, 1, 3], quick: [1]), as: "weight of the class"
    ) {
      try worth(fitted("no correlation", 0, $0, Seed(0)), on: pictures.validated)
    }
    for (arm, correlation, telling) in [("fden", correlation, 1), ("no correlation", 0, telling)] {
      let network = try fitted(arm, correlation, telling, seed)
      let halves = { x in network.factors.halves(network.encode(x)) }
      board[FDEN.leak.name, arm] = [try probed { halves($0).style }.mean]
      board[FDEN.found.name, arm] = try probed { halves($0).label }
      board[FDEN.worth.name, arm] = try worth(network, on: pictures.tested)
      board[FDEN.reconstruction.name, arm] = try missed { network.decode(network.encode($0)) }
      guard arm == "fden" else { continue }
      let whole = try probed { network.base.encode($0) }
      board[FDEN.found.name, "codes, less 0.03"] = [whole.mean - 0.03]
      board[FDEN.worth.name, "half of the units"] = try worth(on: pictures.tested) { x, donors in
        let (z, theirs) = (network.base.encode(x), network.base.encode(donors))
        return network.base.decode(
          Tensor.concatenate([theirs.sliced(1, 0, 16), z.sliced(1, 16, 32)], along: 1))
      }
      let plain = try missed { network.base.decode(network.base.encode($0)) }
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
    (recipe.correlation, recipe.telling) = (correlation, telling)
    (recipe.training.epochs, recipe.training.batch) = (lab.pick(full: 25, quick: 2), 64)
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
