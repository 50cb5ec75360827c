import Catalog
import Foundation
import HTTP
import Manual

extension Service {
  static let catalogueRoutes: [Route] = [systemsRoute, systemRoute, findRoute, runsRoute, runRoute]

  private static let systemFields: [Schema.Field] = [
    .init("id", .words, required: true), .init("name", .words, required: true),
    .init("title", .words, required: true), .init("family", .words, required: true),
    .init("modality", .list(.words), required: true), .init("cost", .words, required: true),
    .init("status", .choice(["works", "planned"]), required: true),
    .init("verdict", .orNull(.choice(["holds", "unclear", "contradicted"])), required: true),
    .init("method", .orNull(.words), required: true),
  ]

  private static let systemsRoute: Route = Route(
    "GET", "/v1/systems", "catalogue", "All systems, each with its place on a map of all.",
    answers: [
      Route.Answer(
        200, "All of them.",
        json: .object([
          .init(
            "systems",
            .list(
              .object(
                systemFields + [.init("place", .list(of: .real, count: 2...2), required: true)])),
            required: true)
        ]))
    ], .worker { call in Response(200, try call.service.catalogue.systems()) })

  private static let systemRoute: Route = Route(
    "GET", "/v1/systems/{system}", "catalogue", "One system with its card and its recorded check.",
    parameters: [.path("system", .text(most: 400), "Its number or name, such as S057 or iwae.")],
    answers: [
      Route.Answer(
        200, "The system.",
        json: .object(
          systemFields + [
            .init("mechanism", .words, required: true), .init("claim", .words, required: true),
            .init("check", .words, required: true), .init("group", .words, required: true),
            .init("kind", .words, required: true), .init("value", .whole, required: true),
            .init("source", .orNull(.words), required: true),
            .init("use", .orNull(.words), required: true),
            .init("command", .orNull(.words), required: true),
            .init("similar", .list(.words), required: true),
            .init("record", .orNull(.map(of: .any)), required: true),
          ]))
    ],
    .worker { call in
      Response(200, try call.service.catalogue.system(call.values["system"] ?? ""))
    })

  private static let findRoute: Route = Route(
    "GET", "/v1/find", "catalogue", "Systems for a need that is told in words, best first.",
    parameters: [
      Route.Parameter("need", .text(most: 4000), required: true, "What is needed."),
      Route.Parameter("count", .integer(1...441), "How many at most; 20 when not given."),
    ],
    answers: [
      Route.Answer(
        200, "Systems with the words that met.",
        json: .object([
          .init(
            "results",
            .list(
              .object([
                .init("id", .words, required: true), .init("name", .words, required: true),
                .init("title", .words, required: true), .init("score", .real, required: true),
                .init("why", .list(.words), required: true),
              ])), required: true)
        ]))
    ],
    .worker { call in
      let need = call.values["need"] ?? ""
      return Response(
        200, try call.service.catalogue.found(for: need, count: call.integer("count") ?? 20),
        headers: [CommandText.header(["latent", "find", need])])
    })

  private static let runFields: [Schema.Field] = [
    .init("id", .words, required: true), .init("method", .words, required: true),
    .init("source", .words, required: true),
    .init("status", .choice(statuses), required: true),
    .init("started", .words, required: true), .init("seed", .real, required: true),
    .init("seconds", .orNull(.real), required: true),
    .init("steps", .orNull(.whole), required: true),
    .init("folder", .orNull(.words), required: true),
    .init("metrics", .map(of: .orNull(.real)), required: true),
    .init("space", .orNull(.words), required: true),
  ]

  private static let statuses = ["running", "complete", "stopped", "failed", "absent"]

  private static let runsRoute: Route = Route(
    "GET", "/v1/runs", "runs", "Runs made on this machine, newest first.",
    parameters: [
      Route.Parameter("method", .text(most: 400), "Only runs of this method."),
      Route.Parameter("source", .text(most: 4096), "Only runs whose source has this in its name."),
      Route.Parameter("status", .choice(statuses), "Only runs of this status."),
      Route.Parameter("limit", .integer(1...10_000), "How many at most; 100 when not given."),
    ],
    answers: [
      Route.Answer(
        200, "The runs.", json: .object([.init("runs", .list(.object(runFields)), required: true)]))
    ],
    .worker { call in
      Response(
        200,
        try ServedRuns.list(
          method: call.values["method"], source: call.values["source"],
          status: call.values["status"], limit: call.integer("limit") ?? 100, call.service.spaces))
    })

  private static let runRoute: Route = Route(
    "GET", "/v1/runs/{run}", "runs", "One run with its history so far.",
    parameters: [.path("run", .text(most: 400), "Its identifier.")],
    answers: [
      Route.Answer(
        200, "The run.",
        json: .object(
          runFields + [
            .init("history", .list(.map(of: .any)), required: true),
            .init("message", .orNull(.words), required: true),
          ]))
    ],
    .worker { call in
      Response(200, try ServedRuns.run(call.values["run"] ?? "", call.service.spaces))
    })
}
