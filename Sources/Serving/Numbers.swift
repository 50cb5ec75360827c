import Datasets
import Files
import Foundation
import HTTP
import Manual
import Reporting

/// An object that holds rows of numbers, on its way to who asked.
struct Numbers {
  /// A field of the object.
  enum Part {
    case rows(Batcher.Rows)
    case texts([String])
    case json(JSON)
  }

  var fields: [(name: String, part: Part)] = []
  var headers: [(String, String)] = []

  /// As JSON.
  var response: Response {
    Response(200, "application/json", Data(text.bytes), headers: headers)
  }

  private var text: NumberText {
    var text = NumberText()
    text.append("{")
    for (index, field) in fields.enumerated() {
      text.append((index > 0 ? ",\"" : "\"") + field.name + "\":")
      switch field.part {
      case .rows(let rows): text.append(rows.values, shape: rows.shape)
      case .texts(let texts): text.append(JSON.array(texts.map { .string($0) }).compact)
      case .json(let json): text.append(json.compact)
      }
    }
    text.append("}")
    return text
  }

  /// Rows as NumPy.
  static func numPy(_ rows: Batcher.Rows, _ headers: [(String, String)] = []) -> Response {
    Response(
      200, "application/x-npy", NPY.data(rows.values, shape: rows.shape), headers: headers)
  }
}

extension ServedSpace {
  /// Examples `[n]` + shape as a field: texts where they are texts.
  func part(_ rows: Batcher.Rows) -> Numbers.Part {
    guard isText else { return .rows(rows) }
    let count = rows.shape[0], width = rows.values.count / max(1, count)
    return .texts(
      (0..<count).map { Domain.text(of: rows.values[$0 * width..<($0 + 1) * width]) })
  }

  /// Examples as one picture, cells of exactly their size without gaps.
  ///
  /// - Throws: ``Refusal`` where the space is not one of pictures.
  func picture(_ values: [Float], columns: Int, _ headers: [(String, String)] = []) throws
    -> Response
  {
    guard isPicture else { throw Refusal(406, "\(id) is not a space of pictures; ask for JSON") }
    let size = domain.size
    let images = stride(from: 0, to: values.count, by: size).map { Array(values[$0..<$0 + size]) }
    let grid = try Picture.grid(
      images: images, shape: domain.shape, columns: columns, padding: 0, scale: 1,
      normalised: domain.support == .real)
    return Response(200, "image/png", try grid.pngData(), headers: headers)
  }

  /// Examples as they are wanted: a picture of so many columns, NumPy, or JSON under `outputs` with other fields.
  func response(
    _ call: Call, _ rows: Batcher.Rows, columns: Int, before: [(String, Numbers.Part)] = [],
    after: [(String, Numbers.Part)] = [], headers: [(String, String)] = []
  ) throws -> Response {
    if call.accepts("image/png"), !call.accepts("application/json") {
      return try picture(rows.values, columns: columns, headers)
    }
    if call.isNumPy || call.accepts("application/x-npy") { return Numbers.numPy(rows, headers) }
    let fields = before + [("outputs", part(rows))] + after
    return Numbers(fields: fields.map { (name: $0.0, part: $0.1) }, headers: headers).response
  }

  /// Refuses an answer of more numbers than one may have.
  func limit(_ rows: Int, _ call: Call) throws {
    let most = call.service.limits.numbers / max(1, max(domain.size, latents ?? 1))
    guard rows <= most else {
      throw Refusal(413, "\(rows) examples are too many for one answer; at most \(most) of \(id)")
    }
  }
}

extension ServedSpace {
  /// The examples that a request sends, `inputs` of the body or its NumPy array, as rows that the encoder takes.
  func inputs(_ call: Call) throws -> [Float] {
    if call.isNumPy {
      return try inputs(NPYBody.numbers(call), "the body")
    }
    return try inputs(call.body["inputs"], "inputs")
  }

  /// Examples of a field called `name`.
  func inputs(_ value: JSONBody?, _ name: String) throws -> [Float] {
    if let texts = value?.strings, !texts.isEmpty {
      guard isText else { throw UserError("\(name) holds texts; \(wanted)") }
      return texts.flatMap(tokens)
    }
    guard let array = value?.array else {
      throw UserError("\(name) must be a list of examples; \(wanted)")
    }
    return try inputs(array, name)
  }

  private func inputs(_ array: NumberArray, _ name: String) throws -> [Float] {
    guard !array.shape.isEmpty, array.count > 0, Array(array.shape.dropFirst()) == domain.shape
    else {
      throw UserError("\(name) has shape \(array.shape); \(wanted)")
    }
    func refuse(_ place: Int, _ what: String) -> UserError {
      let row = place / max(1, domain.size)
      return UserError("\(name)[\(row)] holds \(array.values[place]); this space takes \(what)")
    }
    switch domain.support {
    case .unit, .binary:
      if let place = array.values.firstIndex(where: { $0 < 0 || $0 > 1 }) {
        throw refuse(place, "levels from 0 to 1")
      }
    case .tokens:
      if let place = array.values.firstIndex(where: {
        $0 < 0 || $0 >= Float(Domain.vocabulary) || $0 != $0.rounded()
      }) {
        throw refuse(place, "whole numbers from 0 to \(Domain.vocabulary - 1)")
      }
    case .real: break
    }
    return array.values
  }

  /// A text as the tokens of an example, cut or filled up to its length.
  func tokens(_ text: String) -> [Float] {
    domain.tokens(of: text)
  }

  private var wanted: String {
    isText
      ? "this space takes texts"
      : "this space takes shape [n, \(domain.shape.map(String.init).joined(separator: ", "))]"
  }

  /// Codes of a field, `[n, k]`.
  func codes(_ array: NumberArray?, _ name: String) throws -> [Float] {
    let width = latents ?? 0
    guard let array, array.shape.count == 2, array.shape[1] == width, array.count > 0 else {
      let given = array.map { " has shape \($0.shape)" } ?? " must be a list of codes"
      throw UserError("\(name)\(given); this space takes codes of shape [n, \(width)]")
    }
    return array.values
  }

  /// The code at an end of a way: an item's, or one that is given.
  func end(_ value: JSONBody?, _ name: String) throws -> (code: [Float], item: Int?) {
    if let item = value?["item"]?.integer { return (try code(of: item), item) }
    guard let code = value?["code"]?.array, code.shape.count == 1 else {
      throw UserError("\(name).code must be a list of numbers")
    }
    // Where nothing decodes, the codes of the items say how many numbers a code has.
    if let latents, code.count != latents {
      throw UserError("\(name).code must be a list of \(latents) numbers, not \(code.count)")
    }
    return (code.values, nil)
  }
}

extension Schema {
  /// An end of a way.
  static let end = Schema.either([
    .object([Field("item", .whole, required: true, "The place of an item.")]),
    .object([Field("code", .list(of: .real, count: 1...100_000), required: true, "A code.")]),
  ])
  /// Examples.
  static let examples = Schema.either([
    .numbers, .list(of: .text(most: 1 << 20), count: 1...Int.max),
  ])
}
