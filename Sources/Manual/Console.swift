import Files
import Foundation

/// Where a verb puts what it has to say: results on standard output, talk on standard error.
public struct Console: Sendable {
  /// Whether only results and errors are printed.
  public let isQuiet: Bool
  /// Whether the result is printed as JSON.
  public let printsJSON: Bool

  /// A console that says everything, unless it is quiet.
  public init(isQuiet: Bool = false, printsJSON: Bool = false) {
    self.isQuiet = isQuiet
    self.printsJSON = printsJSON
  }

  /// The console that `--quiet` and `--json` ask for.
  public init(_ arguments: Arguments) {
    self.init(isQuiet: arguments.flag("quiet"), printsJSON: arguments.flag("json"))
  }

  /// Prints a result, with a line break after it.
  ///
  /// - Throws: ``UserError`` when it cannot be written, as on a full disk. A reader that has gone
  ///   away is no error: it has read what it wanted.
  public func result(_ text: String) throws {
    let reason = Terminal.write(Console.line(text), to: .output)
    guard reason == 0 || reason == EPIPE else {
      throw UserError(
        "cannot write to standard output: \(String(cString: strerror(reason)).lowercased())")
    }
  }

  /// Prints a result: as JSON under `--json`, else as text.
  public func result(_ json: @autoclosure () -> JSON, text: @autoclosure () -> String) throws {
    try result(printsJSON ? json().pretty : text())
  }

  /// Says something a person may want to know, unless quiet.
  public func say(_ sentence: String) {
    if !isQuiet { _ = Terminal.write(Console.line(sentence), to: .error) }
  }

  /// Says what is wrong, quiet or not.
  public func warn(_ sentence: String) { _ = Terminal.write(Console.line(sentence), to: .error) }

  /// Says why the work failed, and returns the code to exit with.
  public func fail(_ error: any Error) -> ExitCode {
    let code = ExitCode(for: error)
    // A usage error already begins with the name of the program and the verb.
    warn(code == .usage ? "\(error)" : "latent: \(error)")
    return code
  }

  private static func line(_ text: String) -> String {
    text.hasSuffix("\n") ? text : text + "\n"
  }

  /// Begins the account of a long piece of work.
  ///
  /// - Parameters:
  ///   - label: what is done, in a word or two.
  ///   - total: units in all, if that is known.
  ///   - unit: what is counted, in the plural.
  ///   - start: units done before, by a run that is resumed.
  ///   - parts: how many of what is counted make one unit; the counts are of parts then.
  public func progress(
    _ label: String, total: Int?, unit: String, start: Int = 0, parts: Int = 1
  ) -> ProgressLine {
    let style: ProgressLine.Style =
      isQuiet ? .silent : Terminal.isLive(.error) ? .redrawn : .logged
    return ProgressLine(
      Progress(label: label, total: total, unit: unit, start: start, parts: parts), style: style,
      now: { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 },
      width: { Terminal.width(.error) }, write: { _ = Terminal.write($0, to: .error) })
  }
}
