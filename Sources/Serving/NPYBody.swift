import Datasets
import HTTP

/// A body of NumPy's form.
enum NPYBody {
  /// Its numbers.
  ///
  /// - Throws: `UserError` where it is damaged, or a single number.
  static func numbers(_ call: Call) throws -> NumberArray {
    let array = try NPY.numbers(in: call.request.body, named: "the body")
    guard !array.shape.isEmpty else { throw Refusal(400, "the body is a single number") }
    return NumberArray(array.values, shape: array.shape)
  }
}
