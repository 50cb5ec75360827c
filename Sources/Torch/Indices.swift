extension Tensor {
  /// These whole numbers, or the error that one of them is not from 0 up to `size`.
  ///
  /// Reads the numbers, so a device that runs ahead is waited for.
  public func indices(below size: Int, of name: String) -> Tensor {
    guard error == nil, count > 0 else { return self }
    do {
      for wrong in [try min().value(), try max().value()] where wrong < 0 || wrong >= Double(size) {
        let reason = "\(Int(wrong)) is outside 0 to \(size - 1)"
        return Tensor(error: TensorError(name, shapes: [shape], reason: reason))
      }
      return self
    } catch {
      return Tensor(
        error: error as? TensorError ?? TensorError(name, shapes: [], reason: "\(error)"))
    }
  }
}
