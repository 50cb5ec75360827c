import Evaluation
import Manual

extension Estimate {
  /// The value and its interval.
  var json: JSON {
    [
      ("value", .number(value)),
      ("interval", .array([.number(interval.low), .number(interval.high)])),
    ].json
  }

  /// The same for a cell of a table.
  var text: String { "\(brief(value)) (\(brief(interval.low)) … \(brief(interval.high)))" }
}
