import Foundation
import Synchronization

/// Counts and times of what the server did, as Prometheus reads them.
final class Metrics: Sendable {
  /// Upper bounds of the classes of times, seconds.
  static let times = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// Upper bounds of the classes of batches, rows.
  static let sizes: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256]

  private struct Histogram {
    var counts: [Int]
    var sum = 0.0

    init(_ bounds: [Double]) { counts = Array(repeating: 0, count: bounds.count + 1) }

    mutating func add(_ value: Double, _ bounds: [Double]) {
      counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
      sum += value
    }

    func lines(_ name: String, _ label: String, _ bounds: [Double]) -> [String] {
      var running = 0
      let comma = label.isEmpty ? "" : ","
      let bars = label.isEmpty ? "" : "{\(label)}"
      var lines = zip(bounds.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" } + ["+Inf"], counts)
        .map { bound, count in
          running += count
          return "\(name)_bucket{\(label)\(comma)le=\"\(bound)\"} \(running)"
        }
      lines.append("\(name)_sum\(bars) \(sum)")
      lines.append("\(name)_count\(bars) \(running)")
      return lines
    }
  }

  private struct Answered: Hashable {
    let route: String
    let status: Int
  }

  private struct State {
    var requests: [Answered: Int] = [:]
    var seconds: [String: Histogram] = [:]
    var batches = Histogram(Metrics.sizes)
  }

  private let state = Mutex(State())

  /// A request of the route was answered.
  func add(route: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.requests[Answered(route: route, status: status), default: 0] += 1
      state.seconds[route, default: Histogram(Self.times)].add(seconds, Self.times)
    }
  }

  /// So many rows went through a network together.
  func add(batch rows: Int) { state.withLock { $0.batches.add(Double(rows), Self.sizes) } }

  /// All figures in Prometheus' text form.
  func text(inFlight: Int) -> String {
    var lines: [String] = []
    func head(_ name: String, _ kind: String, _ help: String) {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"]
    }
    state.withLock { state in
      head("latent_requests_total", "counter", "Requests answered, by route and status.")
      for (key, count) in state.requests.sorted(by: {
        ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
      }) {
        lines.append(
          "latent_requests_total{route=\"\(key.route)\",status=\"\(key.status)\"} \(count)")
      }
      head("latent_request_seconds", "histogram", "Seconds from a request's end to its answer.")
      for (route, times) in state.seconds.sorted(by: { $0.key < $1.key }) {
        lines += times.lines("latent_request_seconds", "route=\"\(route)\"", Self.times)
      }
      head("latent_batch_size", "histogram", "Rows that went through a network together.")
      lines += state.batches.lines("latent_batch_size", "", Self.sizes)
      head("latent_batches_total", "counter", "Turns of the inference thread.")
      lines.append("latent_batches_total \(state.batches.counts.reduce(0, +))")
    }
    head("latent_in_flight", "gauge", "Requests that are being answered.")
    lines.append("latent_in_flight \(inFlight)")
    head("process_resident_memory_bytes", "gauge", "Memory that the process holds.")
    lines.append("process_resident_memory_bytes \(Self.residentBytes())")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Memory that the process holds; 0 where the system does not say.
  static func residentBytes() -> Int {
    guard let bytes = FileManager.default.contents(atPath: "/proc/self/statm") else { return 0 }
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }
}
