import Foundation
import HTTP
import Manual
import Testing

@testable import Serving

@Suite struct OpenAPITests {
  @Test func theDocumentListsExactlyTheRoutesThatAnswer() throws {
    let document = try Asking([]).get("/openapi.json").json
    #expect(document["openapi"] as? String == "3.1.0")
    let paths = document["paths"] as? [String: [String: Any]] ?? [:]
    let listed = Set(paths.flatMap { path, methods in methods.keys.map { "\($0) \(path)" } })
    #expect(listed == Set(Service.routes.map { "\($0.method.lowercased()) \($0.path)" }))
    #expect(Service.routes.count == listed.count)
    let names = paths.values.flatMap { $0.values }.compactMap {
      ($0 as? [String: Any])?["operationId"] as? String
    }
    #expect(Set(names).count == listed.count)
  }

  @Test func everyPathIsMatchedByItsOwnRoute() {
    for route in Service.routes {
      let path = route.path.replacingOccurrences(of: "{item}", with: "3")
        .replacingOccurrences(of: "{", with: "").replacingOccurrences(of: "}", with: "")
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      let found = Service.routes.first {
        $0.method == route.method && $0.match(Array(parts)) != nil
      }
      #expect(found?.path == route.path)
      let named = route.parameters.filter(\.isInPath).map(\.name)
      let written = route.path.split(separator: "{").dropFirst().map {
        String($0.prefix { $0 != "}" })
      }
      #expect(named == written, "\(route.path) declares its parts")
    }
  }

  @Test func answersAreAsTheDocumentSays() throws {
    let asking = try Asking(["pictures", "table"])
    let space = "/v1/spaces/pictures.latent"
    let posts = [
      (
        "/encode",
        "{\"inputs\":[\(String(repeating: "[", count: 2))\((0..<8).map { _ in "[0,0,0,0,0,0,0,1]" }.joined(separator: ","))]]]}"
      ),
      ("/decode", "{\"codes\":[[0,1,2]]}"), ("/sample", "{}"), ("/reconstruct", "{\"items\":[1]}"),
      ("/interpolate", "{\"from\":{\"item\":1},\"to\":{\"item\":2}}"),
      ("/traverse", "{\"start\":{\"item\":1}}"), ("/neighbours", "{\"of\":{\"item\":1}}"),
      ("/score", "{}"), ("/place", "{\"map\":\"pca\",\"x\":0,\"y\":0}"),
      ("/selections", "{\"name\":\"a\",\"items\":[1]}"), ("/search", "{\"text\":\"a\"}"),
    ]
    for (path, body) in posts { try check("POST", path, asking.post(space + path, body)) }
    for path in ["", "/units", "/codes/1", "/items/1", "/selections", "/maps/pca"] {
      try check("GET", path, asking.get(space + path))
    }
    for path in ["/v1/spaces", "/v1/systems", "/v1/systems/S057", "/v1/runs"] {
      let route = Service.routes.first {
        $0.path == path.replacingOccurrences(of: "S057", with: "{system}")
      }
      try check(route, asking.get(path))
    }
  }

  private func check(_ method: String, _ path: String, _ answer: Response) throws {
    let parts = ("/v1/spaces/x" + path).split(separator: "/", omittingEmptySubsequences: false)
      .dropFirst()
    try check(Service.routes.first { $0.method == method && $0.match(Array(parts)) != nil }, answer)
  }

  /// An answer's status is one that the route names, and its body is as that says.
  private func check(_ route: Route?, _ answer: Response) throws {
    let form = try #require(
      route?.answers.first { $0.status == answer.status }, "\(route?.path ?? "") \(answer.status)")
    guard answer.header("Content-Type") == "application/json" else { return }
    let body = try answer.body.withUnsafeBytes { try JSONBody(parsing: $0) }
    #expect(throws: Never.self, "\(route?.path ?? "")") {
      try form.json?.check(body, at: "the answer")
    }
  }

  @Test func aWrongFieldIsNamedWhereverItIs() throws {
    let asking = try Asking()
    for route in Service.routes {
      guard case .object? = route.body?.schema else { continue }
      let path = route.path.replacingOccurrences(of: "{id}", with: "pictures.latent")
      let answer = asking.post(path, "{\"zebra\":1}")
      #expect(
        answer.status == 400 && answer.sentence.contains("unknown field zebra"),
        "\(path): \(answer.sentence)")
    }
  }
}
