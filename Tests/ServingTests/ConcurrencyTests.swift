import Foundation
import HTTP
import Synchronization
import Testing
import Torch

@testable import Serving

@Suite(.timeLimit(.minutes(2))) struct ConcurrencyTests {
  private func body(_ seed: Int, rows: Int = 1) throws -> String {
    let values: [Float] = try RandomStream(UInt64(seed)).uniform([rows * 64]).values()
    var text = NumberText()
    text.append("{\"inputs\":")
    text.append(values, shape: [rows, 1, 8, 8])
    text.append("}")
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test func manyAtOnceGetTheBitsThatOneAtATimeGets() throws {
    let asking = try Asking()
    let path = "/v1/spaces/pictures.latent/encode"
    let bodies = try (0..<32).map { try body($0, rows: 1 + $0 % 5 * 9) }
    let alone = bodies.map { asking.post(path, $0).body }
    let together = Mutex([Data](repeating: Data(), count: 32))
    let threads = (0..<32).map { index in
      let thread = Thread {
        for _ in 0..<5 {
          let answer = asking.post(path, bodies[index]).body
          together.withLock { $0[index] = answer }
        }
      }
      thread.start()
      return thread
    }
    while threads.contains(where: { !$0.isFinished }) { Thread.sleep(forTimeInterval: 0.01) }
    #expect(together.withLock { $0 } == alone)
  }

  @Test func whatWaitsGoesThroughTogether() throws {
    let sizes = Mutex<[Int]>([])
    let batcher = Batcher(threads: 1) { rows in sizes.withLock { $0.append(rows) } }
    let gate = DispatchSemaphore(value: 0), done = DispatchSemaphore(value: 0)
    let slow = Batcher.Function(name: "slow", shape: [1]) { x in
      gate.wait()
      return x
    }
    let double = Batcher.Function(name: "double", shape: [2]) { $0 * 2 }
    batcher.apply(slow, to: [0]) { _ in done.signal() }
    let results = Mutex([[Float]](repeating: [], count: 40))
    for index in 0..<40 {
      batcher.apply(double, to: [Float(index), 1, 2, 3]) { result in
        results.withLock { $0[index] = (try? result.get().values) ?? [] }
        done.signal()
      }
    }
    gate.signal()
    for _ in 0..<41 { done.wait() }
    #expect(results.withLock { $0 } == (0..<40).map { [Float(2 * $0), 2, 4, 6] })
    #expect(sizes.withLock { $0 } == [1, 80])
  }

  @Test func aLargeRequestLetsOthersThrough() throws {
    let batcher = Batcher(threads: 1)
    let order = Mutex<[String]>([])
    let done = DispatchSemaphore(value: 0), gate = DispatchSemaphore(value: 0)
    let wait = Batcher.Function(name: "wait", shape: [1]) { x in
      gate.wait()
      return x
    }
    let same = Batcher.Function(name: "same", shape: [1]) { $0 }
    let other = Batcher.Function(name: "other", shape: [1]) { $0 + 1 }
    batcher.apply(wait, to: [0]) { _ in done.signal() }
    let many = (0..<5000).map { Float($0) }
    batcher.apply(same, to: many) { result in
      if (try? result.get().values) == many { order.withLock { $0.append("large") } }
      done.signal()
    }
    batcher.apply(other, to: [41]) { result in
      if (try? result.get().values) == [42] { order.withLock { $0.append("small") } }
      done.signal()
    }
    gate.signal()
    for _ in 0..<3 { done.wait() }
    #expect(order.withLock { $0 } == ["small", "large"])
  }

  @Test func aFailureIsToldToWhoAsked() throws {
    let batcher = Batcher(threads: 1)
    let broken = Batcher.Function(name: "broken", shape: [2]) { $0.reshaped([7]) }
    #expect(throws: TensorError.self) { try batcher.apply(broken, to: [1, 2]) }
    let right = Batcher.Function(name: "right", shape: [2]) { $0 }
    #expect(try batcher.apply(right, to: [1, 2]).values == [1, 2])
  }

  @Test func aComputationIsMadeOnceAndKept() throws {
    let workers = Workers("test", count: 1, threads: 1)
    let count = Mutex(0)
    let inner = Computed(by: workers) { report in
      report(0.5)
      return count.withLock { count in
        count += 1
        return count
      }
    }
    let outer = Computed(by: workers) { _ in try inner.valueHere() + 1 }
    #expect(try outer.value(within: 10) == 2)
    #expect(try inner.value(within: 10) == 1 && count.withLock { $0 } == 1)
    let failing = Computed<Int>(by: workers) { _ in throw Refusal(409, "no") }
    #expect(throws: Refusal.self) { try failing.value(within: 10) }
  }

  @Test func theMetricsCountWhatWasAnswered() throws {
    let asking = try Asking()
    _ = asking.post("/v1/spaces/pictures.latent/encode", try body(1, rows: 3))
    _ = asking.get("/v1/none")
    let text = String(decoding: asking.get("/metrics").body, as: UTF8.self)
    #expect(
      text.contains("latent_requests_total{route=\"/v1/spaces/{id}/encode\",status=\"200\"} 1"))
    #expect(text.contains("latent_requests_total{route=\"none\",status=\"404\"} 1"))
    #expect(text.contains("latent_batch_size_bucket{le=\"4\"} 1"))
    #expect(text.contains("latent_batches_total 1") && text.contains("latent_in_flight 1"))
    #expect(text.contains("process_resident_memory_bytes "))
  }
}
