/// A command line that cannot be meant, in one sentence: what is wrong, and the nearest thing that is right.
public struct UsageError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The sentence, without a final line break.
  public let description: String

  /// An error that says `sentence`.
  public init(_ sentence: String) { description = sentence }
}

/// What the program tells its caller when it ends.
public enum ExitCode: Int32, Sendable {
  /// The work is done.
  case success = 0
  /// The work could not be done.
  case failure = 1
  /// The command line was wrong; nothing was tried.
  case usage = 2
  /// A signal ended the work early.
  case interrupted = 130

  /// The code that fits `error`.
  public init(for error: any Error) { self = error is UsageError ? .usage : .failure }
}
