import Files

/// The edges of a Vietoris–Rips complex in order, and the reduction of their coboundaries that pairs each loop with the
/// triangle that fills it.
struct CoboundaryReduction {
  /// An edge between points `far` > `near`.
  private struct Edge {
    let length: Double
    let far: Int
    let near: Int
  }

  /// A triangle and the length of its longest edge; ordered by that, then by the place among all triangles.
  private struct Triangle: Comparable {
    let length: Double
    let place: Int

    static func < (a: Triangle, b: Triangle) -> Bool {
      (a.length, a.place) < (b.length, b.place)
    }
  }

  private let distances: [[Double]]
  /// Beyond this distance one point is joined to all others, and nothing is left but one component.
  private let reach: Double
  private var edges: [Edge] = []
  /// Whether an edge, by place, joined two components, so that it closes no loop.
  private var joins: [Bool] = []
  /// Which column owns a triangle, by the triangle's place.
  private var owners: [Int: Int] = [:]
  /// Edges whose coboundaries add up to a column that was reduced, the column's own among them.
  private var sums: [Int: [Int]] = [:]

  /// The complex of points with these distances, a row of each.
  init(_ distances: [[Double]]) {
    self.distances = distances
    reach = distances.map { $0.max() ?? 0 }.min() ?? 0
    for far in distances.indices {
      for near in 0..<far where distances[far][near] <= reach {
        edges.append(Edge(length: distances[far][near], far: far, near: near))
      }
    }
    edges.sort { ($0.length, $0.far, $0.near) < ($1.length, $1.far, $1.near) }
    joins = Array(repeating: false, count: edges.count)
  }

  /// Joins points edge by edge; the lengths at which components met.
  mutating func joinComponents() -> [Double] {
    var parents = Array(distances.indices)
    func root(_ point: Int) -> Int {
      var point = point
      while parents[point] != point {
        parents[point] = parents[parents[point]]
        point = parents[point]
      }
      return point
    }
    var lengths: [Double] = []
    for (place, edge) in edges.enumerated() {
      let (a, b) = (root(edge.far), root(edge.near))
      guard a != b else { continue }
      parents[a] = b
      joins[place] = true
      lengths.append(edge.length)
    }
    return lengths
  }

  /// The loops that last, after components were joined.
  mutating func pairLoops() -> [VietorisRips.Bar] {
    var bars: [VietorisRips.Bar] = []
    for column in edges.indices.reversed() where !joins[column] {
      guard let pivot = reduce(column), pivot.length > edges[column].length else { continue }
      bars.append(VietorisRips.Bar(birth: edges[column].length, death: pivot.length))
    }
    return bars
  }

  /// The triangle that the column's coboundary, with those of earlier columns added, begins with.
  private mutating func reduce(_ column: Int) -> Triangle? {
    var first: Triangle?
    eachTriangle(on: column) { triangle in
      if let found = first, found < triangle { return }
      first = triangle
    }
    guard let seen = first else { return nil }
    // Most columns are paired at once.
    guard owners[seen.place] != nil else {
      own(seen, column, [column])
      return seen
    }
    var heap = MinimumHeap<Triangle>()
    var added: [Int: Bool] = [:]
    func add(_ edge: Int) {
      added[edge] = !(added[edge] ?? false)
      eachTriangle(on: edge) { heap.push($0) }
    }
    add(column)
    while let pivot = heap.popOdd() {
      guard let owner = owners[pivot.place] else {
        own(pivot, column, added.filter(\.value).keys.sorted())
        return pivot
      }
      heap.push(pivot)
      for edge in sums[owner] ?? [] { add(edge) }
    }
    return nil
  }

  private mutating func own(_ triangle: Triangle, _ column: Int, _ edges: [Int]) {
    owners[triangle.place] = column
    sums[column] = edges
  }

  /// The triangles within reach that an edge belongs to.
  private func eachTriangle(on column: Int, _ body: (Triangle) -> Void) {
    let edge = edges[column]
    let (a, b) = (distances[edge.far], distances[edge.near])
    for third in distances.indices where third != edge.far && third != edge.near {
      let length = max(edge.length, a[third], b[third])
      guard length <= reach else { continue }
      let high = max(edge.far, third), low = min(edge.near, third)
      let middle = edge.far + edge.near + third - high - low
      let place = high * (high - 1) * (high - 2) / 6 + middle * (middle - 1) / 2 + low
      body(Triangle(length: length, place: place))
    }
  }
}
