import Datasets
import Files
import Foundation
import HTTP
import Testing
import Torch

@testable import Serving

/// What each route gives for small spaces.
@Suite struct RouteTests {
  let pictures = "/v1/spaces/pictures.latent"
  let table = "/v1/spaces/table.latent"

  @Test func aSpaceSaysWhatItIsAndWhatItCan() throws {
    let asking = try Asking(["pictures", "table", "classes", "texts"])
    let spaces = asking.get("/v1/spaces").json["spaces"] as? [[String: Any]] ?? []
    #expect(spaces.compactMap { $0["kind"] as? String } == ["image", "vector", "vector", "text"])
    #expect(spaces[0]["shape"] as? [Int] == [1, 8, 8] && spaces[0]["latents"] as? Int == 3)
    #expect(spaces[0]["items"] as? Int == 20 && spaces[0]["labelled"] as? Bool == true)
    let columns = spaces[1]["columns"] as? [[String: Any]] ?? []
    #expect(
      columns.compactMap { $0["name"] as? String } == [
        "class", "a", "b", "sort", "error", "density", "outlier", "cluster",
      ])
    let can = spaces[2]["can"] as? [String: Bool] ?? [:]
    #expect(can["encode"] == true && can["decode"] == false && can["traverse"] == false)
    #expect((spaces[2]["cannot"] as? [String: String])?["decode"] == "classifier has no decoder")
    #expect((spaces[3]["can"] as? [String: Bool])?["search"] == true)
    let one = asking.get(pictures).json
    #expect((one["history"] as? [Any])?.count == 2)
    #expect((one["settings"] as? [String: String])?["latents"] == "3")
    #expect((one["card"] as? [String: Any])?["id"] as? String == "vae")
    let command = one["command"] as? String ?? ""
    #expect(command.hasPrefix("latent fit vae /") && command.contains("--latents 3"))
  }

  @Test func examplesBecomeCodesAndCodesExamples() throws {
    let asking = try Asking()
    let row = "[[\((0..<8).map { _ in "[0.5,0,1,0.25,0.125,0,0,1]" }.joined(separator: ","))]]"
    let codes = asking.post(pictures + "/encode", "{\"inputs\":[\(row),\(row)]}")
    let found = codes.json["codes"] as? [[Double]] ?? []
    #expect(codes.status == 200 && found.count == 2 && found[0].count == 3 && found[0] == found[1])
    let text = found[0].map { "\(Float($0))" }.joined(separator: ",")
    let back = asking.post(pictures + "/decode", "{\"codes\":[[\(text)]]}")
    let outputs = back.json["outputs"] as? [[[[Double]]]] ?? []
    #expect(outputs.count == 1 && outputs[0][0].count == 8 && outputs[0][0][0].count == 8)
    let drawn = asking.post(
      pictures + "/decode", "{\"codes\":[[\(text)],[0,0,0]]}", accept: "image/png")
    #expect(drawn.size == [16, 8])
    let both = try asking.post(
      pictures + "/decode", "{\"codes\":[[\(text)],[0,0,0]]}", accept: "application/x-npy"
    ).array()
    #expect(both.shape == [2, 1, 8, 8])
    let written = outputs[0][0].flatMap { $0 }.map { Float($0) }
    #expect(Array(both.values[..<64]) == written, "JSON loses nothing of single precision")
  }

  @Test func numPyGoesInAndComesOut() throws {
    let asking = try Asking(["table"])
    let body = NPY.data([0, 1, 2, 3, -1, 0.5, 1, 0] as [Float], shape: [2, 4])
    let headers = ["host": "localhost", "content-type": "application/x-npy"]
    let answer = asking.ask(Request("POST", table + "/encode", headers: headers, body: body))
    #expect(answer.header("Content-Type") == "application/x-npy")
    let codes = try answer.array()
    #expect(codes.shape == [2, 2])
    let again = asking.post(table + "/encode", "{\"inputs\":[[0,1,2,3],[-1,0.5,1,0]]}")
    #expect((again.json["codes"] as? [[Double]])?.flatMap { $0 }.map { Float($0) } == codes.values)
  }

  @Test func aTextGoesInAsOne() throws {
    let asking = try Asking(["texts"])
    let texts = "/v1/spaces/texts.latent"
    let codes = asking.post(texts + "/encode", "{\"inputs\":[\"word 1 of 2\",\"\"]}")
    #expect((codes.json["codes"] as? [[Double]])?.count == 2, "\(codes.sentence)")
    let back = asking.post(texts + "/reconstruct", "{\"items\":[0,1]}")
    #expect((back.json["outputs"] as? [String])?.count == 2, "\(back.sentence)")
    #expect(asking.get(texts + "/items/0").json["text"] is String)
    let near = asking.post(texts + "/search", "{\"text\":\"word 3 of 3\",\"count\":2}")
    #expect((near.json["neighbours"] as? [Any])?.count == 2)
    let embedded = asking.post(
      "/v1/embeddings",
      "{\"model\":\"texts.latent\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\"}")
    let data = embedded.json["data"] as? [[String: Any]] ?? []
    #expect(data.count == 2 && data[1]["index"] as? Int == 1)
    let bytes = (data.first?["embedding"] as? String).flatMap { Data(base64Encoded: $0) }
    #expect(bytes?.count == 8)
  }

  @Test func aTextEncoderAnswersByItsName() throws {
    ExampleEncoders.open(names: ["lengths"]) { _ in Lengths() }
    let asking = try Asking(["texts"])
    let answer = asking.post("/v1/embeddings", "{\"model\":\"lengths\",\"input\":[\"a\",\"four\"]}")
    let data = answer.json["data"] as? [[String: Any]] ?? []
    #expect(data.map { $0["embedding"] as? [Double] } == [[1, 2], [4, 8]], "\(answer.sentence)")
    #expect(
      asking.post("/v1/embeddings", "{\"model\":\"lengths\",\"input\":{\"image\":\"\"}}").status
        == 400)
    // No path that a stranger sends is opened.
    #expect(asking.post("/v1/embeddings", "{\"model\":\"/tmp\",\"input\":\"a\"}").status == 404)
  }

  @Test func aPictureIsEmbeddedFromBase64() throws {
    let asking = try Asking()
    let png = asking.get(pictures + "/items/3.png")
    #expect(png.status == 200 && png.size == [8, 8])
    let body =
      "{\"model\":\"pictures.latent\",\"input\":{\"image\":\"\(png.body.base64EncodedString())\"}}"
    let data = asking.post("/v1/embeddings", body).json["data"] as? [[String: Any]]
    let code = asking.get(pictures + "/codes/3").json["code"] as? [Double] ?? []
    let embedding = data?.first?["embedding"] as? [Double] ?? []
    #expect(embedding.count == 3 && zip(code, embedding).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func theSameSeedDrawsTheSame() throws {
    let asking = try Asking()
    let body = "{\"count\":4,\"seed\":7,\"temperature\":0.5}"
    let first = asking.post(pictures + "/sample", body)
    #expect(first.status == 200 && first.body == asking.post(pictures + "/sample", body).body)
    #expect(first.body != asking.post(pictures + "/sample", "{\"count\":4,\"seed\":8}").body)
    let command = first.header("X-Latent-Command") ?? ""
    #expect(
      command.hasPrefix("latent sample /")
        && command.hasSuffix("--temperature 0.5 --columns 2 --seed 7"))
    #expect(asking.post(pictures + "/sample", body, accept: "image/png").size == [16, 16])
  }

  @Test func itemsComeBackWithTheirErrors() throws {
    let asking = try Asking()
    let answer = asking.post(pictures + "/reconstruct", "{\"items\":[3,5]}")
    let errors = answer.json["errors"] as? [Double] ?? []
    let column = try asking.wait(pictures + "/columns/error").array()
    #expect(errors.count == 2 && column.shape == [20])
    #expect(abs(errors[0] - Double(column.values[3])) < 1e-6)
    #expect(answer.header("X-Latent-Command")?.hasSuffix("--items 3,5") == true)
    let drawn = asking.post(pictures + "/reconstruct", "{\"items\":[3,5,6]}", accept: "image/png")
    #expect(drawn.size == [24, 16], "originals over what came back")
  }

  @Test func aWayHasItsEnds() throws {
    let asking = try Asking()
    let codes = try asking.wait(pictures + "/codes").array()
    #expect(codes.shape == [20, 3])
    let from = codes.values[..<3].map(\.description).joined(separator: ",")
    for path in ["linear", "spherical", "geodesic"] {
      let body =
        "{\"from\":{\"code\":[\(from)]},\"to\":{\"item\":4},\"steps\":5,\"path\":\"\(path)\"}"
      let way = asking.post(pictures + "/interpolate", body)
      let found = way.json["codes"] as? [[Double]] ?? []
      #expect(found.count == 5, "\(way.sentence)")
      #expect(way.header("X-Latent-Command") == nil, "a code is no word of a command")
      for (mine, theirs) in zip(found.first ?? [], codes.values[..<3]) {
        #expect(abs(mine - Double(theirs)) < 1e-5)
      }
    }
    let command = asking.post(
      pictures + "/interpolate", "{\"from\":{\"item\":3},\"to\":{\"item\":4}}"
    )
    .header("X-Latent-Command")
    #expect(command?.hasSuffix("--from 3 --to 4 --steps 9 --path linear") == true)
  }

  @Test func unitsAreRankedAndMoved() throws {
    let asking = try Asking()
    let units = asking.get(pictures + "/units").json["units"] as? [[String: Any]] ?? []
    let uses = units.compactMap { $0["use"] as? Double }
    #expect(uses.count == 3 && uses == uses.sorted(by: >) && abs(uses.reduce(0, +) - 1) < 1e-9)
    let moved = asking.post(
      pictures + "/traverse", "{\"start\":{\"item\":0},\"steps\":5,\"rows\":2}")
    let ways = moved.json["units"] as? [[String: Any]] ?? []
    #expect(
      ways.compactMap { $0["unit"] as? Int } == units.prefix(2).compactMap { $0["unit"] as? Int })
    #expect((ways.first?["outputs"] as? [Any])?.count == 5)
    let drawn = asking.post(
      pictures + "/traverse", "{\"start\":{\"item\":0},\"units\":[2,0],\"steps\":5}",
      accept: "image/png")
    #expect(drawn.size == [40, 16])
    #expect(
      drawn.header("X-Latent-Command")?.hasSuffix("--from 0 --units 2,0 --reach 2.5 --steps 5")
        == true)
    let none = asking.post(pictures + "/traverse", "{\"start\":{\"item\":0},\"units\":[9]}")
    #expect(none.status == 400 && none.sentence == "unit 9: the space has units 0 to 2")
  }

  @Test func neighboursAreThoseByHand() throws {
    let asking = try Asking()
    let codes = try asking.wait(pictures + "/codes").array()
    func distance(_ a: Int, _ b: Int) -> Double {
      (0..<3).reduce(0.0) {
        let difference = Double(codes.values[3 * a + $1]) - Double(codes.values[3 * b + $1])
        return $0 + difference * difference
      }.squareRoot()
    }
    let wanted = (0..<20).filter { $0 != 7 }.sorted { distance(7, $0) < distance(7, $1) }.prefix(4)
    let answer = asking.post(pictures + "/neighbours", "{\"of\":{\"item\":7},\"count\":4}")
    let found = answer.json["neighbours"] as? [[String: Any]] ?? []
    #expect(found.compactMap { $0["item"] as? Int } == Array(wanted))
    #expect(abs((found.first?["distance"] as? Double ?? 0) - distance(7, wanted[0])) < 1e-9)
    #expect(found.allSatisfy { ["0", "1", "2"].contains($0["label"] as? String) })
    let cosine = asking.post(
      pictures + "/neighbours", "{\"of\":{\"code\":[1,2,3]},\"distance\":\"cosine\"}")
    #expect((cosine.json["neighbours"] as? [Any])?.count == 10)
  }

  @Test func aCodeIsGivenWhereNothingDecodes() throws {
    let asking = try Asking(["classes"])
    let classes = "/v1/spaces/classes.latent"
    let codes = try asking.wait(classes + "/codes").array()
    let code = codes.values.prefix(codes.shape[1]).map { "\($0)" }.joined(separator: ",")
    let near = asking.post(
      classes + "/neighbours", "{\"of\":{\"code\":[\(code)]},\"count\":1}")
    let found = (near.json["neighbours"] as? [[String: Any]])?.first
    #expect(found?["distance"] as? Double == 0, "\(near.sentence)")
    let wrong = asking.post(classes + "/neighbours", "{\"of\":{\"code\":[\(code),1]}}")
    #expect(
      wrong.status == 400
        && wrong.sentence.hasSuffix("classes.latent has codes of \(codes.shape[1])"))
  }

  @Test func mapsColumnsAndPlacesAreOfAllItems() throws {
    let asking = try Asking(["pictures", "table"])
    let map = try asking.wait(pictures + "/maps/pca").array()
    #expect(map.shape == [20, 2])
    let near = asking.wait(pictures + "/maps/neighbours", query: ["seed": "3"])
    #expect(try near.array().shape == [20, 2])
    #expect(near.header("X-Latent-Command")?.contains("--kind neighbours --seed 3") == true)
    for name in ["density", "outlier"] {
      let column = try asking.wait(pictures + "/columns/\(name)").array()
      #expect(column.shape == [20] && column.values.allSatisfy { $0.isFinite })
    }
    let sort = try asking.wait(table + "/columns/sort").array()
    #expect(Set(sort.values) == [0, 1])
    let a = try asking.wait(table + "/columns/a").array()
    #expect(a.values.allSatisfy { (0...3).contains($0) }, "in the table's own unit")
    let clusters = asking.wait(pictures + "/columns/cluster")
    #expect(try Set(clusters.array().values).isSubset(of: [0, 1, 2]))
    let (x, y) = (map.values[10], map.values[11])
    let place = asking.post(pictures + "/place", "{\"map\":\"pca\",\"x\":\(x),\"y\":\(y)}").json
    #expect((place["items"] as? [Int])?.first == 5)
    #expect(
      (place["weights"] as? [Double])?.first ?? 0 > 0.999, "what lies on an item is that item")
    let drawn = asking.post(
      pictures + "/place", "{\"map\":\"pca\",\"x\":0,\"y\":0}", accept: "image/png")
    #expect(drawn.size == [8, 8])
  }

  @Test func twoSpacesOfTheSameItemsOverlap() throws {
    let asking = try Asking(["table", "classes", "pictures"])
    func overlap(_ a: String, _ b: String) -> Response {
      while true {
        let answer = asking.post(
          "/v1/overlap", "{\"a\":\"\(a).latent\",\"b\":\"\(b).latent\",\"count\":5}")
        if answer.status != 202 { return answer }
      }
    }
    let same = overlap("table", "table").json
    #expect(same["mean"] as? Double == 1)
    let other = overlap("table", "classes").json
    #expect(
      (0..<1).contains(other["mean"] as? Double ?? 1) && (other["each"] as? [Double])?.count == 12)
    #expect(overlap("table", "pictures").status == 409)
  }

  @Test func figuresHaveTheirIntervals() throws {
    let answer = try Asking().post(pictures + "/score", "{}")
    let figures = answer.json["figures"] as? [String: [String: Any]] ?? [:]
    #expect(figures["negative ELBO"]?["unit"] as? String == "nats")
    let error = figures["squared error of reconstruction"]
    #expect((error?["low"] as? Double ?? 9) < (error?["high"] as? Double ?? 0))
  }

  @Test func aSelectionIsAFileInTheSpaceAndNowhereElse() throws {
    let asking = try Asking(["table"])
    let kept = asking.post(table + "/selections", "{\"name\":\"odd-ones\",\"items\":[1,3]}")
    let file = kept.json["file"] as? String ?? ""
    #expect(kept.status == 201)
    #expect(file == (try Spaces.path("table")) + "/selections/odd-ones.json")
    #expect(try Selection("odd-ones", of: Spaces.path("table")).items == [1, 3])
    #expect((kept.json["command"] as? String)?.hasSuffix("--selection odd-ones") == true)
    let all = asking.get(table + "/selections").json["selections"] as? [[String: Any]] ?? []
    #expect(all.first?["name"] as? String == "odd-ones")
    for name in ["../x", "a/b", "", "A", ".", "a b", String(repeating: "a", count: 65)] {
      let refused = asking.post(table + "/selections", "{\"name\":\"\(name)\",\"items\":[1]}")
      #expect(refused.status == 400 && refused.sentence.hasPrefix("name must be 1 to 64"))
    }
    #expect(asking.post(table + "/selections", "{\"name\":\"a\",\"items\":[99]}").status == 404)
  }

  @Test func theItemsMayBeAllExamples() throws {
    let asking = try Asking(["table"], split: "all")
    let space = asking.get(table).json
    #expect(space["items"] as? Int == 120 && space["split"] as? String == "all")
    let near = asking.post(table + "/neighbours", "{\"of\":{\"item\":119},\"count\":2}")
    #expect(near.status == 200)
    #expect(near.header("X-Latent-Command")?.hasSuffix(" --split all") == true)
    #expect(
      asking.post(table + "/selections", "{\"name\":\"whole\",\"items\":[119]}").status == 201)
    #expect(try Selection("whole", of: Spaces.path("table")).split == "all")
  }

  @Test func theCatalogueIsSearchedAndShown() throws {
    let asking = try Asking([])
    let systems = asking.get("/v1/systems").json["systems"] as? [[String: Any]] ?? []
    #expect(systems.count == 441 && systems.allSatisfy { ($0["place"] as? [Double])?.count == 2 })
    let one = asking.get("/v1/systems/S057").json
    #expect(one["name"] as? String == "iwae" && (one["similar"] as? [String])?.isEmpty == false)
    #expect((one["record"] as? [String: Any])?["claims"] is [Any])
    let found = asking.get(
      "/v1/find", query: ["need": "anomalies in tables with few labels", "count": "5"])
    let results = found.json["results"] as? [[String: Any]] ?? []
    #expect(results.count == 5 && (results.first?["why"] as? [String])?.isEmpty == false)
    #expect(asking.get("/v1/systems/S999").status == 404)
    #expect(asking.get("/v1/runs").json["runs"] is [Any])
    #expect(asking.get("/v1/runs/none").status == 404)
  }

  @Test func thumbnailsAreTenInARow() throws {
    let asking = try Asking()
    #expect(asking.get(pictures + "/thumbnails").size == [80, 16])
    #expect(
      asking.get(pictures + "/thumbnails", query: ["from": "18", "count": "50"]).size == [16, 8])
    #expect(asking.get(pictures + "/thumbnails", query: ["from": "20"]).status == 404)
    let item = asking.get(pictures + "/items/4").json
    #expect(item["class"] is Int && item["label"] is String && item["text"] is NSNull)
  }

  @Test func aSpaceWithoutItsSourceServesWhatItCan() throws {
    let path = try Spaces.path("pictures")
    let copy = try Spaces.folder.get() + "/lost.latent"
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let text = try String(contentsOfFile: copy + "/space.json", encoding: .utf8)
    let lost = text.replacingOccurrences(of: "images-idx3-ubyte", with: "gone-idx3-ubyte")
    try AtomicFile.write(Data(lost.utf8), to: copy + "/space.json")
    let asking = try Asking(["lost"])
    #expect(asking.service.notes.count == 1 && asking.service.notes[0].contains("gone-idx3-ubyte"))
    let space = asking.get("/v1/spaces/lost.latent").json
    #expect((space["can"] as? [String: Bool])?["decode"] == true && space["items"] as? Int == 0)
    #expect(asking.post("/v1/spaces/lost.latent/decode", "{\"codes\":[[0,0,0]]}").status == 200)
    for path in [
      "items/0", "items/0.png", "units", "codes", "columns/class", "maps/pca", "codes/0",
    ] {
      #expect(asking.wait("/v1/spaces/lost.latent/\(path)").status == 409, "\(path)")
    }
  }
}

/// The length of a text, and twice that.
private struct Lengths: TextEncoding {
  let width = 2
  let fingerprint = "lengths"

  func vectors(of texts: [String]) throws -> Tensor {
    Tensor(
      texts.flatMap { [Float($0.count), Float(2 * $0.count)] }, shape: [texts.count, 2])
  }
}
