import Foundation
import HTTP
import Manual

extension Schema {
  /// A space as lists have it.
  static let spaceFields: [Field] = [
    .init("id", .words, required: true), .init("folder", .words, required: true),
    .init("method", .words, required: true), .init("title", .words, required: true),
    .init("system", .orNull(.words), required: true), .init("source", .words, required: true),
    .init("seed", .number(0...Double.infinity), required: true),
    .init("kind", .choice(["image", "vector", "text", "other"]), required: true),
    .init("shape", .list(.whole), required: true),
    .init("latents", .orNull(.whole), required: true),
    .init("items", .whole, required: true),
    .init("split", .words, required: true, "The part of the data that the items are."),
    .init("classes", .list(.words), required: true),
    .init("labelled", .boolean, required: true),
    .init(
      "columns",
      .list(
        .object([
          .init("name", .words, required: true),
          .init("kind", .choice(["class", "number"]), required: true),
          .init("origin", .choice(["data", "measure", "cluster"]), required: true),
          .init("classes", .list(.words)),
        ])), required: true), .init("maps", .list(.choice(["pca", "neighbours"])), required: true),
    .init("can", .map(of: .boolean), required: true),
    .init("cannot", .map(of: .words), required: true),
  ]
}

extension Service {
  static let spaceRoutes: [Route] = [spacesRoute, oneSpaceRoute, scoreRoute, embeddingsRoute]

  private static let spacesRoute: Route = Route(
    "GET", "/v1/spaces", "spaces", "The spaces that are served.",
    answers: [
      Route.Answer(
        200, "All of them.",
        json: .object([.init("spaces", .list(.object(Schema.spaceFields)), required: true)]))
    ],
    .worker { call in
      Response(200, ["spaces": .array(call.service.spaces.map { .object($0.summary) })])
    })

  private static let oneSpaceRoute: Route = Route(
    "GET", "/v1/spaces/{id}", "spaces", "One space with its settings, figures, history and card.",
    parameters: [.space],
    answers: [
      Route.Answer(
        200, "The space.",
        json: .object(
          Schema.spaceFields + [
            .init("settings", .map(of: .words), required: true),
            .init("metrics", .map(of: .orNull(.real)), required: true),
            .init("history", .list(.map(of: .any)), required: true),
            .init("card", .map(of: .any), required: true),
            .init("facts", .map(of: .any), required: true),
            .init("command", .orNull(.words), required: true),
          ]))
    ], .worker { call in Response(200, try call.service.space(call).details) })

  private static let scoreRoute: Route = Route(
    "POST", "/v1/spaces/{id}/score", "spaces", "Figures of the space on its items.",
    parameters: [.space], body: Route.Body(schema: .object([])),
    answers: [
      Route.Answer(
        200, "Each figure with the 95% interval of its mean over the items.",
        json: .object([
          .init(
            "figures",
            .map(
              of: .object([
                .init("value", .real, required: true), .init("low", .orNull(.real), required: true),
                .init("high", .orNull(.real), required: true),
                .init("unit", .words, required: true),
              ])), required: true)
        ])), Route.Answer(202, "They are being computed; ask again.", json: .working), .cannot,
    ],
    .worker { call in
      let space = try call.service.space(call)
      try space.require("score")
      guard let figures = try space.figures.value(within: call.service.limits.seconds / 2) else {
        return space.figures.progressResponse
      }
      let fields = figures.map { figure -> (String, JSON) in
        let interval = figure.estimate.interval
        return (
          figure.name,
          [
            "value": .number(figure.estimate.value), "low": .number(interval.low),
            "high": .number(interval.high), "unit": .string(figure.unit),
          ]
        )
      }
      let command = space.command(["score", "--samples", "1", "--seed", "\(call.service.seed)"])
      return Response(200, ["figures": .object(fields)], headers: command)
    })
}
