import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension PotentialFlowTraversal {
  /// Re-tests what Song, Keller, Sebe & Welling, 2023, say of flows down landscapes.
  static let check = Check(
    "S101",
    protocol: """
      Sprites at 16×16 pixels: 5,000 pictures of one white shape, of three kinds, at many sizes, turns and places. Waves and lines train a variational \
      autoencoder, 256-256-10 and back, with six ways of eight moves beside it, on the same bits: 25 passes, batches of 128, \
      Adam at 0.001 along half a cosine; a classifier of 128 units must tell the way of a move, and each move must change the picture. Waves are \
      landscapes with 64 units and the wave equation, all weights 1; lines are learned directions with lengths. pca: the six first principal \
      axes of the codes of the pictures; random: six orthonormal directions. Nothing is tuned. All walk from the same \
      draws of the prior in the same autoencoder, pca, random and lines as far on average as waves. Told: five new classifiers with a layer of 64 units \
      learn in 60 passes of batches of 16, at 0.001, each from 10 other pairs of first and last picture for each way, which way it was; their mean accuracy on \
      100 further pairs of each. A first run, with one classifier and three seeds, was too noisy to tell the arms apart. Change: root mean squared difference per pixel of these pairs.
      """,
    minutes: 6, seeds: 6,
    claims: [
      Claim(
        "By few pairs it is told better which landscape moved a picture than which learned direction",
        at: "table 1 and abstract: more disentangled trajectories", metric: told, system: "waves",
        over: "lines"),
      Claim(
        "It is told better than which principal axis", at: "table 1", metric: told,
        system: "waves", over: "pca"),
      Claim(
        "It is told better than which random direction", at: "table 1", metric: told,
        system: "waves", over: "random", margin: 0.02),
      Claim(
        "Over the same distance pictures change more than along random directions",
        at: "section 3: maximal variation", metric: change, system: "waves", over: "random"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try TraversalTrial(lab: lab, seed: seed).run(&board)
      return board
    })

  static let told = Claim.Metric("way told from few pairs", unit: "share", .higher)
  static let change = Claim.Metric("change of pictures", unit: "per pixel", .higher)
}

/// One seed of ways through the codes of an autoencoder of sprites.
struct TraversalTrial {
  let lab: Lab
  let seed: Seed
  private let count = 6
  /// Classifiers that are asked, each after pairs of its own.
  private let judges = 5

  /// The end of a way of each code: codes `[n, k]` and ways `[n]` to `[n, k]`.
  private typealias Ends = (Tensor, Tensor) -> Tensor

  func run(_ board: inout Scoreboard) throws {
    var options = SourceOptions()
    options.limit = lab.pick(full: 6250, quick: 200)
    (options.size, options.validation, options.test) = ([16, 16], 0, 0.2)
    let source = try lab.source(["sprites"], options)
    var method = PotentialFlowTraversal()
    (method.potentials, method.latents) = (count, 10)
    method.networks.hidden = lab.pick(full: [256], quick: [32])
    method.networks.architecture = .mlp
    method.training.epochs = lab.pick(full: 25, quick: 1)
    method.training.schedule = .cosine
    let waves = try lab.fit(method, source, seed: seed, as: "waves")
    method.ways = .lines
    let lines = try lab.fit(method, source, seed: seed, as: "lines")
    let codes = try Scores(source.train.prefix(5000), seed: seed).codes(waves)
    let centred = codes - codes.mean(over: 0, keep: true)
    let random = RandomStream(seed.child("walks"))
    let (n, k) = (lab.pick(full: judges * 10 + 100, quick: judges * 4 + 8) * count, method.latents)
    let start = random.child("start").normal([n, k])
    let which = Tensor((0..<n).map { Int64($0 % count) })
    let flow: Ends = { z, way in waves.ways(z, way).codes.last ?? z }
    let reach = try withoutGradients { try length(flow(start, which) - start) }
    func straight(_ directions: Tensor) throws -> Ends {
      let steps = directions.detached()
      let scale = try reach / max(1e-9, length(steps.indexSelect(0, which)))
      return { z, way in z + steps.indexSelect(0, way) * scale }
    }
    let own = lines.ways.directions?.tensor ?? Tensor.zeros([count, k])
    let frame = random.child("frame").normal([k, count]).qr().q.transposed()
    let arms = [
      ("waves", flow), ("lines", try straight(own)),
      ("pca", try straight(centred.svd().vt.sliced(0, 0, count))),
      ("random", try straight(frame)),
    ]
    for (arm, ends) in arms {
      let pairs = withoutGradients {
        Tensor.concatenate([waves.decode(start), waves.decode(ends(start, which))], along: 1)
      }
      board[PotentialFlowTraversal.told.name, arm] = try told(arm, pairs, which)
      let halves = pairs.split(into: 2, along: 1)
      board[PotentialFlowTraversal.change.name, arm] = [
        try (halves[1] - halves[0]).squared().mean().squareRoot().value()
      ]
    }
  }

  /// The mean length of codes `[n, k]`.
  private func length(_ z: Tensor) throws -> Double { try z.norm(over: 1).mean().value() }

  /// The share of the classifiers that find the way of each pair of pictures, after few others.
  private func told(_ arm: String, _ pairs: Tensor, _ which: Tensor) throws -> [Double] {
    let few = lab.pick(full: 10, quick: 4) * count, n = pairs.size(0)
    let labels = try which.places()
    func part(_ range: Range<Int>) throws -> Examples {
      try Examples(
        given: pairs.sliced(0, range.lowerBound, range.upperBound), labels: Array(labels[range]))
    }
    let test = try part(judges * few..<n)
    let domain = Domain(
      shape: Array(pairs.shape.dropFirst()), support: .unit,
      classes: (0..<count).map { "way \($0)" })
    let hits = try (0..<judges).map { judge -> [Double] in
      let train = try part(judge * few..<(judge + 1) * few)
      let source = try Source(
        given: "pairs", domain, train: train, validation: train.prefix(0), test: test)
      var classifier = Classifier()
      (classifier.hidden, classifier.architecture) = ([64], .mlp)
      (classifier.training.epochs, classifier.training.batch) = (lab.pick(full: 60, quick: 1), 16)
      let network = try lab.fit(
        classifier, source, seed: seed.child("told").child(judge), as: "\(arm), told")
      return try Scores(test, seed: seed).correctness(network)
    }
    return hits[0].indices.map { item in hits.map { $0[item] }.mean }
  }
}
