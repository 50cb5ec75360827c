import Torch

/// Von Mises–Fisher distributions on the unit sphere: densities ∝ e^(κ μ·z).
///
/// - Source: Wood, *Simulation of the von Mises Fisher distribution*, Communications in Statistics 1994; gradients as in
///   Davidson, Falorsi, De Cao, Kipf & Tomczak, *Hyperspherical variational auto-encoders*, UAI 2018, without the small
///   term of the acceptance.
struct VonMisesFisher {
  /// Mean directions `[n, m]` of unit length, m ≥ 3.
  let mean: Tensor
  /// Concentrations `[n]`, above 0.
  let concentration: Tensor

  /// Proposals for each draw; the first that is accepted counts, and of ten thousand draws about one has none.
  private static let proposals = 8

  /// `count` draws of each, `[count, n, m]`, through which gradients pass to means and concentrations.
  func draws(_ count: Int, _ random: RandomStream) -> Tensor {
    let (n, m) = (mean.size(0), mean.size(1))
    let along = cosines([count, n], random.child("cosines")).unsqueezed(-1)
    let noise = random.child("tangents").normal([count, n, m], type: mean.dtype)
    let tangent = (noise - (noise * mean).sum(over: -1, keep: true) * mean).ofUnitLength
    return along * mean + (1 - along.squared()).clamped(atLeast: 1e-12).squareRoot() * tangent
  }

  /// Cosines of the angles between draws and means.
  private func cosines(_ shape: [Int], _ random: RandomStream) -> Tensor {
    let kappa = concentration.expanded(shape).unsqueezed(0)
    let free = Double(mean.size(1) - 1)
    let b = free / (kappa * 2 + (kappa.squared() * 4 + free * free).squareRoot())
    let offered = [Self.proposals] + shape
    func half(_ name: String) -> Tensor {
      random.child(name).gamma(.full(offered, free / 2, type: mean.dtype, device: mean.device))
    }
    let (one, other) = (half("one"), half("other"))
    let beta = one / (one + other).clamped(atLeast: 1e-30)
    let w = (1 - (1 + b) * beta) / (1 - (1 - b) * beta)  // [proposals, count, n]
    let accepted = withoutGradients {
      let x = (1 - b) / (1 + b)
      let bar = kappa * x + (1 - x.squared()).log() * free
      let level = kappa * w + (1 - x * w).log() * free - bar
      let dice = random.child("dice").uniform(offered, type: mean.dtype)
      // The first accepted is the largest of what falls from one proposal to the next.
      let order = Tensor.range(0, Double(Self.proposals), type: mean.dtype, device: mean.device)
        .reshaped([Self.proposals] + shape.map { _ in 1 })
      let fits = level .>= dice.clamped(atLeast: 1e-30).log()
      return fits.choose(Double(Self.proposals) - order, -order / 100)
        .largest(over: 0, keep: true).indices
    }
    return w.gather(0, accepted).squeezed(0)
  }
}
