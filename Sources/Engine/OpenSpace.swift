import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Networks
import Torch

/// A space that a verb works on, with the data it was fitted on or other data of the same kind.
struct OpenSpace {
  let space: Space
  let arguments: Arguments

  init(_ arguments: Arguments) throws {
    guard let folder = arguments.positional("SPACE") else {
      throw UsageError("latent \(arguments.verb.name): which SPACE?")
    }
    try self.init(folder, arguments)
  }

  /// The space at `folder`, for a verb that takes several.
  init(_ folder: String, _ arguments: Arguments) throws {
    self.arguments = arguments
    space = try Space(opening: folder, methods: Catalogue.methods.map(\.recipe))
  }

  var domain: Domain { space.description.domain }

  /// The network as something that can do what the verb needs.
  func able<Capability>(to what: String, _ capability: Capability.Type) throws -> Capability {
    try able(to: what) { $0 as? Capability }
  }

  /// The network's codes and back, for a verb that needs codes, or with `decoding` both.
  func codec(to what: String, decoding: Bool = false) throws -> Codec {
    try able(to: what) { network in
      Codec(of: network).flatMap { $0.decodes || !decoding ? $0 : nil }
    }
  }

  private func able<Able>(to what: String, _ ability: (any Module) -> Able?) throws -> Able {
    if let able = ability(space.network) { return able }
    let others = Catalogue.methods.filter { ability(network(of: $0.recipe)) != nil }.map(\.card.id)
    let list = others.isEmpty ? "" : "; these can: \(others.joined(separator: ", "))"
    throw UserError(
      "\(space.folder) is a space of \(space.description.method), which cannot \(what)\(list)")
  }

  private func network<Made: Recipe>(of recipe: Made.Type) -> any Module {
    Made().makeNetwork(Domain(shape: [2], support: .real), RandomStream(0))
  }

  /// The data: the source that is named, else the one the space was fitted on.
  func source() throws -> Source {
    let description = space.description
    let takesSource = arguments.verb.positionals.contains { $0.name == "SOURCE" }
    guard takesSource, let spec = arguments.positional("SOURCE") else {
      return try space.source()
    }
    return try Source.open(
      spec, description.source.options.forNewData, like: description.preprocessing, domain: domain)
  }

  /// The examples of the split that the flags name.
  func examples() throws -> Examples {
    let source = try source()
    let name =
      arguments.verb.allFlags.contains { $0.name == "split" }
      ? arguments.string("split") ?? "test" : "test"
    return try source.examples(of: name)
  }

  /// The stream of random numbers that `--seed` starts.
  var random: RandomStream { RandomStream(Seed(arguments.seed).child(arguments.verb.name)) }
}

extension SourceOptions {
  /// The options for data that a fitted space meets later: no splits and no limit of the fit.
  var forNewData: SourceOptions {
    var options = self
    options.limit = nil
    options.validation = nil
    options.test = nil
    return options
  }
}
