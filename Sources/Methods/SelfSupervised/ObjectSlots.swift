import Networks
import Probability
import Torch

/// Slots that the patches of two views of an image are shared out among, so that what looks alike and lies together in
/// the image comes into one: k-means whose assignments are plans of entropic transport, without learned parts.
///
/// - Source: Lebailly et al., *CrIBo: Self-Supervised Learning via Cross-Image Object-Level Bootstrapping*, ICLR 2024,
///   section 3.2, and the authors' program.
/// - Departs: the place of a slot is the mean of its patches' places, where the program takes the nearest of them.
struct ObjectSlots: Sendable {
  /// Slots of an image, k.
  var slots: Int
  /// Weight of the distance in the image, of which the largest is 1, against cosines.
  var placeWeight: Double
  /// Rounds of assigning and averaging.
  var rounds = 5
  /// Smoothing of the plans, whose costs go from 0 to 1; rounds of each.
  var transport = Sinkhorn(smoothing: 0.05, iterations: 5)

  /// The slot of each patch as 0 and 1, `[n, t, k]`, of vectors `[n, t, width]` and places `[n, t, 2]`; some slots may be
  /// left empty.
  func callAsFunction(_ vectors: Tensor, _ places: Tensor, _ random: RandomStream) -> Tensor {
    let z = vectors.ofUnitLength
    let (n, t) = (z.size(0), z.size(1))
    let first = random.order(n, t).sliced(1, 0, slots)
    var (centres, middles) = (z.picked(first), places.picked(first))  // [n, k, width], [n, k, 2]
    var shares = Tensor.full([n, slots], 1 / Double(slots), type: z.dtype, device: z.device)
    var members = Tensor.zeros([n, t, slots], type: z.dtype, device: z.device)
    for _ in 0..<rounds {
      let distances = places.distances(to: middles)  // [n, t, k]
      let farthest = distances.max(over: 1, 2, keep: true).clamped(atLeast: 1e-6)
      let costs = distances / farthest * placeWeight - z.matmul(centres.transposed())
      let plan = transport.plan(costs.fromZeroToOne, logWeights: shares.log())
      members = plan.argmax(over: 2).oneHot(slots).to(z.dtype)
      let counts = members.sum(over: 1)  // [n, k]
      // A slot that lost its patches keeps a small share, and its place.
      shares = (counts + 0.01) / (counts + 0.01).sum(over: 1, keep: true)
      let means = members.transposed().matmul(places) / counts.clamped(atLeast: 1).unsqueezed(-1)
      middles = (counts .> 0).unsqueezed(-1).choose(means, middles)
      centres = members.transposed().matmul(z).ofUnitLength
    }
    return members
  }
}

extension Tensor {
  /// All numbers moved and scaled so that those of each example go from 0 to 1.
  var fromZeroToOne: Tensor {
    let rows = flattened(from: 1)
    let ones = [Int](repeating: 1, count: rank - 1)
    let least = rows.min(over: 1).reshaped([size(0)] + ones)
    let span = rows.max(over: 1).reshaped([size(0)] + ones) - least
    return (self - least) / span.clamped(atLeast: 1e-6)
  }
}
