import Datasets
import Evaluation
import Files
import Foundation
import HTTP
import Manual
import Torch

extension Service {
  static let mappingRoutes: [Route] = [
    mapRoute, columnRoute, codesRoute, codeRoute, unitsRoute, neighboursRoute, searchRoute,
    overlapRoute,
  ]

  private static let numPyAnswers = [
    Route.Answer(200, "All of them.", ["application/x-npy"]),
    Route.Answer(202, "They are being computed; ask again.", json: .working), .cannot,
  ]

  private static let mapRoute: Route = Route(
    "GET", "/v1/spaces/{id}/maps/{map}", "maps", "Places of all items on a map, [items, 2].",
    parameters: [
      .space, .path("map", .choice(["pca", "neighbours"]), "The map."),
      Route.Parameter("seed", .integer(0...Int(Int32.max)), "Where random numbers start."),
    ], answers: numPyAnswers,
    .worker { call in
      let space = try call.service.space(call)
      _ = try space.shown()
      let kind = call.values["map"] ?? "", seed = UInt64(call.integer("seed") ?? 0)
      let map = try space.maps.map(kind, seed: seed)
      switch map.state {
      case .working: return map.progressResponse
      case .failed(let error): throw error
      case .ready(let places):
        return Response(
          200, "application/x-npy", NPY.data(places.values, shape: [places.count, 2]),
          headers: space.command(["map", "--kind", kind, "--seed", "\(seed)"]))
      }
    })

  private static let columnRoute: Route = Route(
    "GET", "/v1/spaces/{id}/columns/{column}", "maps",
    "A column of all items: int64 for classes, −1 for none, float32 for numbers.",
    parameters: [.space, .path("column", .text(most: 4096), "The column, as the space names it.")],
    answers: numPyAnswers,
    .worker { call in
      let space = try call.service.space(call)
      _ = try space.shown()
      let name = call.values["column"] ?? ""
      guard let column = space.columns.first(where: { $0.name == name }) else {
        let near = nearest(to: name, among: space.columns.map(\.name)).map {
          "; did you mean \($0)?"
        }
        throw Refusal(404, "\(space.id) has no column \(printable(name))\(near ?? "")")
      }
      switch column.values.state {
      case .working: return column.values.progressResponse
      case .failed(let error): throw error
      case .ready(let values):
        let measures = column.measure.map { ["--measures", $0] } ?? []
        return Response(
          200, "application/x-npy", values.data,
          headers: space.command(["export", "--to", "csv"] + measures + ["--out", "columns.csv"]))
      }
    })

  private static let codesRoute: Route = Route(
    "GET", "/v1/spaces/{id}/codes", "maps", "Codes of all items, [items, k].", parameters: [.space],
    answers: numPyAnswers,
    .worker { call in
      let space = try call.service.space(call)
      guard let codes = try space.codes.value(within: 2) else {
        return space.codes.progressResponse
      }
      return Response(
        200, "application/x-npy", NPY.data(codes.search.values, shape: [codes.count, codes.width]),
        headers: space.command(["encode", "--out", "codes.npy"]))
    })

  private static let codeRoute: Route = Route(
    "GET", "/v1/spaces/{id}/codes/{item}", "maps", "The code of an item.",
    parameters: [.space, .path("item", .whole, "The place of the item.")],
    answers: [
      Route.Answer(
        200, "The code, [k].", json: .object([.init("code", .list(.real), required: true)])),
      .cannot,
    ],
    .worker { call in
      let space = try call.service.space(call)
      let code = try space.code(of: call.integer("item") ?? 0)
      return Numbers(fields: [("code", .rows((code, [code.count])))]).response
    })

  private static let unitsRoute: Route = Route(
    "GET", "/v1/spaces/{id}/units", "maps", "Latent units, most used first.", parameters: [.space],
    answers: [
      Route.Answer(
        200,
        "Mean, deviation and range of each unit's code over the items, and its share of all variance.",
        json: .object([
          .init(
            "units",
            .list(
              .object([
                .init("unit", .whole, required: true), .init("mean", .real, required: true),
                .init("deviation", .real, required: true), .init("low", .real, required: true),
                .init("high", .real, required: true), .init("use", .number(0...1), required: true),
              ])), required: true)
        ])), .cannot,
    ],
    .worker { call in
      let moments = try call.service.space(call).moments(call)
      let total = max(moments.reduce(0) { $0 + $1.deviation * $1.deviation }, 1e-300)
      let ranked = moments.sorted { ($1.deviation, $0.unit) < ($0.deviation, $1.unit) }
      return Response(
        200,
        [
          "units": .array(
            ranked.map {
              [
                "unit": .int($0.unit), "mean": .number($0.mean), "deviation": .number($0.deviation),
                "low": .number($0.low), "high": .number($0.high),
                "use": .number($0.deviation * $0.deviation / total),
              ]
            })
        ])
    })

  private static let found = Schema.object([
    .init(
      "neighbours",
      .list(
        .object([
          .init("item", .whole, required: true),
          .init("distance", .real, required: true), .init("label", .orNull(.words), required: true),
        ])), required: true)
  ])

  private static let neighboursRoute: Route = Route(
    "POST", "/v1/spaces/{id}/neighbours", "maps", "The items nearest to a place, nearest first.",
    parameters: [.space],
    body: Route.Body(
      schema: .object([
        .init(
          "of",
          .either([
            .object([.init("item", .whole, required: true)]),
            .object([.init("code", .list(of: .real, count: 1...100_000), required: true)]),
            .object([.init("input", .any, required: true, "An example as the space takes it.")]),
          ]), required: true, "What they are neighbours of; an item is not its own."),
        .init("count", .integer(1...10_000), "How many; 10 when not given."),
        .init("distance", .choice(["euclidean", "cosine"]), "Euclidean when not given."),
      ])), answers: [Route.Answer(200, "Neighbours.", json: found), .cannot],
    .worker { call in
      let space = try call.service.space(call)
      try space.require("neighbours")
      let of = call.body["of"]
      let count = call.body["count"]?.integer ?? 10
      let distance = call.body["distance"]?.string.flatMap(NearestCodes.Distance.init) ?? .euclidean
      guard let item = of?["item"]?.integer else {
        let code = try of?["input"].map { try space.code(of: $0) } ?? given(of?["code"], "of.code")
        return try space.nearest(to: code, count, by: distance, call)
      }
      // Among the codes of all, and not encoded anew: so that distances are those of the command.
      _ = try space.codes.value(within: call.service.limits.seconds / 2)
      return try space.nearest(
        to: space.code(of: item), count, by: distance, without: item, call,
        space.command([
          "neighbours", "--of", "\(item)", "--count", "\(count)", "--distance", distance.rawValue,
        ]))
    })

  /// A code of whatever width: that of the items is known when they are searched, also where nothing decodes.
  private static func given(_ code: JSONBody?, _ name: String) throws -> [Float] {
    guard let code = code?.array, code.shape.count == 1 else {
      throw UserError("\(name) must be a list of numbers")
    }
    return code.values
  }

  private static let searchRoute: Route = Route(
    "POST", "/v1/spaces/{id}/search", "maps", "The items nearest to a text.", parameters: [.space],
    body: Route.Body(
      schema: .object([
        .init("text", .text(most: 1 << 20), required: true, "What to look for."),
        .init("count", .integer(1...10_000), "How many; 10 when not given."),
      ])), answers: [Route.Answer(200, "Neighbours.", json: found), .cannot],
    .worker { call in
      let space = try call.service.space(call)
      try space.require("search")
      let text = call.body["text"]?.string ?? "", count = call.body["count"]?.integer ?? 10
      let code = try space.encoded(space.tokens(text)).values
      return try space.nearest(
        to: code, count, call,
        space.command(["neighbours", "--text=\(text)", "--count", "\(count)"]))
    })

  private static let overlapRoute: Route = Route(
    "POST", "/v1/overlap", "maps",
    "How many nearest neighbours the items have in common in two spaces.",
    body: Route.Body(
      schema: .object([
        .init("a", .text(most: 4096), required: true, "A space."),
        .init("b", .text(most: 4096), required: true, "Another space of the same items."),
        .init("count", .integer(1...10), "Neighbours of an item; 10 when not given."),
      ])),
    answers: [
      Route.Answer(
        200, "The mean share over the items with its 95% interval, and the share of each.",
        json: .object([
          .init("mean", .number(0...1), required: true), .init("low", .real, required: true),
          .init("high", .real, required: true),
          .init("each", .list(.number(0...1)), required: true),
        ])),
      Route.Answer(202, "Neighbours are being computed; ask again.", json: .working),
      Route.Answer(404, "There is no such space.", json: .refusal), .cannot,
    ],
    .worker { call in try overlap(call) })
}
