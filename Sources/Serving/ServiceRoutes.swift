import Foundation
import HTTP
import Manual

extension Service {
  static let serviceRoutes: [Route] = [
    healthRoute, metricsRoute, documentRoute, pageRoute, assetRoute,
  ]

  private static let healthRoute: Route = Route(
    "GET", "/healthz", "service", "Whether the server lives.",
    answers: [
      Route.Answer(200, "It does.", json: .object([.init("status", .words, required: true)]))
    ], isOpen: true, .now { _ in Response(200, ["status": "ok"]) })

  private static let metricsRoute: Route = Route(
    "GET", "/metrics", "service", "Counts and times, as Prometheus reads them.",
    answers: [Route.Answer(200, "All figures.", ["text/plain"])],
    .now { call in
      let text = call.service.metrics.text(inFlight: call.service.awaited)
      return Response(200, "text/plain; version=0.0.4; charset=utf-8", Data(text.utf8))
    })

  private static let documentRoute: Route = Route(
    "GET", "/openapi.json", "service", "This description.",
    answers: [Route.Answer(200, "OpenAPI 3.1.", json: .map(of: .any))],
    .now { _ in Response(200, "application/json", document) })

  /// The description of all routes.
  static let document: Data = Data(OpenAPI.document(of: routes).compact.utf8)

  private static let pageRoute: Route = Route(
    "GET", "/", "page", "The explorer.",
    answers: [
      Route.Answer(200, "The page.", ["text/html"]),
      Route.Answer(303, "The token was right, and is kept as a cookie.", ["text/plain"]),
      Route.Answer(304, "It has not changed."),
      Route.Answer(404, "The page is not installed.", json: .refusal),
    ], .now { call in try call.service.assets.response("index.html", call.request) })

  private static let assetRoute: Route = Route(
    "GET", "/assets/{asset}", "page", "A file of the page.",
    parameters: [.path("asset", .text(most: 400), "Its name.")],
    answers: [
      Route.Answer(
        200, "The file.",
        ["text/javascript", "text/css", "image/svg+xml", "image/png", "font/woff2", "text/html"]),
      Route.Answer(304, "It has not changed."),
    ],
    .now { call in try call.service.assets.response(call.values["asset"] ?? "", call.request) })
}
