import Datasets
import Evaluation
import Files
import Torch

/// Rows of two classes to learn from, and others whose predictions are to be explained.
struct TwoClassRows {
  let name: String
  let x: DesignColumns
  /// ±1 for each row to learn from.
  let classes: [Double]
  /// Rows with their 1.
  let asked: [[Double]]

  private init(
    _ name: String, _ all: FeatureMatrix, _ signs: [Double], learnt: Int, scaled: Bool = false
  ) {
    self.name = name
    let first = all.rows(Array(0..<learnt)), others = all.rows(Array(learnt..<all.count))
    let scale = scaled ? FeatureScale(first) : nil
    x = DesignColumns(scale?(first) ?? first)
    classes = Array(signs.prefix(learnt))
    let rest = scale?(others) ?? others
    asked = (0..<rest.count).map { Array(rest.row($0)) + [1] }
  }

  /// AG News, business against science: words that at least 5 of the texts to learn from hold, and at most half.
  static func words(_ lab: Lab, learnt: Int, asked: Int, _ seed: Seed) throws -> Self {
    let (batch, signs) = try draw(lab, "ag-news", ["Business", "Sci/Tech"], learnt + asked, seed)
    let length = batch.x.size(1)
    let tokens = try batch.x.values(as: Float.self)
    let texts = (0..<learnt + asked).map { row in
      let bytes = tokens[row * length..<(row + 1) * length].filter { $0 > 0 }.map { UInt8($0 - 1) }
      return String(decoding: bytes, as: UTF8.self)
    }
    let coding = WordColumns(Array(texts.prefix(learnt)))
    return Self("words", coding(texts), signs, learnt: learnt)
  }

  /// MNIST, 4 against 9: 784 grey levels.
  static func digits(_ lab: Lab, learnt: Int, asked: Int, _ seed: Seed) throws -> Self {
    let (batch, signs) = try draw(lab, "mnist", ["4", "9"], learnt + asked, seed)
    return try Self("digits", matrix(batch.x.flattened(from: 1)), signs, learnt: learnt)
  }

  /// Adult: who earns above 50,000, from numbers and indicators that are all brought to deviation 1.
  static func census(_ lab: Lab, learnt: Int, asked: Int, _ seed: Seed) throws -> Self {
    let (batch, signs) = try draw(lab, "adult", nil, learnt + asked, seed)
    return try Self("census", matrix(batch.x), signs, learnt: learnt, scaled: true)
  }

  /// 5 of 60 standard normal columns matter, for the quick form.
  static func generated(_ name: String, learnt: Int, asked: Int, _ seed: Seed) -> Self {
    var random = NormalDraws(seed)
    var values: [Double] = [], signs: [Double] = []
    for _ in 0..<learnt + asked {
      let row = (0..<60).map { _ in random.next() }
      let sum = row.prefix(5).reduce(0, +) + random.next()
      values += row
      signs.append(sum > 0 ? 1 : -1)
    }
    let x = FeatureMatrix(
      names: (1...60).map { "column \($0)" }, values: values, count: learnt + asked)
    return Self(name, x, signs, learnt: learnt)
  }

  /// Examples of two classes in random order; of the first two there are without names.
  private static func draw(
    _ lab: Lab, _ name: String, _ wanted: [String]?, _ count: Int, _ seed: Seed
  ) throws -> (batch: Batch, signs: [Double]) {
    let source = try lab.source([name])
    guard let labels = try source.train.labels() else {
      throw UserError("\(name) has no labels")
    }
    let places = try (wanted ?? Array(source.domain.classes.prefix(2))).map { name in
      guard let place = source.domain.classes.firstIndex(of: name) else {
        throw UserError("\(source.name) has no class \(name)")
      }
      return place
    }
    let rows = shuffled(labels.count, seed).filter { places.contains(labels[$0]) }.prefix(count)
    try require(rows.count == count, "\(name) has \(rows.count) examples, and \(count) are needed")
    return (
      try source.train.batch(Array(rows)), rows.map { labels[$0] == places[1] ? 1 : -1 }
    )
  }

  private static func matrix(_ x: Tensor) throws -> FeatureMatrix {
    FeatureMatrix(
      names: (1...x.size(1)).map { "\($0)" }, values: try x.to(.float64).values(as: Double.self),
      count: x.size(0))
  }
}

/// Ratings to learn from, and held-out ones whose predictions are to be explained.
struct HeldOutRatings {
  let table: RatingTable
  let asked: [(person: Int, item: Int)]

  /// Ratings of the people of MovieLens that rated the most of its first films; a tenth is held out.
  static func films(_ lab: Lab, people: Int, films: Int, asked: Int, _ seed: Seed) throws -> Self {
    let source = try lab.source(["movielens"])
    let x = try source.train.batch(Array(0..<source.train.count)).x
    let width = x.size(1)
    let stars = try x.values(as: Float.self).map { Double($0) * 5 }
    try require(films <= width, "movielens has \(width) films, and \(films) are needed")
    let counts = (0..<x.size(0)).map { row in
      (0..<films).count { stars[row * width + $0] > 0 }
    }
    let rows = counts.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }.prefix(people)
    let known = rows.enumerated().flatMap { place, row in
      (0..<films).filter { stars[row * width + $0] > 0 }.map {
        (person: place, item: $0, stars: stars[row * width + $0])
      }
    }
    return try Self(known, size: (rows.count, films), asked: asked, seed)
  }

  /// A matrix of rank 2 with noise, half of it known, for the quick form.
  static func generated(_ seed: Seed, asked: Int) throws -> Self {
    var random = NormalDraws(seed)
    let people = (0..<60).map { _ in random.next() }, items = (0..<40).map { _ in random.next() }
    var known: [(person: Int, item: Int, stars: Double)] = []
    for a in 0..<30 {
      for b in 0..<20 where random.uniform.uniform() < 0.5 {
        let value = people[a] * items[b] + people[30 + a] * items[20 + b]
        known.append((a, b, value + 0.3 * random.next()))
      }
    }
    return try Self(known, size: (30, 20), asked: asked, seed)
  }

  private init(
    _ known: [(person: Int, item: Int, stars: Double)], size: (people: Int, items: Int),
    asked: Int, _ seed: Seed
  ) throws {
    let order = shuffled(known.count, seed.child("held out"))
    let learnt = order.dropFirst(known.count / 10).map { known[$0] }
    table = try RatingTable(
      learnt.map(\.person), learnt.map(\.item), learnt.map(\.stars), size: size)
    self.asked = order.prefix(asked).map { (known[$0].person, known[$0].item) }
  }
}
