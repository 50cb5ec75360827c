import CTorch

/// Rearranging, joining and indexing; axes count from the end when negative.
extension Tensor {
  /// The same elements in shape `shape`; one size may be −1.
  public func reshaped(_ shape: [Int]) -> Tensor {
    op("reshaped to \(shape)", self) { handle in shape.lend { ct_reshape(handle, $0, $1) } }
  }
  /// The same elements in shape `shape`; one size may be −1.
  public func reshaped(_ shape: Int...) -> Tensor { reshaped(shape) }
  /// Repeats axes of size 1 without copying; −1 keeps a size.
  public func expanded(_ shape: [Int]) -> Tensor {
    op("expanded to \(shape)", self) { handle in shape.lend { ct_expand(handle, $0, $1) } }
  }
  /// The axes in another order.
  public func permuted(_ axes: Int...) -> Tensor {
    op("permuted \(axes)", self) { handle in axes.lend { ct_permute(handle, $0, $1) } }
  }
  /// Two axes exchanged.
  public func transposed(_ one: Int = -2, _ other: Int = -1) -> Tensor {
    op("transposed", self) { ct_transpose($0, Int64(one), Int64(other)) }
  }
  /// The order along axes reversed.
  public func flipped(_ axes: Int...) -> Tensor {
    op("flipped", self) { handle in axes.lend { ct_flip(handle, $0, $1) } }
  }
  /// Elements moved along an axis, those that leave come in again.
  public func rolled(by shift: Int, along axis: Int) -> Tensor {
    op("rolled", self) { handle in
      [shift].lend { shifts, _ in [axis].lend { ct_roll(handle, shifts, $0, $1) } }
    }
  }
  /// Copies side by side, as many along each axis as `times` says.
  public func tiled(_ times: Int...) -> Tensor {
    op("tiled", self) { handle in times.lend { ct_repeat(handle, $0, $1) } }
  }
  /// Each slice along `axis` `times` times in a row.
  public func repeatingEach(_ times: Int, along axis: Int) -> Tensor {
    op("repeatingEach", self) { ct_repeat_interleave($0, Int64(times), Int64(axis)) }
  }
  /// Axes `from` through `through` made one.
  public func flattened(from: Int = 0, through: Int = -1) -> Tensor {
    op("flattened", self) { ct_flatten($0, Int64(from), Int64(through)) }
  }
  /// Without the axis `axis`, which has size 1.
  public func squeezed(_ axis: Int) -> Tensor {
    op("squeezed", self) { ct_squeeze($0, Int64(axis)) }
  }
  /// With a new axis of size 1 at `axis`.
  public func unsqueezed(_ axis: Int) -> Tensor {
    op("unsqueezed", self) { ct_unsqueeze($0, Int64(axis)) }
  }
  /// Windows of `size` along an axis, `step` apart, on a new last axis.
  public func windows(of size: Int, step: Int, along axis: Int) -> Tensor {
    op("windows", self) { ct_unfold($0, Int64(axis), Int64(size), Int64(step)) }
  }
  /// Tensors joined along an axis.
  public static func concatenate(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
    op("concatenate", all: tensors) { ct_cat($0, $1, Int64(axis)) }
  }
  /// Tensors of one shape along a new axis.
  public static func stack(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
    op("stack", all: tensors) { ct_stack($0, $1, Int64(axis)) }
  }
  /// Equal parts along an axis.
  public func split(into parts: Int, along axis: Int) -> [Tensor] {
    let size = size(axis)
    guard parts > 0, size % parts == 0 else {
      let reason = "axis \(axis) of size \(size) has no \(parts) equal parts"
      let failed = Tensor(error: error ?? TensorError("split", shapes: [shape], reason: reason))
      return Array(repeating: failed, count: Swift.max(parts, 0))
    }
    return ops("split", self, results: parts) { ct_split($0, Int64(size / parts), Int64(axis), $1) }
  }
  /// Elements `start` up to `end` along an axis, every `step`th.
  public func sliced(_ axis: Int, _ start: Int, _ end: Int, by step: Int = 1) -> Tensor {
    op("sliced", self) { ct_slice($0, Int64(axis), Int64(start), Int64(end), Int64(step)) }
  }
  /// One element along an axis, which goes away.
  public func selected(_ axis: Int, _ index: Int) -> Tensor {
    op("selected", self) { ct_select($0, Int64(axis), Int64(index)) }
  }
  /// The slices along an axis that `index`, `[m]`, names.
  public func indexSelect(_ axis: Int, _ index: Tensor) -> Tensor {
    op("indexSelect", self, index) { ct_index_select($0, Int64(axis), $1) }
  }
  /// The elements where `mask` holds, `[m]`.
  public func selected(where mask: Tensor) -> Tensor {
    op("selected", self, mask) { ct_masked_select($0, $1) }
  }
  /// With `source` added to the slices that `index` names.
  public func indexAdd(_ axis: Int, _ index: Tensor, _ source: Tensor) -> Tensor {
    op("indexAdd", self, index, source) { ct_index_add($0, Int64(axis), $1, $2) }
  }
  /// With `source` in place of the slices that `index` names.
  public func indexCopy(_ axis: Int, _ index: Tensor, _ source: Tensor) -> Tensor {
    op("indexCopy", self, index, source) { ct_index_copy($0, Int64(axis), $1, $2) }
  }
  /// With `value` in the slices that `index` names.
  public func indexFill(_ axis: Int, _ index: Tensor, _ value: Double) -> Tensor {
    op("indexFill", self, index) { ct_index_fill($0, Int64(axis), $1, value) }
  }
  /// The elements that `index` names along an axis, one for each element of `index`.
  public func gather(_ axis: Int, _ index: Tensor) -> Tensor {
    op("gather", self, index) { ct_gather($0, Int64(axis), $1) }
  }
  /// With `source` written where `index` says along an axis.
  public func scatter(_ axis: Int, _ index: Tensor, _ source: Tensor) -> Tensor {
    op("scatter", self, index, source) { ct_scatter($0, Int64(axis), $1, $2) }
  }
  /// With `source` added where `index` says along an axis.
  public func scatterAdd(_ axis: Int, _ index: Tensor, _ source: Tensor) -> Tensor {
    op("scatterAdd", self, index, source) { ct_scatter_add($0, Int64(axis), $1, $2) }
  }
  /// How values that meet in one place become one.
  public enum Gathering: String, Sendable { case sum, prod, mean, amax, amin }
  /// With `source` reduced into where `index` says along an axis.
  public func scatterReduce(
    _ axis: Int, _ index: Tensor, _ source: Tensor, by rule: Gathering, includingSelf: Bool = true
  ) -> Tensor {
    op("scatterReduce", self, index, source) {
      ct_scatter_reduce($0, Int64(axis), $1, $2, rule.rawValue, includingSelf)
    }
  }
  /// With `source` in place of elements `start` up to `end` along an axis.
  public func replacing(_ axis: Int, _ start: Int, _ end: Int, with source: Tensor) -> Tensor {
    op("replacing", self, source) {
      ct_slice_scatter($0, $1, Int64(axis), Int64(start), Int64(end))
    }
  }
  /// The upper triangle of matrices, zeros below.
  public func upperTriangle(_ diagonal: Int = 0) -> Tensor {
    op("upperTriangle", self) { ct_triu($0, Int64(diagonal)) }
  }
  /// The lower triangle of matrices, zeros above.
  public func lowerTriangle(_ diagonal: Int = 0) -> Tensor {
    op("lowerTriangle", self) { ct_tril($0, Int64(diagonal)) }
  }
  /// The diagonals of matrices.
  public func diagonal(_ offset: Int = 0) -> Tensor {
    op("diagonal", self) { ct_diagonal($0, Int64(offset), -2, -1) }
  }
  /// Matrices with these diagonals.
  public func asDiagonal(_ offset: Int = 0) -> Tensor {
    op("asDiagonal", self) { ct_diag_embed($0, Int64(offset)) }
  }
  /// Whole numbers as 0/1 vectors on a new last axis.
  public func oneHot(_ classes: Int) -> Tensor {
    op("oneHot", self) { ct_one_hot($0, Int64(classes)) }
  }
}

/// What may stand between the brackets of `x[…]`: an index, a range, or `.all`.
public protocol TensorIndex {
  /// The part of `x` along `axis`, and the axis that the next index speaks of.
  func part(of x: Tensor, _ axis: Int) -> (Tensor, next: Int)
}

extension Int: TensorIndex {
  public func part(of x: Tensor, _ axis: Int) -> (Tensor, next: Int) {
    (x.selected(axis, self), axis)
  }
}
extension Range<Int>: TensorIndex {
  public func part(of x: Tensor, _ axis: Int) -> (Tensor, next: Int) {
    (x.sliced(axis, lowerBound, upperBound), axis + 1)
  }
}
extension PartialRangeFrom<Int>: TensorIndex {
  public func part(of x: Tensor, _ axis: Int) -> (Tensor, next: Int) {
    (x.sliced(axis, lowerBound, .max), axis + 1)
  }
}
extension PartialRangeUpTo<Int>: TensorIndex {
  public func part(of x: Tensor, _ axis: Int) -> (Tensor, next: Int) {
    (x.sliced(axis, 0, upperBound), axis + 1)
  }
}
/// Every element along an axis.
public struct AllIndices: TensorIndex {
  public func part(of x: Tensor, _ axis: Int) -> (Tensor, next: Int) { (x, axis + 1) }
}
extension TensorIndex where Self == AllIndices {
  /// Every element along an axis.
  public static var all: AllIndices { AllIndices() }
}

extension Tensor {
  /// The part that the indices name, one for each axis from the first; the rest is kept whole.
  public subscript(indices: any TensorIndex...) -> Tensor {
    var part = (self, next: 0)
    for index in indices { part = index.part(of: part.0, part.next) }
    return part.0
  }
}
