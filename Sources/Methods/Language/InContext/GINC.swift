import Datasets
import Evaluation
import Files
import Foundation
import Torch

/// GINC: documents of hidden Markov models, the concepts, whose states are entities and their properties.
///
/// All concepts share what an entity shows for a property and how entities follow each other; each has a law of its own
/// for how properties do. Property 0 shows the delimiter, token 0, of every entity.
///
/// - Source: Xie, Raghunathan, Liang & Ma, *An explanation of in-context learning as implicit Bayesian inference*, ICLR
///   2022, arXiv:2111.02080; the laws as in the authors' generator, github.com/p-lambda/incontext-learning.
/// - Departs: a step may leap to any entity and property, so that every prompt is possible and its posterior exists.
struct GINC: Sendable {
  /// The size of a world, and how its laws are drawn.
  struct Form: Equatable, Sendable {
    var concepts = 10
    var properties = 5
    var entities = 3
    /// Different tokens, the delimiter among them.
    var tokens = 20
    /// Probability that the entity stays, besides what its law says.
    var stay = 0.9
    /// The lower, the more one permutation outweighs the others in a law.
    var temperature = 0.2
    /// Probability that a step goes anywhere.
    var leap = 0.1
  }

  /// How states of documents follow each other.
  enum Law: String, CaseIterable, Sendable {
    /// By the concept of the document, any of them.
    case mixture
    /// By the first concept, in all documents.
    case oneConcept
    /// By none: each next entity and property is as likely as any.
    case random
  }

  /// Where a model is.
  struct State: Equatable, Sendable {
    var entity: Int
    var property: Int
  }

  let form: Form
  /// p(next entity | entity), of all concepts.
  let entitySteps: [[Double]]
  /// p(next property | property) of each concept.
  let propertySteps: [[[Double]]]
  /// p(first state) of each concept, `[entity × properties + property]`.
  let starts: [[Double]]
  /// The token of each entity and property, in the same order.
  let memory: [Int]

  /// The world that follows from a seed.
  init(_ form: Form, seed: Seed) {
    self.form = form
    var random = SplitMix(seed)
    memory = (0..<form.entities * form.properties).map { state in
      state % form.properties == 0 ? 0 : 1 + random.below(form.tokens - 1)
    }
    entitySteps = Self.law(form.entities, form, &random).enumerated().map { from, row in
      row.enumerated().map { (1 - form.stay) * $1 + ($0 == from ? form.stay : 0) }
    }
    var (laws, starts) = ([[[Double]]](), [[Double]]())
    for _ in 0..<form.concepts {
      laws.append(Self.law(form.properties, form, &random))
      // Nearly even, as the authors draw them.
      let weights = memory.map { _ in exp((random.uniform() - 0.5) / 10) }
      let sum = weights.reduce(0, +)
      starts.append(weights.map { $0 / sum })
    }
    (propertySteps, self.starts) = (laws, starts)
  }

  /// As many permutations as there are places, mixed by weights e^(uniform / temperature), and a leap to any place.
  private static func law(_ n: Int, _ form: Form, _ random: inout SplitMix) -> [[Double]] {
    let weights = (0..<n).map { _ in exp((random.uniform() - 0.5) / form.temperature) }
    let sum = weights.reduce(0, +)
    var steps = [[Double]](
      repeating: [Double](repeating: form.leap / Double(n), count: n), count: n)
    for weight in weights {
      let order = Array(0..<n).shuffled(using: &random)
      for (from, to) in order.enumerated() { steps[from][to] += (1 - form.leap) * weight / sum }
    }
    return steps
  }

  /// The token that a state shows.
  func token(_ state: State) -> Int { memory[state.entity * form.properties + state.property] }

  /// `length` tokens of a concept from a state on.
  func walk(
    _ length: Int, from start: State, concept: Int, by law: Law = .mixture,
    _ random: inout SplitMix
  ) -> [Int] {
    var (state, shown) = (start, [Int]())
    for _ in 0..<length {
      shown.append(token(state))
      if law == .random {
        state.entity = random.below(form.entities)
        state.property = random.below(form.properties)
      } else {
        state.entity = random.place(entitySteps[state.entity])
        state.property = random.place(propertySteps[concept][state.property])
      }
    }
    return shown
  }

  /// `count` documents, `[count, length]`, int64, and the concept of each.
  func documents(
    _ count: Int, length: Int, _ law: Law, _ seed: Seed
  ) -> (rows: Tensor, concepts: [Int]) {
    var random = SplitMix(seed)
    var (rows, concepts) = ([Int](), [Int]())
    rows.reserveCapacity(count * length)
    for _ in 0..<count {
      let concept = law == .oneConcept ? 0 : random.below(form.concepts)
      let place = random.place(starts[concept])
      let start = State(entity: place / form.properties, property: place % form.properties)
      rows += walk(length, from: start, concept: concept, by: law, &random)
      concepts.append(concept)
    }
    return (Tensor(rows, shape: [count, length]), concepts)
  }
}

extension GINC.Form {
  /// Refuses numbers that make no world.
  ///
  /// - Throws: `UserError` that names the first of them.
  func validate() throws {
    try require((1...1000).contains(concepts), "--concepts \(concepts): must be from 1 to 1000")
    try require((2...100).contains(properties), "--properties \(properties): must be from 2 to 100")
    try require((1...100).contains(entities), "--entities \(entities): must be from 1 to 100")
    try require((2...10_000).contains(tokens), "--tokens \(tokens): must be from 2 to 10000")
    try require(0..<1 ~= stay, "--stay \(stay): must be at least 0 and below 1")
    try require(
      (0.01...1000).contains(temperature), "--temperature \(temperature): must be from 0.01 to 1000"
    )
    try require(
      leap > 0 && leap <= 1,
      "--leap \(leap): must be above 0, so that every prompt can come, and at most 1")
  }
}
