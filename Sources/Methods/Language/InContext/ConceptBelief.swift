import Torch

/// What rows of tokens say of the concept they are of and of the state that comes next, exactly.
///
/// The forward algorithm of each concept, in double precision, over all rows at once.
///
/// - Source: Xie, Raghunathan, Liang & Ma, *An explanation of in-context learning as implicit Bayesian inference*, ICLR
///   2022, eqs. 1–4: the posterior predictive of the pre-training documents.
struct ConceptBelief {
  /// log p(row | concept), nats, `[n, concepts]`.
  let logLikelihoods: Tensor
  /// p(next state | row, concept), `[n, concepts, entities, properties]`.
  let states: Tensor
  /// 1 where a state shows a token, `[entities × properties, tokens]`.
  private let shows: Tensor

  /// After rows `[n, t]`, from states `[n or 1, concepts, entities, properties]`, by laws of properties that broadcast
  /// to `[n, concepts, properties, properties]`.
  private init(_ rows: Tensor, _ world: GINC, from start: Tensor, by laws: Tensor) {
    shows = Tensor(world.memory, shape: [world.memory.count]).oneHot(world.form.tokens)
      .to(.float64)
    let showing = shows.transposed().contiguous()  // [tokens, entities × properties]
    let entities = Self.matrices(world.entitySteps.flatMap { $0 }, [world.form.entities])
      .transposed().contiguous()
    var states = start
    var logLikelihoods = Tensor.zeros([1, 1], type: .float64)
    for time in 0..<rows.size(1) {
      let shown = showing.indexSelect(0, rows.selected(1, time))
        .reshaped(-1, 1, world.form.entities, world.form.properties)
      let joint = states * shown
      let sum = joint.sum(over: 2, 3, keep: true)
      logLikelihoods = logLikelihoods + sum.log().flattened(from: 1)
      states = entities.matmul(joint / sum).matmul(laws)
    }
    (self.states, self.logLikelihoods) = (states, logLikelihoods)
  }

  /// After rows `[n, t]`, each read as a document from its beginning.
  init(after rows: Tensor, in world: GINC) {
    let form = world.form
    let starts = Tensor(
      world.starts.flatMap { $0 }, shape: [1, form.concepts, form.entities, form.properties])
    let laws = Self.matrices(
      world.propertySteps.flatMap { $0.flatMap { $0 } }, [form.concepts, form.properties])
    self.init(rows, world, from: starts, by: laws)
  }

  /// After rows `[n, t]` whose concept and first property are known, and whose first entity is any; of one concept.
  init(after rows: Tensor, in world: GINC, concepts: [Int], properties: [Int]) {
    let form = world.form
    let first =
      Tensor(properties, shape: [properties.count]).oneHot(form.properties)
      .to(.float64) / Double(form.entities)
    let starts = first.reshaped(-1, 1, 1, form.properties)
      .expanded([properties.count, 1, form.entities, form.properties])
    let laws = concepts.flatMap { world.propertySteps[$0].flatMap { $0 } }
    self.init(
      rows, world, from: starts, by: Self.matrices(laws, [concepts.count, 1, form.properties]))
  }

  /// Square matrices of these numbers; the last of `shape` is their size.
  private static func matrices(_ values: [Double], _ shape: [Int]) -> Tensor {
    Tensor(values, shape: shape + shape.suffix(1))
  }

  /// p(concept | row), where all are as likely before, `[n, concepts]`.
  var posterior: Tensor { logLikelihoods.softmax(along: 1) }

  /// p(next token | row): concepts averaged by their posterior, `[n, tokens]`.
  var prediction: Tensor { averaged(by: posterior) }

  /// The same with concepts averaged evenly, as one predicts who does not infer them.
  var evenPrediction: Tensor {
    averaged(by: posterior.filled(with: 1 / Double(posterior.size(1))))
  }

  private func averaged(by weights: Tensor) -> Tensor {
    (states * weights.unsqueezed(2).unsqueezed(3)).sum(over: 1).flattened(from: 1).matmul(shows)
  }
}
