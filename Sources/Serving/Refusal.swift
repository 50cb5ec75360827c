import Files
import Foundation
import HTTP
import Manual

/// Why a request gets no answer: a status, and one clear sentence.
struct Refusal: Error {
  let status: Int
  let sentence: String
  var headers: [(String, String)] = []

  init(_ status: Int, _ sentence: String, headers: [(String, String)] = []) {
    (self.status, self.sentence, self.headers) = (status, sentence, headers)
  }

  /// What an error of any kind means to who asked.
  init(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self = refusal
    case let error as UserError: self.init(400, error.description)
    default: self.init(500, "\(error)")
    }
  }

  var response: Response { Response(status, refusing: sentence, headers: headers) }
}

extension Response {
  /// A JSON value.
  init(_ status: Int = 200, _ json: JSON, headers: [(String, String)] = []) {
    self.init(status, "application/json", Data(json.compact.utf8), headers: headers)
  }

  /// `{"error": {"message": …}}`.
  init(_ status: Int, refusing sentence: String, headers: [(String, String)] = []) {
    self.init(status, ["error": ["message": .string(sentence)]], headers: headers)
  }
}
