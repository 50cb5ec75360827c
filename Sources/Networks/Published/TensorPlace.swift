/// Which tensors of a published checkpoint make a tensor of ours.
struct TensorPlace {
  /// Our name.
  let name: String
  /// Their names and shapes; several are joined along the first axis.
  let parts: [(name: String, shape: [Int])]
  /// Whether theirs are `[inputs, outputs]`.
  var isTurned = false

  init(_ name: String, _ part: String, _ shape: [Int], isTurned: Bool = false) {
    (self.name, parts, self.isTurned) = (name, [(part, shape)], isTurned)
  }

  init(_ name: String, joining parts: [(name: String, shape: [Int])]) {
    (self.name, self.parts) = (name, parts)
  }
}
