import Datasets
import Files
import Foundation
import Networks
import Torch

/// What a space says of itself, `space.json`.
public struct SpaceDescription: Codable, Sendable {
  /// Rises when older programs can no longer read a bundle.
  public static let currentFormat = 1

  /// Whether the fit is done.
  public enum Status: String, Codable, Sendable { case training, complete }

  public var format = SpaceDescription.currentFormat
  public var status = Status.training
  public var method: String
  public var settings: JSONValue
  public var domain: Domain
  public var preprocessing: Preprocessing
  public var source: Origin
  public var seed: UInt64
  public var device: String
  public var threads: Int
  /// Whether products ran in bfloat16.
  public var lowPrecision: Bool
  /// Processes that trained together in the last sitting, on which the last digits depend; nil for one.
  public var processes: Int?
  /// Versions of what made the space, by name.
  public var versions: [String: String]
  /// Figures of the fit by name.
  public var metrics: [String: Double] = [:]

  /// The data of a fit: enough to open it again and to tell whether it is the same.
  public struct Origin: Codable, Sendable {
    public var spec: String
    public var options: SourceOptions
    /// SHA-256 of the content.
    public var fingerprint: String

    public init(spec: String, options: SourceOptions, fingerprint: String) {
      self.spec = spec
      self.options = options
      self.fingerprint = fingerprint
    }
  }

  static func path(in folder: String) -> String { folder + "/space.json" }

  func write(in folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(self) + Data("\n".utf8), to: Self.path(in: folder))
  }

  /// The description in the bundle at `folder`.
  ///
  /// - Throws: `UserError` when it is no bundle, damaged, or made by a newer program.
  public init(opening folder: String) throws {
    let path = Self.path(in: folder)
    guard FileManager.default.fileExists(atPath: path) else {
      throw UserError("\(folder) is not a space: it holds no space.json")
    }
    let data = try MappedFile(path).data
    struct Head: Codable { var format: Int }
    guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
      throw UserError("\(path) is not the description of a space")
    }
    try require(
      head.format <= Self.currentFormat,
      "\(folder) was made by a newer Latent (format \(head.format), this one reads up to "
        + "\(Self.currentFormat)); update Latent to open it")
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw UserError("\(path) is damaged: \(Self.reason(error))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "it lacks \(key.stringValue)"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "it is not JSON"
        : "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has a wrong value"
    default: "\(error)"
    }
  }

  /// A description of a fit that is about to begin.
  public init<Method: Recipe>(
    _ method: Method, source: Source, origin: Origin, run: FitRun, versions: [String: String]
  ) throws {
    self.method = Method.card.id
    settings = try method.encoded()
    domain = source.domain
    preprocessing = source.preprocessing
    self.source = origin
    seed = run.seed.value
    device = run.device.description
    threads = Runtime.threads
    lowPrecision = run.lowPrecision
    processes = run.group?.size
    self.versions = versions
  }
}

/// A fitted latent space: a network, and what it says of itself.
public struct Space: Sendable {
  public var description: SpaceDescription
  public let network: any Module
  /// The bundle's folder.
  public let folder: String

  static func weights(in folder: String) -> String { folder + "/weights.safetensors" }

  /// Opens the bundle at `folder`, whose method must be among `methods`.
  ///
  /// - Throws: `UserError` when the bundle is damaged, unfinished, newer, or of an unknown method.
  public init(opening folder: String, methods: [any Recipe.Type], device: Device = .cpu) throws {
    description = try SpaceDescription(opening: folder)
    self.folder = folder
    let id = description.method
    guard let method = methods.first(where: { $0.card.id == id }) else {
      throw UserError("\(folder) was made by the method \(id), which this Latent does not have")
    }
    guard FileManager.default.fileExists(atPath: Self.weights(in: folder)) else {
      throw UserError(
        "\(folder) has no weights yet; `latent fit --resume \(folder)` goes on with its training")
    }
    network = try Self.network(of: method, description, device)
    try network.load(Safetensors(opening: Self.weights(in: folder)).tensors)
  }

  /// The data that the space was fitted on.
  ///
  /// - Throws: `UserError` where they are not at hand, or have changed since.
  public func source() throws -> Source {
    let origin = description.source
    let source = try Source.open(origin.spec, origin.options)
    try require(
      source.fingerprint == origin.fingerprint,
      "\(origin.spec) has changed since \(folder) was fitted; name it to use it as it is now")
    return source
  }

  private static func network<Method: Recipe>(
    of method: Method.Type, _ description: SpaceDescription, _ device: Device
  ) throws -> any Module {
    let recipe = try Method(description.settings)
    try recipe.validate(for: description.domain)
    return recipe.makeNetwork(description.domain, RandomStream(0, device: device))
  }

  /// Fits `method` in `run`, whose folder becomes the bundle.
  ///
  /// - Throws: `UserError` for what is wrong with settings or data, `TrainingError` when it stops.
  public static func fit<Method: Recipe>(
    _ method: Method, _ run: FitRun, _ description: SpaceDescription
  ) throws -> (space: Space, result: FitResult) {
    guard let folder = run.folder else { throw UserError("a space needs a folder to be saved in") }
    var description = description
    try makeFolder(folder)
    if !run.resumes { try description.write(in: folder) }
    let (network, result) = try fitted(method, run)
    try Safetensors(network.state).write(to: weights(in: folder))
    description.status = .complete
    description.metrics = figures(result)
    try description.write(in: folder)
    return (Space(description: description, network: network, folder: folder), result)
  }

  /// Fits `method` in memory.
  ///
  /// - Throws: as ``fit(_:_:_:)``.
  public static func fitted<Method: Recipe>(
    _ method: Method, _ run: FitRun
  ) throws -> (network: Method.Network, result: FitResult) {
    try method.validate(for: run.source.domain)
    let random = RandomStream(run.seed.child("network"), device: run.device)
    let network = try Method.Network.whole { method.makeNetwork(run.source.domain, random) }
    return (network, try method.fit(network, run))
  }

  private static func figures(_ result: FitResult) -> [String: Double] {
    var figures = ["steps": Double(result.steps), "seconds": result.seconds]
    for (name, value) in result.history.last?.train ?? [:] { figures["train/\(name)"] = value }
    for (name, value) in result.history.last?.validation ?? [:] {
      figures["validation/\(name)"] = value
    }
    return figures
  }

  private init(description: SpaceDescription, network: any Module, folder: String) {
    self.description = description
    self.network = network
    self.folder = folder
  }
}
