/// A collection that gives its smallest element first, in logarithmic time.
public struct MinimumHeap<Element: Comparable> {
  @usableFromInline var elements: [Element]

  /// The heap of `elements`, in linear time.
  @inlinable public init(_ elements: [Element] = []) {
    self.elements = elements
    for place in stride(from: elements.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  /// The smallest element.
  @inlinable public var first: Element? { elements.first }

  /// Adds an element.
  @inlinable public mutating func push(_ element: Element) {
    elements.append(element)
    var place = elements.count - 1
    while place > 0, elements[place] < elements[(place - 1) / 2] {
      elements.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Takes the smallest element.
  @inlinable public mutating func pop() -> Element? {
    guard let first = elements.first, let last = elements.popLast() else { return nil }
    if !elements.isEmpty {
      elements[0] = last
      sink(0)
    }
    return first
  }

  @inlinable mutating func sink(_ from: Int) {
    var place = from
    while true {
      var least = place
      for child in 2 * place + 1...2 * place + 2
      where child < elements.count && elements[child] < elements[least] { least = child }
      guard least != place else { return }
      elements.swapAt(place, least)
      place = least
    }
  }
}
