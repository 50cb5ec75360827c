import Files

/// The regions of an image as a tree: the two neighbours with the weakest border become one, again and again, until
/// one region is left.
///
/// How far two pixels are apart is the strength of the border at which their regions meet, as a share of the
/// strongest at which two of the image do. That is an ultrametric: of three distances among three pixels the two
/// largest are equal.
///
/// - Source: Arbeláez, Maire, Fowlkes & Malik, *Contour detection and hierarchical image segmentation*, PAMI 2011,
///   section 4.2, the ultrametric contour map; contours are given, here lengths of gradients.
/// - Departs: a contour has one strength at a pixel and none by orientation.
struct RegionTree {
  /// Leaf that each pixel lies in, row by row.
  let regions: [Int]
  /// Number of leaves, r.
  let leaves: Int
  /// Node that each node was merged into; of 2 r − 1 nodes the leaves come first and the root, its own parent, last.
  private(set) var parents: [Int]
  /// Share of the strongest border at which a node was made, 0 for leaves, never above that of its parent.
  private(set) var heights: [Double]

  /// Borders of two regions: their mean strength is what merging goes by.
  private struct Border {
    var sum: Double
    var length: Int

    var strength: Double { sum / Double(length) }

    mutating func extend(by other: Border) {
      sum += other.sum
      length += other.length
    }
  }

  /// A border in line to be merged over, weakest first, of equals that of the older regions.
  private struct Candidate: Comparable {
    let strength: Double
    let first: Int
    let second: Int

    static func < (a: Candidate, b: Candidate) -> Bool {
      (a.strength, a.first, a.second) < (b.strength, b.first, b.second)
    }
  }

  /// The tree of an image of `height` rows whose contours are as strong as `contours` say, row by row; a border
  /// between two pixels is as strong as the stronger of them.
  init(_ contours: ArraySlice<Float>, height: Int, width: Int) {
    let watershed = Watershed(contours, height: height, width: width)
    regions = watershed.basins
    leaves = watershed.count
    parents = Array(0..<leaves)
    heights = Array(repeating: 0, count: leaves)
    var borders = [[Int: Border]](repeating: [:], count: leaves)
    watershed.forEachBorder { pixel, neighbour in
      let strength = max(
        contours[contours.startIndex + pixel], contours[contours.startIndex + neighbour])
      let (a, b) = (watershed.basins[pixel], watershed.basins[neighbour])
      let piece = Border(sum: Double(strength), length: 1)
      borders[a][b, default: Border(sum: 0, length: 0)].extend(by: piece)
      borders[b][a, default: Border(sum: 0, length: 0)].extend(by: piece)
    }
    merge(&borders)
    let greatest = heights.last ?? 0
    if greatest > 0 { heights = heights.map { $0 / greatest } }
  }

  private mutating func merge(_ borders: inout [[Int: Border]]) {
    var line = MinimumHeap(
      borders.indices.flatMap { a in
        borders[a].filter { $0.key > a }.map {
          Candidate(strength: $0.value.strength, first: a, second: $0.key)
        }
      })
    while let next = line.pop() {
      // A region that was merged has a node of its own since.
      guard parents[next.first] == next.first, parents[next.second] == next.second else { continue }
      let node = parents.count
      parents.append(node)
      // Means of means may fall by rounding.
      heights.append(max(next.strength, heights[next.first], heights[next.second]))
      var joined = borders[next.first].filter { $0.key != next.second }
      joined.merge(borders[next.second].filter { $0.key != next.first }) { one, other in
        var both = one
        both.extend(by: other)
        return both
      }
      for (region, border) in joined {
        borders[region][next.first] = nil
        borders[region][next.second] = nil
        borders[region][node] = border
        line.push(Candidate(strength: border.strength, first: region, second: node))
      }
      for part in [next.first, next.second] {
        parents[part] = node
        borders[part] = [:]
      }
      borders.append(joined)
    }
  }

  /// How far the leaves `a` and `b` are apart, from 0 to 1.
  func distance(_ a: Int, _ b: Int) -> Double {
    var (a, b) = (a, b)
    // A parent is always younger than its parts.
    while a != b { if a < b { a = parents[a] } else { b = parents[b] } }
    return heights[a]
  }

  /// The region of each pixel once all whose distance is at most `height` are one, row by row: the number of the
  /// node.
  func regions(cutAt height: Double) -> [Int] {
    var tops = Array(parents.indices)
    for node in parents.indices.reversed() {
      let parent = parents[node]
      if parent != node, heights[parent] <= height { tops[node] = tops[parent] }
    }
    return regions.map { tops[$0] }
  }
}
