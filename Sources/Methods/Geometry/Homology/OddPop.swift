import Files

extension MinimumHeap {
  /// Takes the least of those that are in it an odd number of times, with all that are equal to it or before it.
  mutating func popOdd() -> Element? {
    while let item = pop() {
      var isOdd = true
      while first == item {
        _ = pop()
        isOdd.toggle()
      }
      if isOdd { return item }
    }
    return nil
  }
}
