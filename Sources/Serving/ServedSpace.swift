import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Neighbours
import Networks
import Synchronization
import Torch

/// A space that is served: opened once, with the examples it is shown by and what is computed of them when asked for.
final class ServedSpace: Sendable {
  /// Codes of all items.
  struct Codes: Sendable {
    /// `[n, k]`.
    let tensor: Tensor
    /// The same, to be searched.
    let search: NearestCodes

    init(_ tensor: Tensor) throws {
      self.tensor = try tensor.to(.float32).contiguous().checked()
      search = try NearestCodes(self.tensor)
    }

    var count: Int { search.count }
    var width: Int { search.width }
  }

  /// The identifier in paths.
  let id: String
  /// The whole path of the folder.
  let folder: String
  let space: Space
  let card: Card
  /// The examples that are shown; nothing where the source is not at hand.
  let items: Examples?
  let labels: [Int]?
  /// Why there are no items.
  let absence: String?
  /// The part of the data that the items are.
  let split: String
  let batcher: Batcher
  /// The network as it takes examples to codes, where it does so without being told more.
  let encoder: Batcher.Function?
  /// The network as it takes codes to examples.
  let decoder: Batcher.Function?
  /// Numbers of a place that the decoder takes.
  let latents: Int?
  let codes: Computed<Codes>
  let neighbours: Computed<NeighbourTable>
  let figures: Computed<[Figure]>
  let columns: [Column]
  let maps: ServedMaps

  /// The spaces in `folders`, in their order.
  ///
  /// - Throws: ``UserError`` where one cannot be opened.
  static func open(
    _ folders: [String], _ split: String?, _ batcher: Batcher, _ background: Workers, seed: UInt64
  ) throws -> [ServedSpace] {
    var taken = Set<String>()
    return try folders.map { folder in
      let path = URL(fileURLWithPath: folder).standardizedFileURL.path
      let name = (path as NSString).lastPathComponent
      var id = name, number = 1
      while !taken.insert(id).inserted {
        number += 1
        id = "\(name)-\(number)"
      }
      return try ServedSpace(id, path, split, batcher, background, seed: seed)
    }
  }

  private init(
    _ id: String, _ folder: String, _ wanted: String?, _ batcher: Batcher,
    _ background: Workers, seed: UInt64
  ) throws {
    let space = try Space(opening: folder, methods: Catalogue.methods.map(\.recipe))
    (self.id, self.folder, self.space, self.batcher) = (id, folder, space, batcher)
    card = try Catalogue.method(named: space.description.method).card
    var items: Examples?, absence: String?, split = wanted ?? "test"
    do {
      let source = try space.source()
      if wanted == nil, source.test.count == 0 { split = "train" }
      items = try source.examples(of: split)
    } catch {
      absence = "its examples cannot be shown: \(error)"
    }
    if absence != nil { items = nil }
    let network = space.network, shape = space.description.domain.shape
    (self.items, self.absence) = (items, absence)
    self.split = split
    labels = try items?.labels()
    encoder = (network as? any Encoding & Module).map { network in
      Batcher.Function(name: "\(id) encode", shape: shape) { network.encode($0) }
    }
    let decoding = network as? any Decoding & Module
    latents = decoding?.latents
    decoder = decoding.map { network in
      Batcher.Function(name: "\(id) decode", shape: [network.latents]) { network.decode($0) }
    }
    let work = SpaceWork(space: space, items: items, absence: absence, by: background)
    (codes, neighbours) = (work.codes, work.neighbours)
    figures = work.figures(seed: seed)
    columns = try Column.all(of: work, labels)
    maps = ServedMaps(work, split: split)
  }

  var domain: Domain { space.description.domain }
  var method: String { space.description.method }

  /// Whether examples can be drawn.
  var isPicture: Bool { domain.isImage && [1, 3].contains(domain.shape[0]) }
  var isText: Bool { domain.support == .tokens }
  /// Whether its examples are vectors that a text encoder makes of texts.
  var readsTexts: Bool { space.description.preprocessing.encoder != nil }

  var kind: String {
    if domain.isImage { return "image" }
    if isText { return "text" }
    return domain.shape.count == 1 ? "vector" : "other"
  }

  /// The items.
  ///
  /// - Throws: ``Refusal`` where there are none.
  func shown() throws -> Examples {
    guard let items else { throw Refusal(409, "\(id) has no items: \(absence ?? "")") }
    return items
  }

  /// How a command is told the part of the data, where it would take another.
  var splitWords: [String] { split == "test" ? [] : ["--split", split] }

  /// The header of an answer about items that a command can repeat.
  func command(_ words: [String]) -> [(String, String)] {
    let header = CommandText.header(["latent", words[0], folder] + words.dropFirst() + splitWords)
    // A connection has 64 KiB for all headers, and clients refuse much shorter ones.
    return header.1.utf8.count <= 4096 ? [header] : []
  }

  /// The place of an item.
  ///
  /// - Throws: ``Refusal`` where there is no such item.
  func item(_ index: Int) throws -> Int {
    let count = try shown().count
    guard (0..<count).contains(index) else {
      throw Refusal(404, "there is no item \(index); \(id) has items 0 to \(count - 1)")
    }
    return index
  }

  /// The numbers of some items, one after another.
  func inputs(of indices: [Int]) throws -> [Float] {
    try shown().batch(try indices.map(item)).x.values()
  }

  /// The name of an item's class.
  func label(_ item: Int) -> String? {
    guard let place = labels?[item], domain.classes.indices.contains(place) else { return nil }
    return domain.classes[place]
  }

  func encoded(_ inputs: [Float]) throws -> Batcher.Rows {
    guard let encoder else { throw Refusal(409, cannot["encode"] ?? "") }
    return try batcher.apply(encoder, to: inputs)
  }

  func decoded(_ codes: [Float]) throws -> Batcher.Rows {
    guard let decoder else { throw Refusal(409, cannot["decode"] ?? "") }
    return try batcher.apply(decoder, to: codes)
  }

  /// The code of an item, without waiting for those of all.
  func code(of item: Int) throws -> [Float] {
    let item = try self.item(item)
    if let codes = try codes.value(within: encoder == nil ? 30 : 0) { return codes.search[item] }
    return try encoded(inputs(of: [item])).values
  }
}

extension ServedSpace {
  /// What it can do, by name.
  var can: [(name: String, able: Bool)] {
    let both = encoder != nil && decoder != nil
    let hasCodes = Codec(of: space.network) != nil && items != nil
    return [
      ("encode", encoder != nil), ("decode", decoder != nil),
      ("sample", space.network is any Sampling),
      (
        "reconstruct",
        both || items != nil && Codec(of: space.network).map(\.decodes) ?? false
      ),
      ("interpolate", both), ("traverse", both && items != nil), ("neighbours", hasCodes),
      ("score", items != nil), ("embed", encoder != nil && (isPicture || isText || readsTexts)),
      ("search", encoder != nil && isText && items != nil),
    ]
  }

  /// Why it cannot do what it cannot.
  var cannot: [String: String] {
    let reasons = [
      "encode": space.network is any Conditioning
        ? "\(method) must be told what is known of an example to encode it, so that only items have codes"
        : "\(method) gives examples no codes",
      "decode": "\(method) has no decoder",
      "sample": "\(method) has no prior to draw from",
    ]
    var found: [String: String] = [:]
    for (name, able) in can where !able {
      found[name] =
        reasons[name]
        ?? (items == nil && !["embed", "interpolate"].contains(name)
          ? absence.map { "there are no items, since \($0)" } : nil)
        ?? (name == "search" || name == "embed"
          ? (encoder == nil ? reasons["encode"] : "\(id) is a space of \(kind)s, not of texts")
          : [encoder == nil ? reasons["encode"] : nil, decoder == nil ? reasons["decode"] : nil]
            .compactMap { $0 }.joined(separator: "; "))
    }
    return found
  }

  /// - Throws: ``Refusal`` with the reason where it cannot.
  func require(_ name: String) throws {
    guard can.first(where: { $0.name == name })?.able == true else {
      throw Refusal(409, cannot[name] ?? "\(id) cannot \(name)")
    }
  }
}
