import Foundation
import HTTP
import Learning
import Manual
import Torch

extension Route.Parameter {
  /// A part of the path.
  static func path(_ name: String, _ schema: Schema, _ doc: String) -> Route.Parameter {
    var parameter = Route.Parameter(name, schema, required: true, doc)
    parameter.isInPath = true
    return parameter
  }

  /// The space of a path.
  static let space = path("id", .text(most: 4096), "The space, as /v1/spaces names it.")
}

extension Route.Answer {
  static let cannot = Route.Answer(
    409, "The space cannot do this; the sentence says why.", json: .refusal)
  static let notDrawn = Route.Answer(406, "A picture of what is no picture.", json: .refusal)
}

extension Schema {
  static let refusal = Schema.object([
    Field("error", .object([Field("message", .words, required: true)]), required: true)
  ])
  /// Rows of numbers, or texts.
  static let outputs = Schema.either([.numbers, .list(.words)])
}

extension Service {
  static let codingRoutes: [Route] = [encodeRoute, decodeRoute, sampleRoute, reconstructRoute]

  /// What a worker makes of rows when they are many, and the inference thread itself when they are few.
  private func deliver(
    _ result: Result<Batcher.Rows, any Error>,
    _ reply: @escaping @Sendable (Result<Response, any Error>) -> Void,
    _ make: @escaping @Sendable (Batcher.Rows) throws -> Response
  ) {
    switch result {
    case .failure(let error): reply(.failure(error))
    case .success(let rows) where rows.values.count <= 1024:
      reply(Result { try make(rows) })
    case .success(let rows): workers.add { reply(Result { try make(rows) }) }
    }
  }

  private static let encodeRoute: Route = Route(
    "POST", "/v1/spaces/{id}/encode", "coding", "Codes of examples.", parameters: [.space],
    body: Route.Body(
      schema: .object([
        .init(
          "inputs", .examples, required: true,
          "Examples as the space takes them, [n] + shape; texts of a space of texts.")
      ]), takesNumPy: true),
    answers: [
      Route.Answer(
        200, "Codes, [n, k].", json: .object([.init("codes", .numbers, required: true)]),
        ["application/x-npy"]), .cannot,
    ],
    .later { call, reply in
      let space = try call.service.space(call)
      try space.require("encode")
      guard let encoder = space.encoder else { return }
      let inputs = try space.inputs(call)
      space.batcher.apply(encoder, to: inputs, while: call.isAwaited) { result in
        call.service.deliver(result, reply) { rows in
          call.isNumPy || call.accepts("application/x-npy")
            ? Numbers.numPy(rows) : Numbers(fields: [("codes", .rows(rows))]).response
        }
      }
    })

  private static let decodeRoute: Route = Route(
    "POST", "/v1/spaces/{id}/decode", "coding", "Examples of codes.",
    parameters: [.space, Route.Parameter("columns", .integer(1...1000), "Pictures side by side.")],
    body: Route.Body(
      schema: .object([.init("codes", .numbers, required: true, "Codes, [n, k].")]),
      takesNumPy: true),
    answers: [
      Route.Answer(
        200, "Examples, [n] + shape; a picture of them in a row where image/png is wanted.",
        json: .object([.init("outputs", .outputs, required: true)]),
        ["application/x-npy", "image/png"]), .cannot, .notDrawn,
    ],
    .later { call, reply in
      let space = try call.service.space(call)
      try space.require("decode")
      guard let decoder = space.decoder else { return }
      let array = call.isNumPy ? try NPYBody.numbers(call) : call.body["codes"]?.array
      let codes = try space.codes(array, call.isNumPy ? "the body" : "codes")
      let count = codes.count / max(1, space.latents ?? 1)
      try space.limit(count, call)
      space.batcher.apply(decoder, to: codes, while: call.isAwaited) { result in
        call.service.deliver(result, reply) { rows in
          try space.response(call, rows, columns: call.integer("columns") ?? count)
        }
      }
    })

  private static let sampleRoute: Route = Route(
    "POST", "/v1/spaces/{id}/sample", "coding", "New examples.", parameters: [.space],
    body: Route.Body(
      schema: .object([
        .init("count", .integer(1...100_000), "How many; 16 when not given."),
        .init(
          "seed", .integer(0...Int(Int32.max)), "Where random numbers start; 0 when not given."),
        .init(
          "temperature", .number(0...1000), "Spread about the prior's centre; 1 when not given."),
      ])),
    answers: [
      Route.Answer(
        200, "Codes from the prior and what they decode to.",
        json: .object([
          .init("codes", .numbers, required: true), .init("outputs", .outputs, required: true),
        ]), ["application/x-npy", "image/png"]), .cannot, .notDrawn,
    ],
    .worker { call in
      let space = try call.service.space(call)
      try space.require("sample")
      guard let network = space.space.network as? any Sampling else { throw Refusal(409, "") }
      let count = call.body["count"]?.integer ?? 16
      try space.limit(count, call)
      let seed = call.body["seed"]?.integer ?? 0
      let temperature = call.body["temperature"]?.double ?? 1
      // The stream of `latent sample`.
      let random = RandomStream(Seed(UInt64(seed)).child("sample"))
      let codes: [Float] = try withoutGradients {
        try network.samplePrior(count, temperature: temperature, random).to(.float32).contiguous()
          .values()
      }
      let columns = Int(Double(count).squareRoot().rounded(.up))
      let command = CommandText.header([
        "latent", "sample", space.folder, "--count", "\(count)", "--temperature",
        temperature == temperature.rounded() ? "\(Int(temperature))" : "\(temperature)",
        "--columns", "\(columns)", "--seed", "\(seed)",
      ])
      return try space.response(
        call, space.decoded(codes), columns: columns,
        before: [("codes", .rows((codes, [count, network.latents])))], headers: [command])
    })

  private static let reconstructRoute: Route = Route(
    "POST", "/v1/spaces/{id}/reconstruct", "coding", "What the space makes of examples or items.",
    parameters: [.space],
    body: Route.Body(
      schema: .either([
        .object([.init("inputs", .examples, required: true, "Examples as the space takes them.")]),
        .object([
          .init("items", .list(of: .whole, count: 1...10_000), required: true, "Places of items.")
        ]),
      ])),
    answers: [
      Route.Answer(
        200, "Examples as they come back, and the mean squared error of each.",
        json: .object([
          .init("outputs", .outputs, required: true),
          .init("errors", .list(.real), required: true),
        ]), ["application/x-npy", "image/png"]), .cannot, .notDrawn,
    ],
    .worker { call in
      let space = try call.service.space(call)
      try space.require("reconstruct")
      let items = call.body["items"]?.integers
      if let items { try space.limit(items.count, call) }
      let (inputs, rows) = try space.reconstruction(of: items, call)
      let count = rows.shape[0], size = space.domain.size
      let errors = (0..<count).map { row -> JSON in
        let sum = (row * size..<(row + 1) * size).reduce(0.0) {
          $0 + Double((inputs[$1] - rows.values[$1]) * (inputs[$1] - rows.values[$1]))
        }
        return .number(sum / Double(size))
      }
      let headers = items.map { items in
        space.command(["reconstruct", "--items", items.map(String.init).joined(separator: ",")])
      }
      if call.accepts("image/png"), !call.accepts("application/json") {
        return try space.picture(inputs + rows.values, columns: count, headers ?? [])
      }
      return try space.response(
        call, rows, columns: count, after: [("errors", .json(.array(errors)))],
        headers: headers ?? [])
    })
}

extension ServedSpace {
  /// Examples and what comes back of them.
  fileprivate func reconstruction(
    of items: [Int]?, _ call: Call
  ) throws -> (inputs: [Float], rows: Batcher.Rows) {
    if encoder != nil, decoder != nil {
      let inputs = try items.map { try self.inputs(of: $0) } ?? self.inputs(call)
      try limit(inputs.count / max(1, domain.size), call)
      return (inputs, try decoded(encoded(inputs).values))
    }
    guard let items, let codec = Codec(of: space.network) else {
      throw Refusal(409, cannot["encode"] ?? "")
    }
    // What must be told more of an example than its inputs is known of items only.
    let batch = try shown().batch(try items.map(item))
    let back = try withoutGradients { try codec.reconstruct(batch).contiguous().checked() }
    return (try batch.x.values(), (try back.values(), back.shape))
  }
}
