import Files
import Torch

/// What the units of a layer detect: for each the concept whose pixels it is most active at.
///
/// A unit is active where its map, brought to the size of the pictures, is above the level that a small share of all its
/// places exceed. Its overlap with a concept is the number of pixels that both have over the number that either has, over
/// all pictures.
///
/// - Source: Bau, Zhou, Khosla, Oliva & Torralba, *Network dissection*, CVPR 2017, arXiv:1704.05796, §2.3.
struct UnitDissection: Sendable {
  /// A unit with the concept that it overlaps most.
  struct Unit: Equatable, Sendable {
    let unit: Int
    /// Place of the concept among those of the masks.
    let concept: Int
    /// Intersection over union, from 0 to 1.
    let overlap: Double
  }

  let concepts: [ConceptMasks.Concept]
  /// All units.
  let units: [Unit]
  /// What a unit is active above, `[k]`.
  let levels: Tensor
  /// Overlap from which a unit detects its concept.
  let least: Double

  /// - Parameters:
  ///   - maps: What units put out, `[n, k, h, w]`.
  ///   - share: Of its places at which a unit counts as active.
  ///   - least: Overlap that a detector must exceed.
  /// - Throws: `UserError` where maps and masks are not of the same pictures or places are too few; the tensors' error.
  init(_ maps: Tensor, _ masks: ConceptMasks, share: Double = 0.005, least: Double = 0.04) throws {
    try maps.checked()
    let levels = try Self.levels(of: maps, share: share)
    try require(
      maps.size(0) == masks.pictures,
      "units were read on \(maps.size(0)) pictures, and the masks are of \(masks.pictures)")
    let (units, size) = (maps.size(1), masks.size)
    let area = size[0] * size[1]
    // Maps at the size of pictures are large, so that few are held at once.
    let step = max(1, (1 << 23) / (units * area))
    var shared = Tensor.zeros([units, masks.concepts.count], type: .float64)
    var active = Tensor.zeros([units, 1], type: .float64)
    var shown = Tensor.zeros([1, masks.concepts.count], type: .float64)
    for start in stride(from: 0, to: masks.pictures, by: step) {
      let range = start..<min(start + step, masks.pictures)
      let on = (maps[range].interpolated(to: size, by: .linear) .> levels.reshaped(-1, 1, 1))
        .to(.float32).permuted(1, 0, 2, 3).reshaped(units, -1)  // [k, b · h · w]
      let pixels = masks.pixels(range)  // [b · h · w, c]
      shared += on.matmul(pixels).to(.float64)
      active += on.sum(over: 1, keep: true).to(.float64)
      shown += pixels.sum(over: 0, keep: true).to(.float64)
    }
    let overlaps = shared / (active + shown - shared).clamped(atLeast: 1)  // [k, c]
    let best = overlaps.largest(over: 1)
    let values = try best.values.values(as: Double.self)
    self.units = zip(try best.indices.places(), values).enumerated().map { unit, found in
      Unit(unit: unit, concept: found.0, overlap: found.1)
    }
    (concepts, self.levels, self.least) = (masks.concepts, levels, least)
  }

  /// The level that `share` of the places of each unit exceed, `[k]`.
  ///
  /// - Throws: `UserError` where that is no place.
  static func levels(of maps: Tensor, share: Double) throws -> Tensor {
    try require(
      maps.rank == 4,
      "maps have shape \(maps.shape), and [pictures, units, height, width] is needed")
    let places = maps.size(0) * maps.size(2) * maps.size(3)
    let above = Int(share * Double(places))
    try require(
      above >= 1 && above < places,
      "units have \(places) places each, of which a share of \(share) is none; more pictures are needed"
    )
    let rows = maps.permuted(1, 0, 2, 3).reshaped(maps.size(1), -1)
    return rows.top(above + 1, along: 1).values.selected(1, above)
  }

  /// Units that detect their concept.
  var detectors: [Unit] { units.filter { $0.overlap > least } }

  /// Number of concepts of `kind`, or of any, that some unit detects.
  func unique(_ kind: String? = nil) -> Int {
    Set(detectors.map(\.concept)).filter { kind == nil || concepts[$0].kind == kind }.count
  }

  /// The unit that overlaps each detected concept most, the largest overlap first.
  var best: [Unit] {
    let all = Dictionary(detectors.map { ($0.concept, $0) }) { $0.overlap >= $1.overlap ? $0 : $1 }
    return all.values.sorted { ($0.overlap, $1.unit) > ($1.overlap, $0.unit) }
  }
}
