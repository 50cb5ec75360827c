import Foundation

/// Facts about where output goes.
public enum Terminal {
  /// A stream that a program writes to.
  public enum Stream: Int32, Sendable {
    /// Results.
    case output = 1
    /// Talk.
    case error = 2
  }

  /// Whether a person sees the stream on a terminal that can move its cursor.
  public static func isLive(_ stream: Stream) -> Bool {
    isatty(stream.rawValue) == 1 && environment("TERM") != "dumb"
  }

  /// Whether text on the stream may be bold: it is a terminal, and `NO_COLOR` is not set.
  public static func allowsBold(_ stream: Stream) -> Bool {
    isLive(stream) && (environment("NO_COLOR") ?? "").isEmpty
  }

  /// The columns of the terminal behind the stream; 80 where there is none.
  public static func width(_ stream: Stream) -> Int {
    var size = winsize()
    guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80
    }
    return Int(size.ws_col)
  }

  /// Writes all of `text`; the system's error number where it cannot.
  static func write(_ text: String, to stream: Stream) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeBufferPointer(rebasing: rest)
        let written = Foundation.write(stream.rawValue, part.baseAddress, part.count)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { return errno }
        rest = rest.dropFirst(written)
      }
      return 0
    }
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
