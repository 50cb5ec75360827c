import Files
import Foundation

/// Readings of bare arrays: what their type, rank and range say about the examples.
extension Reading {
  /// The examples along the first axis of `array`.
  init(_ array: NPY.Array, name: String, notes: inout [String]) throws {
    try require(
      !array.shape.isEmpty, "\(name) holds a single number; examples need an axis of their own")
    try require(
      array.shape.allSatisfy { $0 > 0 },
      "\(name) holds no examples: its shape is \(written(array.shape))")
    var store = ArrayStore(
      array.bytes, offset: array.offset, count: array.shape[0],
      shape: array.shape.count == 1 ? [1] : Array(array.shape[1...]), element: array.element)
    store.swapped = array.swapped
    try require(
      store.shape.count <= 3,
      "\(name) holds arrays of \(store.shape.count) axes; tables, series and pictures have up to 3")
    if store.shape.count == 3, ![1, 3, 4].contains(store.shape[0]),
      [1, 3, 4].contains(store.shape[2])
    {
      store = store.withChannelsFirst()
    }
    let found = try Statistics(store, name: name)
    store.checked =
      !array.element.isFloat || store.count * store.bytesPerExample <= Statistics.budget
    array.bytes.expectShuffledReads()
    if array.element == .uint8 || array.element == .bool {
      self.init(bytes: store, found)
    } else {
      self.init(numbers: store, found, name: name, notes: &notes)
    }
  }

  private init(bytes store: ArrayStore, _ found: Statistics) {
    var store = store
    if store.shape.count == 2 { store = store.reshaped([1] + store.shape) }
    if store.element == .bool { store = store.retyped(.uint8) }
    self.init(store, support: found.isBinary ? .binary : .unit)
    divisor = found.isBinary ? 1 : 255
  }

  private init(numbers store: ArrayStore, _ found: Statistics, name: String, notes: inout [String])
  {
    let unit = found.least >= 0 && found.greatest <= 1
    if unit, store.shape.count == 2, store.shape.allSatisfy({ $0 >= 8 }) {
      notes.append("\(name): numbers from 0 to 1 in two axes taken as grey pictures")
      self.init(
        store.reshaped([1] + store.shape), support: found.isBinary ? .binary : .unit)
      return
    }
    self.init(store, support: unit ? (found.isBinary ? .binary : .unit) : .real)
    standardise = !unit
  }
}

extension ArrayStore {
  func reshaped(_ shape: [Int]) -> ArrayStore { changed(shape, element) }

  func retyped(_ element: Element) -> ArrayStore { changed(shape, element) }

  /// The same examples of a file that has the channels last, as `[c, h, w]`.
  func withChannelsFirst() -> ArrayStore {
    var store = changed([shape[2], shape[0], shape[1]], element)
    store.channelsLast = true
    return store
  }

  private func changed(_ shape: [Int], _ element: Element) -> ArrayStore {
    var store = ArrayStore(bytes, offset: offset, count: count, shape: shape, element: element)
    store.swapped = swapped
    store.stride = stride
    store.channelsLast = channelsLast
    store.checked = checked
    return store
  }
}

extension Store {
  /// The same examples in `shape` where that differs by a first axis of one only: whether numbers are
  /// a grey picture or a series is read off their range, which other data of the kind may not have.
  func shaped(like shape: [Int]) -> any Store {
    guard let array = self as? ArrayStore, !array.channelsLast, array.shape != shape,
      array.shape == [1] + shape || [1] + array.shape == shape
    else { return self }
    return array.reshaped(shape)
  }
}
