import Datasets
import Files
import Foundation
import HTTP
import Manual

extension Service {
  /// In OpenAI's shape, so that its clients find what they know.
  static let embeddingsRoute: Route = Route(
    "POST", "/v1/embeddings", "coding",
    "Codes of texts, or of pictures in base64, in the shape of OpenAI's embeddings.",
    body: Route.Body(
      schema: .object([
        .init(
          "model", .text(most: 4096), required: true,
          "The space; or minilm, where that text encoder is installed."),
        .init(
          "input", .either([one, .list(of: one, count: 1...2048)]), required: true,
          "A text, a picture, or a list of them."),
        .init("encoding_format", .choice(["float", "base64"]), "float when not given."),
        .init("user", .text(most: 4096), "Not looked at."),
      ])),
    answers: [
      Route.Answer(
        200, "An embedding of each input.",
        json: .object([
          .init("object", .choice(["list"]), required: true),
          .init(
            "data",
            .list(
              .object([
                .init("object", .choice(["embedding"]), required: true),
                .init("index", .whole, required: true),
                .init("embedding", .either([.list(.real), .words]), required: true),
              ])), required: true), .init("model", .words, required: true),
          .init("usage", .map(of: .whole), required: true),
        ])), Route.Answer(404, "There is no such space.", json: .refusal), .cannot,
    ],
    .worker { call in
      let id = call.body["model"]?.string ?? ""
      let inputs: [JSONBody]
      if case .list(let many)? = call.body["input"] {
        inputs = many
      } else {
        inputs = [call.body["input"] ?? .null]
      }
      let tokens = inputs.reduce(0) { $0 + ($1.string?.utf8.count ?? 0) }
      guard let space = call.service.spaces.first(where: { $0.id == id }) else {
        // A name, and no path that a stranger may have sent.
        if ExampleEncoders.isName(id) { return try encodings(inputs, by: id, call, tokens: tokens) }
        let names = call.service.spaces.map(\.id).joined(separator: ", ")
        throw Refusal(404, "there is no model \(printable(id)); there are \(names)")
      }
      try space.require("embed")
      let rows = try inputs.enumerated().flatMap { try space.embeddable($1, at: $0) }
      let codes = try space.encoded(rows)
      return embeddings(codes, call, tokens: tokens)
    })

  /// The vectors of an encoder by itself.
  private static func encodings(
    _ inputs: [JSONBody], by name: String, _ call: Call, tokens: Int
  ) throws -> Response {
    let texts = try inputs.enumerated().map { index, input in
      guard let text = input.string else {
        throw UserError("input[\(index)] is no text, and \(name) reads nothing else")
      }
      return text
    }
    let vectors = try ExampleEncoders.textEncoder(name).vectors(of: texts)
    let rows = Batcher.Rows(values: try vectors.values(), shape: vectors.shape)
    return embeddings(rows, call, tokens: tokens)
  }

  private static let one = Schema.either([
    .text(most: 1 << 20),
    .object([.init("image", .text(most: 32 << 20), required: true, "PNG or JPEG in base64.")]),
  ])

  private static func embeddings(_ codes: Batcher.Rows, _ call: Call, tokens: Int) -> Response {
    let count = codes.shape[0], width = codes.values.count / max(1, count)
    var text = NumberText()
    text.append("{\"object\":\"list\",\"data\":[")
    for index in 0..<count {
      let row = Array(codes.values[index * width..<(index + 1) * width])
      text.append(
        "\(index > 0 ? "," : ""){\"object\":\"embedding\",\"index\":\(index),\"embedding\":")
      if call.body["encoding_format"]?.string == "base64" {
        text.append("\"\(row.withUnsafeBytes { Data($0) }.base64EncodedString())\"")
      } else {
        text.append(row, shape: [width])
      }
      text.append("}")
    }
    text.append("],\"model\":\(JSON.string(call.body["model"]?.string ?? "").compact)")
    text.append(",\"usage\":{\"prompt_tokens\":\(tokens),\"total_tokens\":\(tokens)}}")
    return Response(200, "application/json", Data(text.bytes))
  }
}

extension ServedSpace {
  /// A text or picture as the row that the encoder takes.
  fileprivate func embeddable(_ input: JSONBody, at index: Int) throws -> [Float] {
    if let text = input.string {
      if let vector = try space.description.preprocessing.encoded([text]) { return vector }
      guard isText else {
        throw UserError(
          "input[\(index)] is a text, and \(id) is a space of pictures; send {\"image\": base64}")
      }
      return tokens(text)
    }
    guard isPicture, let data = input["image"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
      throw UserError(
        "input[\(index)].image must be a PNG or JPEG in base64, for a space of pictures")
    }
    let (c, h, w) = (domain.shape[0], domain.shape[1], domain.shape[2])
    let image = try Image.decode(data, name: "input[\(index)].image").resized(height: h, width: w)
    let each = image.channels
    return (0..<c).flatMap { channel in
      (0..<h * w).map { pixel -> Float in
        let levels = (0..<each).map { Float(image.pixels[pixel * each + $0]) / 255 }
        let level =
          c == each ? levels[channel] : c == 1 ? levels.reduce(0, +) / Float(each) : levels[0]
        return domain.support == .binary ? level.rounded() : level
      }
    }
  }
}
