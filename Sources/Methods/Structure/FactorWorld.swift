import Probability
import Torch

/// A table whose factors are known: most variables load on one, some on two, and the factors are correlated.
struct FactorWorld {
  var variables = 100
  var factors = 10
  /// Share of the variables that load on two factors.
  var shared = 0.1
  /// Sizes of the loadings of the others; a variable with two has 0.6 of such a size on each.
  var loadings = 0.7...0.9
  /// Correlation of every two factors.
  var correlation = 0.2

  /// The structure, and `rows` examples of it.
  func sample(rows: Int, _ seed: Seed) throws -> (truth: FactorStructure, values: Tensor) {
    var random = SplitMix(seed.child("loadings"))
    var members = [[Int]](repeating: [], count: factors)
    var matrix = [Double](repeating: 0, count: variables * factors)
    var noise = [Double](repeating: 0, count: variables)
    for variable in 0..<variables {
      let first = variable % factors
      var own = [first]
      if Double(variable / factors) < shared * Double(variables) / Double(factors) {
        own.append((first + 1 + Int(random.next(upperBound: UInt64(factors - 1)))) % factors)
      }
      let sign: Double = random.uniform() < 0.5 ? -1 : 1
      for factor in own {
        let width = loadings.upperBound - loadings.lowerBound
        let size = loadings.lowerBound + width * random.uniform()
        matrix[variable * factors + factor] = sign * size * (own.count == 1 ? 1 : 0.6)
        members[factor].append(variable)
      }
      let parts = own.map { matrix[variable * factors + $0] }
      let cross = parts.count == 2 ? 2 * correlation * parts[0] * parts[1] : 0
      noise[variable] = max(0.05, 1 - parts.reduce(cross) { $0 + $1 * $1 }).squareRoot()
    }
    let stream = RandomStream(seed.child("rows"))
    let common = stream.normal([rows, 1], type: .float64) * correlation.squareRoot()
    let own = stream.normal([rows, factors], type: .float64) * (1 - correlation).squareRoot()
    let signal = (common + own).matmul(Tensor(matrix, shape: [variables, factors]).transposed())
    let rest = stream.normal([rows, variables], type: .float64) * Tensor(noise)
    let structure = FactorStructure(members: members, variables: variables)
    return (structure, try (signal + rest).checked())
  }
}
