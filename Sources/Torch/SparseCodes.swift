import CTorch

/// Codes of which few units of each row are active.
public struct SparseCodes: Sendable {
  /// What the active units are, `[n, k]`; 0 fills up a row that has fewer.
  public let values: Tensor
  /// Which units they are, int32 `[n, k]`.
  public let places: Tensor
  /// Number of units, m.
  public let width: Int

  /// The largest of the numbers above 0 in each row of x Wᵀ + b, `count` of them.
  ///
  /// Gradients touch only these units, and the dense product is never kept.
  /// - Parameters:
  ///   - x: Rows, `[n, d]`.
  ///   - weight: What reads the units, `[m, d]`.
  ///   - bias: `[m]`.
  public init(_ x: Tensor, weight: Tensor, bias: Tensor, largest count: Int) {
    width = weight.size(0)
    do {
      let both = try results("top code", [x, weight, bias], count: 2) { all, out in
        ct_top_code(all[0], all[1], all[2], Int64(count), out)
      }
      (values, places) = (both[0], both[1])
    } catch {
      // Carried, as by every operator.
      let failure =
        error as? TensorError ?? TensorError("top code", shapes: [], reason: "\(error)")
      (values, places) = (Tensor(error: failure), Tensor(error: failure))
    }
  }

  /// The sum of the rows of `weight`, `[m, d]`, that are active, times their values: `[n, d]`.
  public func decoded(by weight: Tensor) -> Tensor {
    op("sparse decode", values, places, weight) { ct_sparse_decode($0, $1, $2) }
  }

  /// All units, `[n, m]`.
  public var dense: Tensor {
    Tensor.zeros([values.size(0), width], device: values.device)
      .scatterAdd(1, places.to(.int64), values)
  }

  /// In how many rows each unit is active, float32 `[m]`.
  public var uses: Tensor {
    Tensor.zeros([width], device: values.device).scatterAdd(
      0, places.flattened().to(.int64), (values.detached() .> 0).to(.float32).flattened())
  }
}

extension Tensor {
  /// Takes out of each row what lies along the row of `units`, whose lengths are 1, in place; both `[m, d]`.
  ///
  /// - Throws: ``TensorError`` where they do not fit.
  public func makeTangent(to units: Tensor) throws {
    _ = try results("tangent", [self, units], count: 0) { all, _ in ct_tangent_rows(all[0], all[1])
    }
  }

  /// Brings each row of this matrix to length 1, in place; a row of zeros stays.
  ///
  /// - Throws: ``TensorError`` where it is no float32 matrix in order.
  public func makeUnitRows() throws {
    _ = try results("unit rows", [self], count: 0) { all, _ in ct_unit_rows(all[0]) }
  }
}
