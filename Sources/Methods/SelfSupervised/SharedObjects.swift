import Torch

/// Which patches of two views make up which objects: the slots that patches of both views are in.
struct SharedObjects {
  /// The share of each patch in each slot's vector, `[n, k, p]` for each view.
  private let shares: [Tensor]
  /// Whether both views have patches of a slot, `[n · k]`.
  let isShared: Tensor

  /// The objects of slots `[n, 2 p, k]`, the first view's patches before the second's.
  init(_ members: Tensor) {
    let views = members.split(into: 2, along: 1).map { $0.transposed() }  // [n, k, p]
    let counts = views.map { $0.sum(over: 2, keep: true) }  // [n, k, 1]
    shares = zip(views, counts).map { $0 / $1.clamped(atLeast: 1) }
    isShared = counts[0].minimum(counts[1]).flattened() .> 0
  }

  /// The r objects' vectors in the first view, then in the second, `[2 r, width]`: means over their patches' vectors,
  /// `[2 n, p, width]`.
  func vectors(_ patches: Tensor) -> Tensor {
    let parts = zip(shares, patches.split(into: 2, along: 0)).map { shares, patches in
      let all = shares.matmul(patches).flattened(from: 0, through: 1)  // [n · k, width]
      let chosen = isShared.unsqueezed(1).expanded(all.shape)
      return all.selected(where: chosen).reshaped(-1, all.size(1))
    }
    return Tensor.concatenate(parts)
  }
}

extension ObjectSettings {
  /// The objects of images whose views have vectors `[2 n, p, width]` of their patches, at `places`, `[n, 2 p, 2]`.
  func found(in vectors: Tensor, _ places: Tensor, _ random: RandomStream) -> SharedObjects {
    let rows = Tensor.concatenate(vectors.split(into: 2, along: 0), along: 1)  // [n, 2 p, width]
    let slots = ObjectSlots(
      slots: min(self.slots, vectors.size(1)), placeWeight: placeWeight)
    return SharedObjects(slots(rows, places, random))
  }
}
