import CTorch

/// Points laid out for searches among them: cells of points, each in panels that lie side by side in memory.
///
/// One cell holds all points where a search is to be exact; a search that looks in some of many cells is approximate.
public struct PointCells: Sendable {
  /// Where a search looks: row `i` in the cells from `cells[starts[lists[i]]]` up to `cells[starts[lists[i] + 1]]`.
  public struct Probes: Sendable {
    let lists, starts, cells: Tensor

    /// All rows, `count` of them, look in `cells`.
    public init(everyRow count: Int, in cells: [Int]) {
      lists = Tensor.zeros([count], type: .int32)
      starts = Tensor([0, Int64(cells.count)])
      self.cells = Tensor(cells.map { Int32($0) })
    }

    /// Row `i` looks in the cells of list `lists[i]`, int32 `[q]`.
    public init(lists: Tensor, of cells: [[Int]]) {
      self.lists = lists
      var starts: [Int64] = [0]
      for list in cells { starts.append((starts.last ?? 0) + Int64(list.count)) }
      self.starts = Tensor(starts)
      self.cells = Tensor(cells.joined().map { Int32($0) })
    }
  }

  /// How many cells there are.
  public let count: Int
  private let panels, ids, firsts: Tensor

  /// Points, float32 `[n, d]`, in one cell.
  ///
  /// - Throws: ``TensorError`` that the points carry.
  public init(_ points: Tensor) throws {
    let n = points.size(0)
    try self.init(
      points, order: Tensor.range(0, Double(n), type: .int32), starts: [0, n])
  }

  /// Points, float32 `[n, d]`, whose places, int32 `[n]`, `order` has cell by cell, each from `starts[c]` on.
  ///
  /// - Throws: ``TensorError`` where shapes do not fit.
  public init(_ points: Tensor, order: Tensor, starts: [Int]) throws {
    let starts = Tensor(starts.map { Int64($0) })
    let all = try results("panels", [points, order, starts], count: 3) { inputs, out in
      ct_panels(inputs[0], inputs[1], inputs[2], out)
    }
    (panels, ids, firsts) = (all[0], all[1], all[2])
    count = starts.count - 1
  }

  /// Neighbours of points, nearest first and ties by place, for all of them or as far as a search has come.
  public struct Lists: Sendable {
    /// Squared distances, float32 `[n, k]`; infinite where there are fewer points.
    public let distances: Tensor
    /// Places of the neighbours, int32 `[n, k]`; −1 where there are fewer points.
    public let places: Tensor

    /// Lists of `k` neighbours for `n` points, to be filled.
    public init(_ n: Int, _ k: Int) {
      distances = Tensor.full([n, k], .infinity)
      places = Tensor.full([n, k], -1, type: .int32)
    }
  }

  /// Fills the rows `rows`, int32 `[q]` and each once, of `lists` with the points nearest to those rows of
  /// `queries`, float32 `[m, d]`, in place.
  ///
  /// - Parameter apart: The queries are the points themselves, and none is its own neighbour.
  /// - Throws: ``TensorError`` where shapes do not fit.
  public func search(
    _ queries: Tensor, rows: Tensor, in probes: Probes, apart: Bool, into lists: Lists
  ) throws {
    let inputs = [
      queries, rows, probes.lists, panels, ids, firsts, probes.starts, probes.cells,
      lists.distances, lists.places,
    ]
    _ = try results("nearest", inputs, count: 0) { all, _ in
      ct_nearest(
        all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7], apart, all[8], all[9])
    }
  }

  /// How many points, itself apart, are nearer to row `rows[i]` of the points, float32 `[n, d]`, than the point
  /// `others[i][j]`, ties by place: int32 `[q, m]` for rows `[q]` and others `[q, m]`, both int32.
  public func ranks(_ points: Tensor, rows: Tensor, of others: Tensor) -> Tensor {
    op("ranks", all: [points, rows, panels, ids, others]) { all, _ in
      ct_ranks(all[0], all[1], all[2], all[3], all[4])
    }
  }
}

/// Runs an operator with several results, or none, whose failure is thrown.
func results(
  _ name: String, _ inputs: [Tensor], count: Int,
  _ body: (Handles, UnsafeMutablePointer<Handle?>) -> Bool
) throws -> [Tensor] {
  for input in inputs { try input.checked() }
  return try withHandles(inputs) { handles, _ in
    try withUnsafeTemporaryAllocation(of: Handle?.self, capacity: max(count, 1)) { out in
      out.initialize(repeating: nil)
      guard let start = out.baseAddress, body(handles, start) else {
        throw TensorError(name, shapes: inputs.map(\.shape), reason: String(cString: ct_error()))
      }
      return out.prefix(count).map { Tensor($0, name, inputs) }
    }
  }
}
