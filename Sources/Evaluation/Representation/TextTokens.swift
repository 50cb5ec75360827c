import Datasets

extension Domain {
  /// A text as a domain of texts has it: its bytes, each one more than it is, and zeros to the domain's length.
  public func tokens(of text: String) -> [Float] {
    let bytes = text.utf8.prefix(size).map { Float($0) + 1 }
    return bytes + Array(repeating: 0, count: size - bytes.count)
  }
}
