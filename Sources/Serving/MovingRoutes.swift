import Autoencoding
import Evaluation
import Files
import Foundation
import HTTP
import Learning
import Manual
import Neighbours
import Torch

extension Service {
  static let movingRoutes: [Route] = [interpolateRoute, traverseRoute, placeRoute]

  private static let interpolateRoute: Route = Route(
    "POST", "/v1/spaces/{id}/interpolate", "moving", "The way from one place to another.",
    parameters: [.space],
    body: Route.Body(
      schema: .object([
        .init("from", .end, required: true, "Where the way begins."),
        .init("to", .end, required: true, "Where it ends."),
        .init("steps", .integer(2...1000), "Examples on it, both ends included; 9 when not given."),
        .init(
          "path", .choice(LatentPath.allCases.map(\.rawValue)),
          "Straight, along a sphere, or the shortest as decoded; linear when not given."),
      ])),
    answers: [
      Route.Answer(
        200, "Codes on the way and what they decode to; a picture of one row.",
        json: .object([
          .init("codes", .numbers, required: true), .init("outputs", .outputs, required: true),
        ]), ["application/x-npy", "image/png"]), .cannot, .notDrawn,
    ],
    .worker { call in
      let space = try call.service.space(call)
      try space.require("interpolate")
      guard let network = space.space.network as? any Decoding else { throw Refusal(409, "") }
      let from = try space.end(call.body["from"], "from"), to = try space.end(call.body["to"], "to")
      let steps = call.body["steps"]?.integer ?? 9
      try space.limit(steps, call)
      let path = call.body["path"]?.string.flatMap(LatentPath.init) ?? .linear
      // The measure of `latent interpolate`: some 100 points on every way, of which some are shown.
      let stride = max(1, 99 / max(1, steps - 1))
      let fine: [Float] = try withoutGradients {
        try path.codes(
          from: Tensor(from.code), to: Tensor(to.code), steps: (steps - 1) * stride + 1,
          through: network
        ).to(.float32).contiguous().values()
      }
      let k = network.latents
      let codes = (0..<steps).flatMap { fine[$0 * stride * k..<($0 * stride + 1) * k] }
      var headers: [(String, String)] = []
      if let first = from.item, let last = to.item {
        headers = space.command([
          "interpolate", "--from", "\(first)", "--to", "\(last)", "--steps", "\(steps)", "--path",
          path.rawValue,
        ])
      }
      return try space.response(
        call, space.decoded(codes), columns: steps,
        before: [("codes", .rows((codes, [steps, k])))],
        headers: headers)
    })

  private static let traverseRoute: Route = Route(
    "POST", "/v1/spaces/{id}/traverse", "moving", "One latent unit moved at a time.",
    parameters: [.space],
    body: Route.Body(
      schema: .object([
        .init("start", .end, required: true, "The code that is moved."),
        .init(
          "units", .list(of: .whole, count: 1...1000), "Units; the most used ones when not given."),
        .init(
          "range", .number(0...1000),
          "How far to either side, standard deviations of the unit's code; 2.5 when not given."),
        .init("steps", .integer(2...1000), "Examples of a unit; 11 when not given."),
        .init("rows", .integer(1...1000), "How many units; 10 when not given."),
      ])),
    answers: [
      Route.Answer(
        200, "Units, most used first, with codes and what they decode to; a picture of a row each.",
        json: .object([
          .init(
            "units",
            .list(
              .object([
                .init("unit", .whole, required: true), .init("deviation", .real, required: true),
                .init("codes", .numbers, required: true),
                .init("outputs", .outputs, required: true),
              ])), required: true)
        ]), ["image/png"]), .cannot, .notDrawn,
    ],
    .worker { call in
      let space = try call.service.space(call)
      try space.require("traverse")
      let start = try space.end(call.body["start"], "start")
      let steps = call.body["steps"]?.integer ?? 11
      let rows = call.body["rows"]?.integer ?? 10
      let range = call.body["range"]?.double ?? 2.5
      let units = call.body["units"]?.integers
      try space.limit(steps * min(units?.count ?? rows, start.code.count), call)
      let moments = try space.moments(call)
      let ways = try Traversal.through(
        Tensor(start.code, shape: [1, start.code.count]),
        activity: moments.map { $0.deviation * $0.deviation },
        units: units, most: rows, reach: range, steps: steps)
      let codes: [Float] = try Tensor.concatenate(ways.map(\.codes)).to(.float32).contiguous()
        .values()
      let decoded = try space.decoded(codes)
      var headers: [(String, String)] = []
      if let item = start.item {
        let which = units.map { ["--units", $0.map(String.init).joined(separator: ",")] }
        headers = space.command(
          ["traverse", "--from", "\(item)"] + (which ?? ["--count", "\(rows)"])
            + ["--reach", "\(range)", "--steps", "\(steps)"])
      }
      if call.accepts("image/png"), !call.accepts("application/json") {
        return try space.picture(decoded.values, columns: steps, headers)
      }
      return space.traversal(ways, codes, decoded, steps, headers)
    })

  private static let placeRoute: Route = Route(
    "POST", "/v1/spaces/{id}/place", "moving", "What lies at a place of a map.",
    parameters: [.space],
    body: Route.Body(
      schema: .object([
        .init("map", .choice(["pca", "neighbours"]), required: true, "The map."),
        .init("x", .number(-1e9...1e9), required: true, "Where on it."),
        .init("y", .number(-1e9...1e9), required: true, "Where on it."),
        .init("seed", .integer(0...Int(Int32.max)), "The map's seed; 0 when not given."),
      ])),
    answers: [
      Route.Answer(
        200,
        "The code between those of the nearest items, with these and their weights; its picture.",
        json: .object([
          .init("code", .list(.real), required: true),
          .init("items", .list(.whole), required: true),
          .init("weights", .list(.number(0...1)), required: true),
        ]), ["image/png"]), .cannot, .notDrawn,
      Route.Answer(202, "The map is being computed.", json: .working),
    ],
    .worker { call in
      let space = try call.service.space(call)
      _ = try space.shown()
      let name = call.body["map"]?.string ?? "pca"
      let seed = UInt64(call.body["seed"]?.integer ?? 0)
      let map = try space.maps.map(name, seed: seed)
      guard let places = try map.value(within: 5), let codes = try space.codes.value(within: 5)
      else {
        return map.progressResponse
      }
      let (x, y) = (call.body["x"]?.double ?? 0, call.body["y"]?.double ?? 0)
      let shares = PlaceShares(atX: x, y: y, on: places.values)
      let code = shares.code(width: codes.width) { codes.search[$0] }
      let headers =
        code.count == space.latents
        ? space.command([
          "decode", "--place=\(x),\(y)", "--map", name, "--seed", "\(seed)", "--out", "place.png",
        ]) : []
      if call.accepts("image/png"), !call.accepts("application/json") {
        try space.require("decode")
        guard code.count == space.latents else {
          throw Refusal(409, space.cannot["interpolate"] ?? "")
        }
        return try space.picture(space.decoded(code).values, columns: 1, headers)
      }
      return Numbers(
        fields: [
          ("code", .rows((code, [code.count]))),
          ("items", .json(.array(shares.items.map { .int($0) }))),
          ("weights", .json(.array(shares.shares.map { .number($0) }))),
        ], headers: headers
      ).response
    })
}

/// Mean and spread of a unit's code over the items.
struct Moments: Sendable {
  let unit: Int
  let mean: Double
  let deviation: Double
  let low: Double
  let high: Double
}

extension ServedSpace {
  /// Moments of all units, in their order.
  ///
  /// - Throws: ``Refusal`` where there are no codes, or not in time.
  func moments(_ call: Call) throws -> [Moments] {
    guard let codes = try codes.value(within: call.service.limits.seconds / 2) else {
      throw Refusal(
        503, "the codes of all items are being computed; come again",
        headers: [("Retry-After", "2")])
    }
    let z = codes.tensor.to(.float64)
    let means = try z.mean(over: 0).values(as: Double.self)
    let variances = try z.variance(over: 0, correction: codes.count > 1 ? 1 : 0).values(
      as: Double.self)
    let lows = try z.min(over: 0).values(as: Double.self)
    let highs = try z.max(over: 0).values(as: Double.self)
    return means.indices.map {
      Moments(
        unit: $0, mean: means[$0], deviation: max(0, variances[$0]).squareRoot(), low: lows[$0],
        high: highs[$0])
    }
  }

  fileprivate func traversal(
    _ ways: [Traversal], _ codes: [Float], _ decoded: Batcher.Rows, _ steps: Int,
    _ headers: [(String, String)]
  ) -> Response {
    let k = codes.count / max(1, ways.count * steps), size = domain.size
    var text = NumberText()
    text.append("{\"units\":[")
    for (index, way) in ways.enumerated() {
      let rows = index * steps..<(index + 1) * steps
      text.append(
        "\(index > 0 ? "," : ""){\"unit\":\(way.unit),\"deviation\":\(way.deviation),\"codes\":")
      text.append(Array(codes[rows.lowerBound * k..<rows.upperBound * k]), shape: [steps, k])
      text.append(",\"outputs\":")
      let values = Array(decoded.values[rows.lowerBound * size..<rows.upperBound * size])
      switch part((values, [steps] + domain.shape)) {
      case .texts(let texts): text.append(JSON.array(texts.map { .string($0) }).compact)
      default: text.append(values, shape: [steps] + domain.shape)
      }
      text.append("}")
    }
    text.append("]}")
    return Response(200, "application/json", Data(text.bytes), headers: headers)
  }
}

extension Schema {
  /// How far a computation is.
  static let working = Schema.object([
    .init("state", .choice(["working"]), required: true),
    .init("done", .number(0...1), required: true),
    .init("secondsLeft", .orNull(.number(0...Double.infinity)), required: true),
  ])
}

extension Computed {
  /// How far it is, as an answer of status 202.
  var progressResponse: Response {
    var progress = Progress()
    if case .working(let now) = state { progress = now }
    return Response(
      202,
      [
        "state": "working", "done": .number(progress.done),
        "secondsLeft": progress.secondsLeft.map { .number($0) } ?? .null,
      ])
  }
}
