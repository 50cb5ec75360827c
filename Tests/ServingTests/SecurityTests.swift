import Files
import Foundation
import HTTP
import Synchronization
import Testing

@testable import Serving

/// What a server refuses, each with its status.
@Suite struct SecurityTests {
  let encode = "/v1/spaces/pictures.latent/encode"

  @Test(arguments: [
    "/assets/../../Package.swift", "/assets/..%2f..%2fetc/passwd", "/assets//etc/passwd",
    "/assets/", "/assets/none.js", "/v1/spaces/..", "/v1/spaces/../../etc/passwd", "//", "/v1",
    "/v1/spaces/pictures.latent/", "/v1/spaces/none/units",
  ])
  func noPathLeadsOutside(_ path: String) throws {
    let answer = try Asking().get(path)
    #expect(answer.status == 404 && !answer.sentence.isEmpty, "\(path)")
  }

  @Test func aTokenIsAskedForWhereThereIsOne() throws {
    let asking = try Asking(access: Access(host: "127.0.0.1", token: "secret"))
    #expect(asking.get("/v1/spaces").status == 401)
    #expect(asking.get("/v1/none").status == 401, "who may not ask does not learn what there is")
    #expect(asking.get("/healthz").status == 200)
    func ask(_ headers: [String: String]) -> Int {
      asking.ask("GET", "/v1/spaces", headers: headers).status
    }
    #expect(ask(["authorization": "Bearer secret"]) == 200)
    #expect(ask(["authorization": "bearer  secret"]) == 200)
    #expect(ask(["cookie": "a=b; latent-token=secret"]) == 200)
    #expect(ask(["authorization": "Bearer secret2"]) == 401)
    #expect(ask(["authorization": "Bearer "]) == 401)
    #expect(ask(["authorization": "Basic secret"]) == 401)
    #expect(ask(["cookie": "latent-token=secre"]) == 401)
    #expect(asking.get("/v1/spaces", query: ["token": "secret"]).status == 401)
    let opened = asking.get("/", query: ["token": "secret"])
    #expect(opened.status == 303 && opened.header("Location") == "/")
    #expect(
      opened.header("Set-Cookie") == "latent-token=secret; HttpOnly; SameSite=Strict; Path=/")
    #expect(asking.get("/", query: ["token": "wrong"]).status == 401)
  }

  @Test func tokensAreLongAndNeverTheSame() {
    let tokens = (0..<100).map { _ in Access.makeToken() }
    #expect(Set(tokens).count == 100 && tokens.allSatisfy { $0.utf8.count == 43 })
    #expect(Access.isEqual("abc", "abc") && !Access.isEqual("abd", "abc"))
    #expect(
      !Access.isEqual("ab", "abc") && !Access.isEqual("abcd", "abc") && !Access.isEqual("", "a"))
  }

  @Test(arguments: [
    ("127.0.0.1:8080", 200), ("localhost:1", 200), ("[::1]:8080", 200), ("box.lan", 200),
    ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421), ("10.0.0.1", 421),
    ("localhost.evil.example:8080", 421),
  ])
  func onlyItsOwnNamesAreAnswered(_ host: String, _ status: Int) throws {
    let asking = try Asking(access: Access(host: "127.0.0.1", names: ["box.lan"]))
    #expect(asking.ask("GET", "/healthz", headers: ["host": host]).status == status)
  }

  @Test func whoListensEverywhereIsAskedByNumbers() throws {
    let asking = try Asking(access: Access(host: "0.0.0.0"))
    func ask(_ host: String) -> Int {
      asking.ask("GET", "/healthz", headers: ["host": host]).status
    }
    #expect(ask("10.0.0.1:8080") == 200 && ask("localhost") == 200 && ask("evil.example") == 421)
  }

  @Test(arguments: [
    (["origin": "http://127.0.0.1:8080"], 200), (["origin": "http://evil.example"], 403),
    (["origin": "https://127.0.0.1:8080"], 403), (["origin": "null"], 403),
    (["origin": "http://127.0.0.1:8081"], 403), (["sec-fetch-site": "cross-site"], 403),
    (["sec-fetch-site": "same-origin"], 200), (["sec-fetch-site": "none"], 200),
  ])
  func otherSitesPagesAreRefused(_ headers: [String: String], _ status: Int) throws {
    #expect(try Asking().ask("GET", "/v1/spaces", headers: headers).status == status)
  }

  @Test func everyAnswerIsSealed() throws {
    let asking = try Asking()
    for path in ["/", "/healthz", "/none", "/v1/spaces"] {
      let answer = asking.get(path)
      let policy = answer.header("Content-Security-Policy") ?? ""
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
      #expect(!policy.contains("unsafe"))
      #expect(answer.header("X-Content-Type-Options") == "nosniff")
      #expect(answer.header("Referrer-Policy") == "no-referrer")
      #expect(!answer.headers.contains { $0.0.lowercased().hasPrefix("access-control") })
    }
  }

  @Test func aBodyHasARightTypeAndPathsRightMethods() throws {
    let asking = try Asking()
    for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
      let answer = asking.ask("POST", encode, "{}", headers: ["content-type": type])
      #expect(answer.status == 415, "\(type)")
    }
    let score = asking.ask(
      "POST", "/v1/spaces/pictures.latent/score", "{}",
      headers: ["content-type": "application/x-npy"])
    #expect(score.status == 415, "not all take NumPy")
    let get = asking.get(encode)
    #expect(get.status == 405 && get.header("Allow") == "POST")
    let delete = asking.ask("DELETE", "/v1/spaces/pictures.latent/selections")
    #expect(delete.status == 405 && delete.header("Allow") == "POST, GET, HEAD")
    #expect(asking.ask("HEAD", "/v1/spaces").status == 200)
    #expect(asking.ask("OPTIONS", "/v1/spaces").status == 405)
  }

  @Test(arguments: [
    ("", "the body is not JSON: at byte 0, a value was expected"),
    ("{\"inputs\":", "at byte 10, a value was expected"),
    ("[]", "the body must be an object with inputs, not an empty list"),
    ("{}", "the body lacks inputs"),
    ("{\"input\":[[1]]}", "the body has an unknown field input; did you mean inputs?"),
    ("{\"inputs\":[]}", "inputs must be"),
    ("{\"inputs\":[[1,2]]}", "inputs has shape [1, 2]; this space takes shape [n, 1, 8, 8]"),
    ("{\"inputs\":[[1,2],[1]]}", "inputs[1] has 1 entries where 2 are needed"),
    ("{\"inputs\":[1,\"a\"]}", "inputs[1], at byte 13, must be a number"),
    ("{\"inputs\":[1,NaN]}", "inputs[1], at byte 13, must be a number"),
    ("{\"inputs\":[1e99]}", "inputs[0] is 1e99, which is too large for single precision"),
    ("{\"inputs\":[\"text\"]}", "inputs holds texts"),
    ("{\"inputs\":[1],\"inputs\":[1]}", "the name inputs is given twice"),
  ])
  func aMalformedBodyIsRefusedWithItsPlace(_ body: String, _ words: String) throws {
    let answer = try Asking().post(encode, body)
    #expect(answer.status == 400 && answer.sentence.contains(words), "\(answer.sentence)")
  }

  @Test func depthIsBounded() throws {
    let asking = try Asking()
    for text in [
      String(repeating: "[", count: 100_000), String(repeating: "[", count: 100_000) + "1",
      String(repeating: "{\"a\":", count: 100_000),
    ] {
      let answer = asking.post(encode, text)
      #expect(answer.status == 400)
      #expect(answer.sentence.contains("deep") || answer.sentence.contains("expected"))
    }
  }

  @Test func damagedNumPyIsRefused() throws {
    let asking = try Asking()
    let headers = ["host": "localhost", "content-type": "application/x-npy"]
    for body in [
      Data(), Data("\u{93}NUMPY".utf8), Data([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 255, 255]),
    ] {
      let answer = asking.ask(Request("POST", encode, headers: headers, body: body))
      #expect(answer.status == 400 && !answer.sentence.isEmpty)
    }
  }

  @Test(arguments: [
    (
      "/v1/spaces/pictures.latent/thumbnails", ["count": "0"],
      "count must be a whole number from 1 to 1000"
    ),
    ("/v1/spaces/pictures.latent/thumbnails", ["count": "many"], "count must be a whole number"),
    ("/v1/spaces/pictures.latent/thumbnails", ["counts": "1"], "there is no parameter counts here"),
    ("/v1/spaces/pictures.latent/items/x", [:], "item must be a whole number"),
    ("/v1/spaces/pictures.latent/maps/umap", [:], "map must be \"pca\" or \"neighbours\""),
    ("/v1/find", [:], "the parameter need is missing"),
  ])
  func aQuestionIsAsItMayBe(_ path: String, _ query: [String: String], _ words: String) throws {
    let answer = try Asking().get(path, query: query)
    #expect(answer.status == 400 && answer.sentence.contains(words), "\(answer.sentence)")
  }

  @Test func anAnswerIsNotLargerThanTheLimit() throws {
    var limits = Service.Limits()
    limits.numbers = 1000
    let asking = try Asking(limits: limits)
    let answer = asking.post("/v1/spaces/pictures.latent/sample", "{\"count\":16}")
    #expect(answer.status == 413 && answer.sentence.contains("at most 15 of pictures.latent"))
  }

  @Test func tooManyAtOnceAreToldToComeAgain() throws {
    var limits = Service.Limits()
    limits.requests = 0
    let asking = try Asking(limits: limits)
    let answer = asking.get("/v1/spaces")
    #expect(answer.status == 503 && answer.header("Retry-After") == "1")
    #expect(asking.get("/healthz").status == 200, "who only asks whether it lives is answered")
  }

  @Test func whatTakesTooLongIsGivenUp() throws {
    var limits = Service.Limits()
    limits.seconds = 0
    let asking = try Asking(limits: limits)
    let body = "{\"from\":{\"item\":0},\"to\":{\"item\":1},\"path\":\"geodesic\",\"steps\":1000}"
    let answer = asking.post("/v1/spaces/pictures.latent/interpolate", body)
    #expect(answer.status == 503 && answer.header("Retry-After") == "5")
  }

  @Test func everyRequestIsALineOfTheLog() throws {
    let lines = Mutex<[String]>([])
    let asking = try Asking([], log: { line in lines.withLock { $0.append(line) } })
    _ = asking.get("/v1/none\n{\"status\":200}")
    let found = lines.withLock { $0 }
    #expect(found.count == 1 && !found[0].contains("\n"))
    let json =
      try JSONSerialization.jsonObject(with: Data((found.first ?? "").utf8)) as? [String: Any]
    #expect(json?["status"] as? Int == 404 && json?["route"] as? String == "none")
  }
}
