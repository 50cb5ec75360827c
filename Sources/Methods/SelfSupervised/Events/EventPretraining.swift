import Networks
import Torch

/// Teaches encoders from streams of events without labels.
struct EventPretraining {
  let streams: EventStreams
  let learning: EventLearning
  let seed: Seed
  var shouldStop: () -> Bool = { false }

  /// An encoder, and what it is taught through.
  private struct Network: Module {
    let encoder: EventEncoder
    let decoder: EventDecoder
    let next: NextEvents
    let projection: MLP
    let pairs: PairedSigmoid

    init(_ streams: EventStreams, _ learning: EventLearning, _ random: RandomStream) {
      let (kinds, width) = (streams.kinds, learning.width)
      encoder = EventEncoder(kinds: kinds, width: width, random.child("encoder"))
      decoder = EventDecoder(
        kinds: kinds, width: width, longest: streams.events.longest, random.child("decoder"))
      next = NextEvents(head: EventHead(width, kinds: kinds, random.child("next")))
      projection = MLP([width, width, width], random.child("projection"))
      pairs = PairedSigmoid()
    }
  }

  /// The encoder that `route` teaches, from the same start for all; the aligned one's teacher has its own.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func encoder(_ route: EventRoute) throws -> EventEncoder {
    guard route == .aligned else {
      return try trained(
        route, steps: route == .untrained ? 0 : learning.steps, teacher: nil, seed)
    }
    let half = learning.steps / 2
    let teacher = try trained(.contrastive, steps: half, teacher: nil, seed.child("teacher"))
    return try trained(.aligned, steps: learning.steps - half, teacher: teacher, seed)
  }

  private func trained(
    _ route: EventRoute, steps: Int, teacher: EventEncoder?, _ seed: Seed
  ) throws -> EventEncoder {
    let random = RandomStream(seed)
    let network = Network(streams, learning, random.child("network"))
    let weights = network.parameters
    let adam = Adam(weights)
    for step in 0..<steps {
      if step % 20 == 0 { try refuseToGoOn(shouldStop()) }
      let draw = random.child("steps").child(step)
      let batch = streams.events.rows(
        draw.child("streams").integers(0..<streams.events.count, [learning.batch]))
      let cost = loss(route, network, batch, teacher, draw)
      let gradients = try cost.gradients(for: weights)
      try Kernel.clipNorm(gradients, to: 1).checked()
      try adam.step(gradients, rate: learning.rate(at: step, of: steps))
    }
    return network.encoder
  }

  private func loss(
    _ route: EventRoute, _ network: Network, _ batch: EventBatch, _ teacher: EventEncoder?,
    _ random: RandomStream
  ) -> Tensor {
    guard route != .contrastive else { return contrast(network, batch, random) }
    let states = network.encoder.states(batch)  // [n, t, width]
    let generative: any EventGenerating =
      learning.generation == .decoder ? network.decoder : network.next
    let modelled = generative.loss(states, of: batch)
    guard let teacher else {
      return route == .joint ? modelled + contrast(network, batch, random) : modelled
    }
    let wanted = withoutGradients { teacher(batch) }
    return modelled + network.pairs(states.last(of: batch), wanted) * learning.alignment
  }

  /// The contrast of slices of the batch's streams.
  private func contrast(
    _ network: Network, _ batch: EventBatch, _ random: RandomStream
  ) -> Tensor {
    let slices = batch.slices(
      learning.slices, of: learning.shortest...learning.longest, random.child("slices"))
    return network.projection(network.encoder(slices))
      .marginContrast(slices: learning.slices, margin: learning.margin)
  }
}
