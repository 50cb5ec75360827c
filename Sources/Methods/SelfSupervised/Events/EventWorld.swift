import Torch

/// A made world of clients, each with a class that lasts and an intent that changes, which send events with a type,
/// an amount and a time.
///
/// The logits of an event's type are the sum of normal numbers for the client's class (deviation `separation`), for
/// the client alone (0.5), for the present intent (1) and for the type before (0.7). The log of its amount has a
/// mean for its type (0.7), its class (0.3) and its client (0.3), and noise (0.5); the log of the gap before it one
/// for the intent (0.5), the class (0.3) and the client (0.3), and noise (0.7). Before each event the intent
/// changes, with probability `change`, to one of the others.
struct EventWorld: Sendable {
  /// `[classes, kinds]`, `[intents, kinds]` and `[kinds, kinds]`.
  private let classTypes, intentTypes, transitions: Tensor
  private let typeAmounts, classAmounts, classGaps, intentGaps: Tensor
  let change: Double

  init(
    kinds: Int, classes: Int, intents: Int, separation: Double, change: Double,
    _ random: RandomStream
  ) {
    func drawn(_ name: String, _ shape: [Int], _ deviation: Double) -> Tensor {
      random.child(name).normal(shape) * deviation
    }
    classTypes = drawn("types of classes", [classes, kinds], separation)
    intentTypes = drawn("types of intents", [intents, kinds], 1)
    transitions = drawn("transitions", [kinds, kinds], 0.7)
    typeAmounts = drawn("amounts of types", [kinds], 0.7)
    classAmounts = drawn("amounts of classes", [classes], 0.3)
    classGaps = drawn("gaps of classes", [classes], 0.3)
    intentGaps = drawn("gaps of intents", [intents], 0.5)
    self.change = change
  }

  /// `clients` streams of `events` events that are seen, and one more whose type is to be told.
  ///
  /// - Throws: `TensorError`.
  func streams(_ clients: Int, events: Int, _ random: RandomStream) throws -> EventStreams {
    let (kinds, intents) = (typeAmounts.size(0), intentGaps.size(0))
    let classes = random.child("classes").integers(0..<classGaps.size(0), [clients])
    func own(_ name: String, _ shape: [Int], _ deviation: Double) -> Tensor {
      random.child(name).normal(shape) * deviation
    }
    let types = classTypes.indexSelect(0, classes) + own("types", [clients, kinds], 0.5)
    let amounts = classAmounts.indexSelect(0, classes) + own("amounts", [clients], 0.3)
    let gaps = classGaps.indexSelect(0, classes) + own("gaps", [clients], 0.3)
    var intent = random.child("intents").integers(0..<intents, [clients])
    var last = random.child("before").integers(0..<kinds, [clients])
    var seen: (types: [Tensor], gaps: [Tensor], amounts: [Tensor]) = ([], [], [])
    var state = intent
    for step in 0...events {
      let draw = random.child("events").child(step)
      let changes = draw.child("changes").uniform([clients]) .< change
      let moves = draw.child("moves").integers(1..<max(intents, 2), [clients])
      intent = (intent + changes.to(.int64) * moves).remainder(Double(intents))
      let logits =
        types + intentTypes.indexSelect(0, intent) + transitions.indexSelect(0, last)
      last = draw.child("types").categorical(logits.softmax()).squeezed(1)
      guard step < events else { break }
      state = intent
      seen.types.append(last)
      seen.gaps.append(
        gaps + intentGaps.indexSelect(0, intent) + draw.child("gaps").normal([clients]) * 0.7)
      seen.amounts.append(
        amounts + typeAmounts.indexSelect(0, last) + draw.child("amounts").normal([clients]) * 0.5)
    }
    let numbers = Tensor.stack(
      [Tensor.stack(seen.gaps, along: 1), Tensor.stack(seen.amounts, along: 1)], along: 2)
    let batch = EventBatch(
      types: Tensor.stack(seen.types, along: 1), numbers: numbers,
      lengths: Tensor.full([clients], Double(events), type: .int64))
    return EventStreams(
      events: batch, kinds: kinds,
      answers: [
        .client: try classes.places(), .state: try state.places(), .next: try last.places(),
      ])
  }
}
