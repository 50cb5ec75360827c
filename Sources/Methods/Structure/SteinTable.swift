import Datasets
import Files
import Foundation

/// The inputs and the responses of a table.
struct SteinTable {
  let inputs: VariableTable
  let responses: VariableTable
  /// Whether the inputs are their own responses.
  let isSelf: Bool

  /// - Throws: `UserError` for a column that is not there, or for unequal numbers of rows.
  init(_ arrays: NamedArrays, responses: String, without: String) throws {
    func names(_ text: String) -> [String] {
      text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let targets = responses == "inputs" || responses.isEmpty ? [] : names(responses)
    let hasMatrix = arrays.has("targets")
    try require(
      !hasMatrix || targets.isEmpty,
      "the files hold targets, and --responses names others; give one")
    inputs = try VariableTable(
      arrays, matrix: "inputs",
      leavingOut: names(without) + targets + (hasMatrix ? ["targets"] : [])
    )
    isSelf = targets.isEmpty && !hasMatrix
    if isSelf {
      self.responses = inputs
    } else if hasMatrix {
      self.responses = try VariableTable(arrays, matrix: "targets")
    } else {
      self.responses = try VariableTable(columns: targets, arrays)
    }
    try require(
      self.responses.rows == inputs.rows,
      "there are \(inputs.rows) rows of inputs and \(self.responses.rows) of responses; they must be as many"
    )
  }
}
