import Datasets
import Networks
import Torch

/// A vector for each column of a table, `[n]` + shape to `[n, c, width]`: a number times a learned vector, or the learned
/// vector of a category, and one that says which column it is.
///
/// - Source: Gorishniy, Rubachev, Khrulkov & Babenko, *Revisiting deep learning models for tabular data*, NeurIPS 2021,
///   arXiv:2106.11959, section 3.3.
struct ColumnTokens: Module {
  /// Of the inputs, `[d, width]`.
  let weight: Parameter
  /// Of the columns, `[c, width]`.
  let bias: Parameter
  /// The column of each input, `[d]`, where some column has several.
  private let owners: Tensor?
  private let inputs: Int
  /// Number of columns, c.
  let count: Int

  init(_ domain: Domain, width: Int, _ random: RandomStream) {
    let places = Self.columns(of: domain)
    inputs = domain.size
    count = (places.last ?? 0) + 1
    owners = count == inputs ? nil : Tensor(places.map(Int64.init)).to(random.device)
    let initial = Initialiser.fanInUniform
    weight = Parameter(initial([inputs, width], random))
    bias = Parameter(initial([count, width], random))
  }

  /// The column of each input: inputs `column=value` that follow each other are one, every other is its own.
  static func columns(of domain: Domain) -> [Int] {
    guard domain.columns.count == domain.size else { return Array(0..<domain.size) }
    var places: [Int] = [], last: Substring?
    for name in domain.columns {
      let column = name.firstIndex(of: "=").map { name[..<$0] }
      let isNew = column == nil || column != last
      places.append((places.last ?? -1) + (isNew ? 1 : 0))
      last = column
    }
    return places
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let x = x.flattened(from: 1)
    guard x.rank == 2, x.size(1) == inputs else {
      let reason = "rows of \(inputs) numbers are read"
      return Tensor(error: x.error ?? TensorError("columns", shapes: [x.shape], reason: reason))
    }
    let each = x.unsqueezed(-1) * weight.tensor  // [n, d, width]
    guard let owners else { return each + bias.tensor }
    let empty = Tensor.zeros([x.size(0)] + bias.tensor.shape, device: x.device)
    return empty.indexAdd(1, owners, each) + bias.tensor
  }
}
