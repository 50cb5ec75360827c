/// A binary heap with the least on top.
struct Heap<Element: Comparable> {
  private var items: [Element] = []

  /// Adds one.
  mutating func push(_ item: Element) {
    items.append(item)
    var place = items.count - 1
    while place > 0, items[place] < items[(place - 1) / 2] {
      items.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Takes the least.
  mutating func pop() -> Element? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    guard !items.isEmpty else { return first }
    items[0] = last
    var place = 0
    while true {
      let child = 2 * place + 1
      guard child < items.count else { return first }
      let least = child + 1 < items.count && items[child + 1] < items[child] ? child + 1 : child
      guard items[least] < items[place] else { return first }
      items.swapAt(place, least)
      place = least
    }
  }

  /// Takes the least of those that are in it an odd number of times, with all that are equal to it or before it.
  mutating func popOdd() -> Element? {
    while let item = pop() {
      var isOdd = true
      while items.first == item {
        _ = pop()
        isOdd.toggle()
      }
      if isOdd { return item }
    }
    return nil
  }
}
