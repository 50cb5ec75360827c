import Foundation

/// A process, named so that another one with the same number is not taken for it.
public struct RunProcess: Codable, Equatable, Hashable, Sendable {
  /// The name of its machine.
  public var host: String
  /// Its number there.
  public var pid: Int
  /// When it started: the boot of the machine and the clock ticks since; empty without `/proc`.
  public var start: String

  /// The process `pid` of `host` that started at `start`.
  public init(host: String, pid: Int, start: String) {
    self.host = host
    self.pid = pid
    self.start = start
  }

  /// This process.
  public static var current: RunProcess {
    let pid = Int(getpid())
    return RunProcess(host: thisHost, pid: pid, start: start(of: pid) ?? "")
  }

  /// Whether the process still runs.
  ///
  /// One of another machine that shares the registry counts as alive, since nothing here can tell.
  public var isAlive: Bool {
    guard host == Self.thisHost else { return true }
    guard pid > 0, let number = Int32(exactly: pid) else { return false }
    if let found = Self.start(of: pid) { return start.isEmpty || found == start }
    // A kernel that hides other people's processes still tells whether one is there.
    return Self.isHidden(number)
  }

  /// Eight letters and digits that follow from this process and `moment`.
  func identifier(_ moment: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(host)\0\(pid)\0\(start)\0\(moment)".utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    hash ^= hash >> 32
    // Crockford's letters: none that is read as another.
    let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
    return String((0..<8).map { letters[Int(hash >> (5 * UInt64($0)) & 31)] })
  }

  /// When the process `pid` started; nil where there is none, or only its remains.
  static func start(of pid: Int) -> String? {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
    // The name, in parentheses, may itself hold spaces and parentheses.
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?
      .split(separator: " ")
    guard let fields, fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return "\(boot)/\(fields[19])"
  }

  private static func isHidden(_ pid: Int32) -> Bool {
    !FileManager.default.fileExists(atPath: "/proc/self/stat") && kill(pid, 0) == 0
      || kill(pid, 0) != 0 && errno == EPERM
  }

  private static let boot: String = {
    let path = "/proc/sys/kernel/random/boot_id"
    let text = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
  }()

  private static let thisHost: String = ProcessInfo.processInfo.hostName
}
