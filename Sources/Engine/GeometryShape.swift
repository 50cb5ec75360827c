import Evaluation
import Geometry
import Torch

/// How codes are spread over their space, and whether they go round holes in it.
struct GeometryShape {
  /// Codes that the spread is measured on, at most.
  static let most = 5000
  /// Codes that loops are looked for among: all pairs and triples of them count.
  static let landmarks = 200

  /// Loops that are more than chance.
  let loops: Int
  let lines: [GeometryVerb.Line]

  /// The shape of `codes`, `[n, k]`; nothing of the spread for fewer than 20.
  init(_ codes: Tensor, _ seed: UInt64) throws {
    let rows = codes.size(0)
    func some(_ limit: Int) -> Tensor {
      let places = Embeddings.places(limit, of: rows, seed)
      return codes.indexSelect(0, Tensor(places.map { Int64($0) }))
    }
    let few = some(Self.landmarks)
    let homology = try VietorisRips(few)
    loops = homology.significantLoops()
    let gaps = homology.components
    var lines: [GeometryVerb.Line] = []
    if rows >= 20 {
      let spread = try SpreadFigures(some(Self.most), Seed(seed).child("normal"))
      lines = SpreadMeasure.proposed.map { measure in
        GeometryVerb.Line(
          key: Self.key(measure), title: measure.title, value: spread.values[measure] ?? .nan,
          note:
            "\(measure.sign > 0 ? "larger" : "smaller") is more spread, beside the standard normal")
      }
    }
    self.lines =
      lines + [
        GeometryVerb.Line(
          key: "loops", title: "loops", value: Double(loops),
          note: "round holes, more than chance has, of \(few.size(0)) codes"),
        GeometryVerb.Line(
          key: "longestLoop", title: "longest loop",
          value: homology.loops.first.map { min($0.ratio, 1e9) } ?? 1,
          note: "distance at which it is filled, over that at which it closes"),
        GeometryVerb.Line(
          key: "largestGap", title: "largest gap",
          value: gaps.median > 0 ? (gaps.last ?? 0) / gaps.median : .nan,
          note: "between groups of codes, over the usual gap between codes"),
      ]
  }

  /// The measure's name as a field.
  private static func key(_ measure: SpreadMeasure) -> String {
    let words = measure.rawValue.split(separator: "-")
    return words.dropFirst().reduce(String(words[0])) {
      $0 + $1.prefix(1).uppercased() + $1.dropFirst()
    }
  }
}
