import Torch

/// A linear map whose weights count only where a mask is 1, `[…, d]` to `[…, m]`.
public struct MaskedLinear: Module {
  public let linear: Linear
  /// Which outputs see which inputs, `[m, d]`.
  public let mask: Buffer

  /// The outputs of degree b see the inputs of degree a where a < b, or a ≤ b unless `strictly`.
  public init(_ inputs: [Int], _ outputs: [Int], strictly: Bool, _ random: RandomStream) {
    linear = Linear(inputs.count, outputs.count, random)
    let seen = outputs.flatMap { b in inputs.map { a in a < b || (!strictly && a == b) } }
    mask = Buffer(
      Tensor(seen.map { $0 ? Float(1) : 0 }, shape: [outputs.count, inputs.count])
        .to(random.device))
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.linear(linear.weight.tensor * mask.tensor, linear.bias?.tensor)
  }
}

/// Numbers for each of k variables by the variables before it, and by context where there is one:
/// `[n, k]` to as many `[n, k]` as are asked for.
///
/// - Source: Germain, Gregor, Murray & Larochelle, *MADE: Masked Autoencoder for Distribution
///   Estimation*, ICML 2015, arXiv:1502.03509.
public struct MaskedAutoregressiveNetwork: Module {
  public let first: MaskedLinear
  public let context: Linear?
  public let layers: [MaskedLinear]
  public let output: MaskedLinear
  let numbers: Int

  /// For `variables` variables with `numbers` numbers each, hidden layers of widths `hidden`, and
  /// context of `context` features, which all variables see.
  public init(
    _ variables: Int, numbers: Int, hidden: [Int], context: Int = 0, _ random: RandomStream
  ) {
    // Units of degree 0 see nothing but the context, and carry it to the first variable.
    let lowest = context > 0 ? 0 : 1
    let degrees = hidden.map { width in
      (0..<width).map { lowest + $0 % max(variables - lowest, 1) }
    }
    let inputs = Array(1...max(variables, 1))
    let results = (0..<numbers).flatMap { _ in inputs }
    first = MaskedLinear(inputs, degrees.first ?? results, strictly: degrees.isEmpty, random)
    self.context =
      context > 0
      ? Linear(context, degrees.first?.count ?? results.count, bias: false, random) : nil
    layers = zip(degrees, degrees.dropFirst()).map {
      MaskedLinear($0, $1, strictly: false, random)
    }
    output = MaskedLinear(degrees.last ?? inputs, results, strictly: true, random)
    self.numbers = numbers
  }

  public func callAsFunction(_ x: Tensor, _ features: Tensor? = nil) -> [Tensor] {
    var h = first(x)
    if let context, let features { h = h + context(features) }
    h = layers.reduce(h.relu()) { $1($0).relu() }
    return output(h).split(into: numbers, along: 1)
  }
}
