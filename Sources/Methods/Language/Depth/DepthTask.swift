import Datasets
import Files
import Torch

/// Texts with a label each, which is to be read from a model's layers.
struct DepthTask: Sendable {
  let name: String
  /// Tokens of the texts.
  let rows: [[Int]]
  /// Tokens of the same texts after noise.
  let noised: [[Int]]
  /// From 0.
  let labels: [Int]
  let classes: Int
}

extension DepthTask {
  /// A person's tasks, in the order in which their file has them: of each at most `most` texts, drawn by the seed.
  ///
  /// - Throws: `UserError` where the columns do not fit together, or a task has too few texts or labels.
  static func given(
    _ inputs: NamedArrays, _ model: HookedLanguageModel, noise: Int, most: Int, _ seed: Seed
  ) throws -> [DepthTask] {
    guard case .words(let texts) = try inputs.content("text") else {
      throw UserError("text holds numbers, and a text in each row is needed")
    }
    let codes = try inputs.classes("label").codes
    var groups = [Int](repeating: 0, count: texts.count), names = ["texts"]
    if inputs.has("task") { (groups, names) = try inputs.classes("task") }
    try require(
      codes.count == texts.count && groups.count == texts.count,
      "there are \(texts.count) texts, \(codes.count) labels and \(groups.count) tasks; as many are needed"
    )
    let places = Dictionary(grouping: texts.indices) { groups[$0] }
    return try places.values.sorted { ($0.first ?? 0) < ($1.first ?? 0) }.map { all -> DepthTask in
      let name = names[groups[all[0]]], mine = seed.child(name)
      let drawn = shuffled(all.count, mine).prefix(most).map { all[$0] }
      try require(
        drawn.count >= 40, "\(name) has \(drawn.count) texts, and at least 40 are needed")
      let labels = try counted(drawn.map { codes[$0] }, name)
      var letters = SplitMix(mine.child("letters"))
      let rows = drawn.map { model.tokens(of: texts[$0]) }
      let noised = drawn.map { place -> [Int] in
        var strings = ""
        for _ in 0..<noise { strings += letters.uniform() < 0.5 ? "aaa" : "bbb" }
        return model.tokens(of: strings + texts[place])
      }
      return DepthTask(
        name: name, rows: rows, noised: noised, labels: labels, classes: Set(labels).count)
    }
  }

  /// Labels counted from 0 among those that a task has.
  private static func counted(_ codes: [Int], _ task: String) throws -> [Int] {
    let counts = Dictionary(codes.map { ($0, 1) }, uniquingKeysWith: +)
    try require(
      (2...100).contains(counts.count),
      "\(task) has \(counts.count) labels, and from 2 to 100 can be told apart")
    try require(
      counts.values.allSatisfy { $0 >= 5 },
      "a label of \(task) has fewer than 5 texts; more are needed")
    let places = Dictionary(
      uniqueKeysWithValues: counts.keys.sorted().enumerated().map { ($1, $0) })
    return codes.compactMap { places[$0] }
  }
}
