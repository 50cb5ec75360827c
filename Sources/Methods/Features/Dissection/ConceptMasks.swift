import Datasets
import Files
import Torch

/// Which pixels of pictures show which concepts.
struct ConceptMasks: Sendable {
  /// What a pixel may show.
  struct Concept: Equatable, Sendable {
    /// What it is about, such as `colour`.
    let kind: String
    let name: String
  }

  /// How masks are kept.
  private enum Planes: Sendable {
    /// One plane for each kind, with the place of a concept among those of its kind from 1, `[n, kinds, h, w]`.
    case labels(Tensor, counts: [Int])
    /// One plane for each concept, 1 where it is, `[n, c, h, w]`.
    case masks(Tensor)
  }

  let concepts: [Concept]
  private let planes: Planes

  /// The masks of scenes, whose truth is known.
  init(_ scenes: PartScenes) {
    let kinds = PartScenes.Kind.allCases
    concepts = kinds.flatMap { kind in
      kind.names.map { Concept(kind: kind.rawValue, name: $0) }
    }
    planes = .labels(scenes.labels, counts: kinds.map(\.names.count))
  }

  /// A person's own masks, `[n, c, h, w]`, and what they are called: `name`, or `kind:name`; a number without.
  ///
  /// - Throws: `UserError` where shapes and names do not fit.
  init(_ masks: Tensor, names: [String]) throws {
    try require(
      masks.rank == 4 && masks.shape.allSatisfy { $0 > 0 },
      "masks have shape \(masks.shape), and [pictures, concepts, height, width] is needed")
    let count = masks.size(1)
    try require(
      names.isEmpty || names.count == count,
      "--concepts has \(names.count) names, and the masks are of \(count) concepts")
    try require(Set(names).count == names.count, "--concepts names one of them twice")
    concepts = (0..<count).map { index in
      guard !names.isEmpty else { return Concept(kind: "concept", name: "\(index + 1)") }
      let parts = names[index].split(separator: ":", maxSplits: 1).map(String.init)
      return parts.count == 2
        ? Concept(kind: parts[0], name: parts[1]) : Concept(kind: "concept", name: names[index])
    }
    planes = .masks((masks .> 0.5).to(.uint8))
  }

  private init(_ concepts: [Concept], _ planes: Planes) {
    (self.concepts, self.planes) = (concepts, planes)
  }

  private var tensor: Tensor {
    switch planes {
    case .labels(let labels, _): labels
    case .masks(let masks): masks
    }
  }

  /// Number of pictures.
  var pictures: Int { tensor.size(0) }
  /// Height and width of a picture.
  var size: [Int] { [tensor.size(2), tensor.size(3)] }
  /// Kinds in the order in which they come first.
  var kinds: [String] {
    concepts.map(\.kind).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// 1 where a pixel shows a concept, else 0, for all pixels of the pictures of `range`, `[range · h · w, c]`.
  func pixels(_ range: Range<Int>) -> Tensor {
    switch planes {
    case .masks(let masks):
      return masks[range].permuted(0, 2, 3, 1).reshaped(-1, concepts.count).to(.float32)
    case .labels(let labels, let counts):
      let part = labels[range].to(.int64)
      // What shows nothing of a kind comes first, and is no concept.
      let each = counts.enumerated().map { kind, count in
        part.selected(1, kind).flattened().oneHot(count + 1).sliced(1, 1, count + 1).to(.float32)
      }
      return Tensor.concatenate(each, along: 1)
    }
  }

  /// Every picture with the masks of another one: what units find in these, they find by chance.
  func ofOthers() -> ConceptMasks {
    func moved(_ tensor: Tensor) -> Tensor {
      tensor.rolled(by: max(1, tensor.size(0) / 2), along: 0)
    }
    switch planes {
    case .masks(let masks): return ConceptMasks(concepts, .masks(moved(masks)))
    case .labels(let labels, let counts):
      return ConceptMasks(concepts, .labels(moved(labels), counts: counts))
    }
  }
}
