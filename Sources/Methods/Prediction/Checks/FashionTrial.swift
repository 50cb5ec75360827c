import Datasets
import Evaluation
import Files
import Torch

/// A classifier of Fashion-MNIST, and probes of what the images show.
struct FashionTrial {
  private let lab: Lab
  private let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed.child("fashion")
  }

  /// Concepts by the classes that have them.
  static let concepts: [(name: String, classes: Set<Int>)] = [
    ("footwear", [5, 7, 9]), ("long sleeves", [2, 4, 6]), ("trousers", [1]), ("dress", [3]),
    ("bag", [8]),
  ]

  func run(_ board: inout Scoreboard) throws {
    let source = try lab.source(["fashion-mnist"])
    let count = lab.pick(full: 2000, quick: 60), rows = lab.pick(full: 800, quick: 40)
    let batch = try source.train.batch(
      Array(shuffled(source.train.count, seed).prefix(2 * count + rows)))
    guard let labelled = batch.labels else { throw UserError("the images have no labels") }
    let labels = try labelled.places()
    // Means of four pixels: a quarter of the numbers tell nearly as much.
    let pixels = batch.x.averagePooled(2).flattened(from: 1).to(.float64)
    func part(_ start: Int, _ length: Int) -> (x: Tensor, labels: [Int]) {
      (pixels.sliced(0, start, start + length), Array(labels[start..<start + length]))
    }
    let (own, probed, asked) = (part(0, count), part(count, count), part(2 * count, rows))
    lab.say("Fashion-MNIST: classifier and probes")
    let classifier = try LogisticRegression(penalty: 10).fit(own.x, own.labels, classes: 10)
    let probabilities = classifier.logProbabilities(asked.x).exp()
    var scores = try Self.concepts.map { concept in
      let probe = try LogisticRegression(penalty: 10).fit(
        probed.x, probed.labels.map { concept.classes.contains($0) ? 1 : 0 }, classes: 2)
      return try probe.logProbabilities(asked.x).selected(1, 1).values(as: Double.self)
    }
    for concept in 0..<3 {
      let order = shuffled(rows, seed.child("shuffled").child(concept))
      scores.append(order.map { scores[concept][$0] })
    }
    for target in [2, 4, 5, 6, 7, 9] {
      let predictions = try probabilities.selected(1, target).values(as: Double.self)
      judge(predictions, scores, target, &board)
    }
    board[Ibydmt.first.name, "chance"] = board[Ibydmt.first.name, "global"].map { _ in
      1 / Double(Self.concepts.count)
    }
    board[Ibydmt.shuffled.name, "5%"] = board[Ibydmt.shuffled.name, "global"].map { _ in 0.05 }
  }

  private func judge(
    _ predictions: [Double], _ scores: [[Double]], _ target: Int, _ board: inout Scoreboard
  ) {
    let order = shuffled(predictions.count, seed.child("order").child(target))
    let steps = scores.map {
      globalPath(predictions, $0, order: order, until: 20).step(reaching: 20)
    }
    let known = Self.concepts.count
    let soonest = (0..<known).min {
      (steps[$0] ?? Int.max, $0) < (steps[$1] ?? Int.max, $1)
    }
    let isOwn = soonest.map { steps[$0] != nil && Self.concepts[$0].classes.contains(target) }
    board[Ibydmt.first.name, "global"].append(isOwn == true ? 1 : 0)
    for step in steps.dropFirst(known) {
      board[Ibydmt.shuffled.name, "global"].append(step == nil ? 0 : 1)
    }
  }
}
