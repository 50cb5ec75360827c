import Foundation
import Testing
import Torch

@testable import Datasets

@Suite struct LoaderTests {
  let examples: Examples

  init() throws {
    let store = ArrayStore((0..<103).map(Float.init), count: 103, shape: [1])
    examples = Examples(store: store, labels: nil, factorValues: nil, finish: Finish())
  }

  private func indices(_ loader: Loader, _ epoch: Int, from: Int = 0) throws -> [[Int]] {
    let batches = loader.epoch(epoch, from: from)
    var all: [[Int]] = []
    while let batch = try batches.next() { all.append(batch.indices) }
    return all
  }

  @Test func anEpochHoldsEachExampleOnceInAnOrderOfItsOwn() throws {
    let loader = Loader(examples, batch: 10, seed: Seed(1))
    let first = try indices(loader, 0), second = try indices(loader, 1)
    #expect(
      loader.batchesPerEpoch == 11 && first.map(\.count) == Array(repeating: 10, count: 10) + [3])
    #expect(first.joined().sorted() == Array(0..<103))
    #expect(first != second)
    #expect(try first == indices(Loader(examples, batch: 10, seed: Seed(1), prefetch: 0), 0))
    #expect(try first != indices(Loader(examples, batch: 10, seed: Seed(2)), 0))
  }

  @Test func resumingInTheMiddleGivesTheRestOfTheUnbrokenEpoch() throws {
    let loader = Loader(examples, batch: 10, seed: Seed(1), dropLast: true)
    #expect(loader.batchesPerEpoch == 10)
    #expect(try indices(loader, 3, from: 7) == Array(indices(loader, 3)[7...]))
    #expect(try indices(loader, 3, from: 10).isEmpty)
  }

  @Test func withoutShufflingTheOrderIsTheSplits() throws {
    let loader = Loader(examples, batch: 60, seed: Seed(1), shuffled: false)
    #expect(try indices(loader, 5).joined().elementsEqual(0..<103))
  }

  @Test func cancellingStopsTheThread() throws {
    let epoch = Loader(examples, batch: 1, seed: Seed(1)).epoch(0)
    _ = try epoch.next()
    #expect(!epoch.isIdle)
    epoch.cancel()
    #expect(try epoch.next() == nil)
    let deadline = Date() + 5
    while !epoch.isIdle, Date() < deadline { usleep(1000) }
    #expect(epoch.isIdle)
  }

  @Test func anErrorInABatchEndsTheEpoch() throws {
    var store = ArrayStore([1, .nan, 3], count: 3, shape: [1])
    store.checked = false
    let bad = Examples(store: store, labels: nil, factorValues: nil, finish: Finish())
    let epoch = Loader(bad, batch: 1, seed: Seed(1), shuffled: false).epoch(0)
    #expect(try epoch.next()?.x.values() == [1])
    #expect(sentence { _ = try epoch.next() } == "row 1 holds nan, not a finite number")
    #expect(try epoch.next() == nil)
  }
}
