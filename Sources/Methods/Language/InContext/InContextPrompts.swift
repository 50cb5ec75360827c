import Evaluation
import Torch

/// Examples of one concept one after the other, each but the last ended by the delimiter, whose last token is asked for.
///
/// All examples of a prompt begin with the same property, and each with an entity of its own, drawn evenly. Right is
/// the likeliest token where the concept and the first property of the last example are known.
struct InContextPrompts {
  /// Tokens of an example, its last one included.
  let length: Int
  /// Examples before the last.
  let shots: Int
  /// Prompts, `[n, t]`, int64.
  let rows: Tensor
  /// The right tokens, `[n]`, int64.
  let answers: Tensor
  /// The concept of each prompt.
  let concepts: [Int]
  /// p(next token | prompt) by the law of the documents, `[n, tokens]`.
  let exact: Tensor
  /// The same where concepts are not inferred but averaged evenly.
  let even: Tensor

  /// Tokens of a prompt.
  static func tokens(length: Int, shots: Int) -> Int { shots * (length + 1) + length - 1 }

  /// `count` prompts, each of a concept of its own.
  init(_ world: GINC, count: Int, length: Int, shots: Int, _ seed: Seed) {
    (self.length, self.shots) = (length, shots)
    var random = SplitMix(seed)
    var (tokens, queries) = ([Int](), [Int]())
    var (concepts, properties) = ([Int](), [Int]())
    for _ in 0..<count {
      let concept = random.below(world.form.concepts)
      let property = 1 + random.below(world.form.properties - 1)
      for _ in 0..<shots {
        tokens += world.example(length, concept: concept, property: property, &random) + [0]
      }
      let query = world.example(length - 1, concept: concept, property: property, &random)
      tokens += query
      queries += query
      concepts.append(concept)
      properties.append(property)
    }
    rows = Tensor(tokens, shape: [count, Self.tokens(length: length, shots: shots)])
    answers = world.answers(
      Tensor(queries, shape: [count, length - 1]), concepts: concepts, properties: properties)
    self.concepts = concepts
    let belief = ConceptBelief(after: rows, in: world)
    (exact, even) = (belief.prediction, belief.evenPrediction)
  }

  /// Share of prompts whose likeliest token by `prediction`, `[n, tokens]`, is right.
  ///
  /// - Throws: `TensorError`.
  func accuracy(_ prediction: Tensor) throws -> Double {
    try (prediction.argmax(over: 1) .== answers).to(.float64).mean().value()
  }

  /// Mean Kullback–Leibler divergence from the exact predictions to `prediction`, nats.
  ///
  /// - Throws: `TensorError`.
  func divergence(_ prediction: Tensor) throws -> Double {
    func log(_ p: Tensor) -> Tensor { p.clamped(atLeast: 1e-12).log() }
    return try (exact * (log(exact) - log(prediction))).sum(over: 1).mean().value()
  }
}

extension GINC {
  /// `length` tokens of an example that begins with a property of any entity.
  func example(
    _ length: Int, concept: Int, property: Int, _ random: inout SplitMix
  ) -> [Int] {
    let start = State(entity: random.below(form.entities), property: property)
    return walk(length, from: start, concept: concept, &random)
  }

  /// What comes likeliest after queries `[n, t]` of known concepts that began with known properties, `[n]`.
  func answers(_ queries: Tensor, concepts: [Int], properties: [Int]) -> Tensor {
    ConceptBelief(after: queries, in: self, concepts: concepts, properties: properties)
      .prediction.argmax(over: 1)
  }
}
