import Datasets
import Evaluation
import Files
import Foundation
import HTTP
import Learning
import Reconstruction
import Synchronization
import Testing
import Torch
import Variational

@testable import Serving

/// Small spaces of three kinds, fitted once in a test run.
enum Spaces {
  /// A folder with `pictures.latent`, `table.latent`, `texts.latent` and `classes.latent`.
  static let folder: Result<String, any Error> = Result {
    let folder = NSTemporaryDirectory() + "serving-" + UUID().uuidString
    try makeFolder(folder)
    Runtime.threads = 1
    try fit(
      VAE().setting("latents", to: "3").setting("hidden", to: "16"), pictures(folder), folder,
      "pictures")
    let table = try Spaces.table(folder)
    try fit(PCA().setting("latents", to: "2"), table, folder, "table")
    try fit(Classifier().setting("hidden", to: "4"), table, folder, "classes")
    let lines = (0..<60).map { "word \($0 % 7) of \($0 % 5)" }.joined(separator: "\n")
    try AtomicFile.write(Data(lines.utf8), to: folder + "/lines.txt")
    try fit(
      AutoGen().setting("latents", to: "2").setting("sentence-units", to: "8"),
      folder + "/lines.txt",
      folder, "texts")
    return folder
  }

  static func path(_ name: String) throws -> String { try folder.get() + "/\(name).latent" }

  private static func fit<Method: Recipe>(
    _ method: Method, _ spec: String, _ folder: String, _ name: String
  ) throws {
    var method = method
    if Method.settings.contains(where: { $0.flag == "epochs" }) {
      method = try method.setting("epochs", to: "2").setting("batch", to: "16")
    }
    let source = try Source.open(spec)
    var run = FitRun(source, seed: Seed(1))
    run.folder = "\(folder)/\(name).latent"
    let origin = SpaceDescription.Origin(
      spec: spec, options: .init(), fingerprint: source.fingerprint)
    let description = try SpaceDescription(
      method, source: source, origin: origin, run: run, versions: ["latent": "test"])
    _ = try Space.fit(method, run, description)
  }

  /// Pictures of 8 × 8 in three classes of brightness.
  private static func pictures(_ folder: String) throws -> String {
    let path = folder + "/images-idx3-ubyte"
    let x = try RandomStream(11).uniform([200, 64]).values(as: Double.self)
    let kinds = (0..<200).map { UInt8($0 % 3) }
    let levels = x.indices.map { UInt8(2 + 50 * Double(kinds[$0 / 64]) + 150 * x[$0]) }
    try AtomicFile.write(
      Data([0, 0, 8, 3, 0, 0, 0, 200, 0, 0, 0, 8, 0, 0, 0, 8] + levels), to: path)
    try AtomicFile.write(
      Data([0, 0, 8, 1, 0, 0, 0, 200] + kinds), to: folder + "/labels-idx1-ubyte")
    return path
  }

  private static func table(_ folder: String) throws -> String {
    var random = SplitMix(Seed(1))
    let rows = (0..<120).map { row -> [String] in
      let kind = row % 3
      return [
        "\(Double(kind) + random.uniform())", "\(10 * random.uniform())", ["x", "y"][row % 2],
        "class\(kind)",
      ]
    }
    let path = folder + "/table.csv"
    try CSV.write(header: ["a", "b", "sort", "label"], rows: rows, to: path)
    return path
  }
}

/// A service and a way to ask it without a network.
struct Asking {
  let service: Service

  init(
    _ names: [String] = ["pictures"], split: String? = nil,
    access: Access = Access(host: "127.0.0.1"),
    limits: Service.Limits = .init(), log: (@Sendable (String) -> Void)? = nil
  ) throws {
    service = try Service(
      try names.map(Spaces.path), split: split, access: access, limits: limits, log: log)
  }

  func ask(
    _ method: String, _ path: String, _ body: String? = nil, query: [String: String] = [:],
    headers: [String: String] = [:]
  ) -> Response {
    var all = ["host": "127.0.0.1:8080"]
    if body != nil { all["content-type"] = "application/json" }
    return ask(
      Request(
        method, path, query: query, headers: all.merging(headers) { $1 },
        body: Data((body ?? "").utf8)))
  }

  func ask(_ request: Request) -> Response {
    let done = DispatchSemaphore(value: 0)
    let slot = Mutex<Response?>(nil)
    service.answer(request) { response in
      slot.withLock { $0 = response }
      done.signal()
    }
    done.wait()
    return slot.withLock { $0 } ?? Response(0, text: "")
  }

  func get(_ path: String, query: [String: String] = [:]) -> Response {
    ask("GET", path, query: query)
  }

  /// What is there in the end, when it takes some time.
  func wait(_ path: String, query: [String: String] = [:]) -> Response {
    while true {
      let response = get(path, query: query)
      if response.status != 202 { return response }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  func post(_ path: String, _ body: String, accept: String? = nil) -> Response {
    ask("POST", path, body, headers: accept.map { ["accept": $0] } ?? [:])
  }
}

extension Response {
  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:]
  }

  var sentence: String { ((json["error"] as? [String: Any])?["message"] as? String) ?? "" }

  func header(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }

  /// The array of NumPy that it carries.
  func array() throws -> (values: [Float], shape: [Int]) {
    try NPY.numbers(in: body, named: "answer")
  }

  /// Width and height that its picture says.
  var size: [Int] {
    guard body.starts(with: [0x89, 0x50, 0x4e, 0x47]), body.count > 24 else { return [] }
    func number(_ at: Int) -> Int {
      body[body.startIndex + at..<body.startIndex + at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    return [number(16), number(20)]
  }
}
