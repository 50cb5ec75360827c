import Networks
import Torch

/// Reads streams: a vector for each event's type beside its numbers, and a gated recurrence over the events, whose
/// state after the last one is the embedding of the stream.
struct EventEncoder: Module {
  let types: Embedding
  let recurrence: Recurrent

  /// An encoder of `kinds` types to `width` numbers.
  init(kinds: Int, width: Int, _ random: RandomStream) {
    types = Embedding(kinds, 16, random.child("types"))
    recurrence = Recurrent(.gru, 18, width, random.child("recurrence"))
  }

  /// The state after each event, `[n, t, width]`.
  func states(_ events: EventBatch) -> Tensor {
    recurrence(Tensor.concatenate([types(events.types), events.numbers], along: 2)).outputs
  }

  /// The embedding of each stream, `[n, width]`.
  func callAsFunction(_ events: EventBatch) -> Tensor { states(events).last(of: events) }

  /// The embeddings of many streams, without gradients, `[n, width]`.
  ///
  /// - Throws: `TensorError`.
  func codes(_ events: EventBatch) throws -> Tensor {
    try withoutGradients {
      let parts = stride(from: 0, to: events.count, by: 500).map { start in
        let end = min(start + 500, events.count)
        return self(events.rows(Tensor.range(Double(start), Double(end), type: .int64)))
      }
      return try Tensor.concatenate(parts).checked()
    }
  }
}

extension Tensor {
  /// Of states after each event, `[n, t, width]`, those after the last ones, `[n, width]`.
  func last(of events: EventBatch) -> Tensor {
    let places = (events.lengths - 1).reshaped(-1, 1, 1).expanded([size(0), 1, size(2)])
    return gather(1, places).squeezed(1)
  }
}

/// Says what an event is: logits of its type, and the means of its numbers.
struct EventHead: Module {
  let output: Linear
  let kinds: Int

  init(_ width: Int, kinds: Int, _ random: RandomStream) {
    output = Linear(width, kinds + 2, random)
    self.kinds = kinds
  }

  /// −log p of the events given what is known of each, `[n, t, width]`: nats but for a constant, with numbers that
  /// are normal with deviation 1; the mean over the events there are, a scalar.
  func loss(_ known: Tensor, of events: EventBatch) -> Tensor {
    let said = output(known)  // [n, t, kinds + 2]
    let type = said.sliced(2, 0, kinds).transposed(1, 2).crossEntropy(events.types)  // [n, t]
    let numbers = said.sliced(2, kinds, kinds + 2).squaredError(events.numbers).sum(over: 2)
    let present = events.present
    return ((type + numbers * 0.5) * present).sum() / present.sum().clamped(atLeast: 1)
  }
}

/// What teaches an encoder to model events.
protocol EventGenerating: Module {
  /// The loss of states after each event, `[n, t, width]`, a scalar.
  func loss(_ states: Tensor, of events: EventBatch) -> Tensor
}

/// Writes a stream again from its embedding, event by event: a causal transformer over the events before, with the
/// embedding added at every place, which is what attention to a single vector does.
struct EventDecoder: EventGenerating {
  let types: Embedding
  let input: Linear
  let code: Linear
  let positions: Parameter
  let block: TransformerBlock
  let norm: LayerNorm
  let head: EventHead

  /// A decoder of streams of at most `longest` events.
  init(kinds: Int, width: Int, longest: Int, _ random: RandomStream) {
    // The last one stands before the first event.
    types = Embedding(kinds + 1, 16, random.child("types"))
    input = Linear(18, width, random.child("input"))
    code = Linear(width, width, random.child("code"))
    positions = Parameter(random.child("positions").normal([longest, width]) * 0.1)
    block = TransformerBlock(width, heads: 4, hidden: 2 * width, random.child("block"))
    norm = LayerNorm([width])
    head = EventHead(width, kinds: kinds, random.child("head"))
  }

  func loss(_ states: Tensor, of events: EventBatch) -> Tensor {
    head.loss(known(states.last(of: events), before: events), of: events)
  }

  /// What is known of each event from the embedding, `[n, width]`, and the events before it, `[n, t, width]`.
  func known(_ embedding: Tensor, before events: EventBatch) -> Tensor {
    let (n, t) = (events.count, events.longest)
    let start = Tensor.full([n, 1], Double(head.kinds), type: .int64)
    let before = Tensor.concatenate(
      [
        types(Tensor.concatenate([start, events.types.sliced(1, 0, t - 1)], along: 1)),
        Tensor.concatenate(
          [Tensor.zeros([n, 1, 2]), events.numbers.sliced(1, 0, t - 1)], along: 1),
      ], along: 2)  // [n, t, 18]
    let told = code(embedding).unsqueezed(1)
    return norm(block(input(before) + told + positions.tensor.sliced(0, 0, t), causal: true))
  }
}

/// Says each event from the encoder's own state after the one before.
struct NextEvents: EventGenerating {
  let head: EventHead

  func loss(_ states: Tensor, of events: EventBatch) -> Tensor {
    let t = events.longest
    let later = EventBatch(
      types: events.types.sliced(1, 1, t), numbers: events.numbers.sliced(1, 1, t),
      lengths: events.lengths - 1)
    return head.loss(states.sliced(1, 0, t - 1), of: later)
  }
}
