import Learning
import Networks
import Torch

/// For each unit of a code a few numbers that it can take, which are learned.
///
/// - Source: Hsu et al., *Disentanglement via Latent Quantization*, NeurIPS 2023, arXiv:2305.18378, section 4.
struct ScalarCodebooks: Module {
  /// The numbers of each unit, `[k, v]`.
  let values: Parameter

  /// `values` numbers for each of `units`, evenly from −1/2 to 1/2.
  init(_ units: Int, values: Int, device: Device = .cpu) {
    let places = Tensor.range(0, Double(values), type: .float32, device: device)
    let grid = places / Double(values - 1) - 0.5
    self.values = Parameter(grid.unsqueezed(0).expanded([units, values]).copied())
  }

  /// The number nearest to each unit of `z`, `[n, k]`, and its place among the unit's, int64 `[n, k]`.
  func nearest(_ z: Tensor) -> (values: Tensor, places: Tensor) {
    let distances = withoutGradients {
      (z.detached().unsqueezed(2) - values.tensor.detached().unsqueezed(0)).abs()  // [n, k, v]
    }
    let places = distances.argmin(over: 2)
    return (values(at: places), places)
  }

  /// The numbers at these places, int64 `[n, k]` to `[n, k]`.
  func values(at places: Tensor) -> Tensor {
    let (n, units) = (places.size(0), places.size(1))
    let table = values.tensor.unsqueezed(0).expanded([n, units, values.tensor.size(1)])
    return table.gather(2, places.unsqueezed(2)).squeezed(2)
  }
}

extension ParameterGroup {
  /// All weights of `network` as a group that decays by the training's weight decay, and its biases, scales and the
  /// part called `spared` as one that does not.
  static func decayingWeights(of network: any Module, sparing spared: String) -> [ParameterGroup] {
    let (weights, rest) = network.namedParameters.reduce(into: ([Tensor](), [Tensor]())) {
      let decays = $1.parameter.tensor.rank > 1 && !$1.name.hasPrefix(spared + ".")
      if decays { $0.0.append($1.parameter.tensor) } else { $0.1.append($1.parameter.tensor) }
    }
    return [ParameterGroup(weights), ParameterGroup(rest, weightDecay: 0)]
  }
}
