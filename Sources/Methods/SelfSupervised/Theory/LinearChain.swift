import Torch

/// A stack of linear layers, the lowest first, as one map.
enum LinearChain {
  /// The products of the lowest layers, one for each layer; the last is the whole map.
  static func products(_ layers: [Tensor]) -> [Tensor] {
    var products = [layers[0]]
    for layer in layers.dropFirst() { products.append(layer.matmul(products[products.count - 1])) }
    return products
  }

  /// The gradients of the layers, from that of the whole map, `products` being theirs.
  static func slopes(_ layers: [Tensor], _ products: [Tensor], ofMap slope: Tensor) -> [Tensor] {
    var above = slope
    var slopes: [Tensor] = []
    for layer in (1..<layers.count).reversed() {
      slopes.append(above.matmul(products[layer - 1].transposed()))
      above = layers[layer].transposed().matmul(above)
    }
    return (slopes + [above]).reversed()
  }

  /// `count` layers of width `d` that are `size` times the identity, with random entries of deviation `jitter` · `size` / √d.
  static func start(
    _ count: Int, width d: Int, size: Double, jitter: Double, _ random: RandomStream
  ) -> [Tensor] {
    (0..<count).map { layer in
      let noise = random.child(layer).normal([d, d], type: .float64) / Double(d).squareRoot()
      return (Tensor.identity(d, type: .float64) + noise * jitter) * size
    }
  }

  /// How strongly each input enters: the norms of the columns of a map.
  ///
  /// - Throws: `TensorError`.
  static func strengths(_ map: Tensor) throws -> [Double] {
    try map.squared().sum(over: 0).squareRoot().values(as: Double.self)
  }
}
