import Torch

/// Neurons, or the moments of infinitely many.
enum QuadraticState {
  case neurons(Tensor)
  case field(WeightMoments)

  init(_ training: QuadraticTraining, _ random: RandomStream) {
    let d = training.dimension
    self =
      training.neurons.map { .neurons(random.normal([$0, d], type: .float64)) }
      ?? .field(WeightMoments(dimension: d))
  }

  var moments: WeightMoments {
    switch self {
    case .neurons(let weights): WeightMoments(weights)
    case .field(let moments): moments
    }
  }

  func predictions(_ x: Tensor, _ student: QuadraticStudent) -> Tensor {
    switch self {
    case .field(let moments): return moments.predictions(x, student)
    case .neurons(let weights):
      let h = weights.matmul(x.transposed())  // [n, p]
      return (h + h.squared() * (student.curvature / 2)).mean(over: 0) * student.scale
    }
  }

  mutating func step(
    _ x: Tensor, _ residuals: Tensor, _ student: QuadraticStudent, _ rate: Double
  ) {
    switch self {
    case .field(let moments):
      self = .field(moments.stepped(x, residuals, student, rate: rate))
    case .neurons(let weights):
      let slopes = weights.matmul(x.transposed()) * student.curvature + 1  // φ′, [n, p]
      let gradient = (slopes * residuals.unsqueezed(0)).matmul(x)
      self = .neurons(weights - gradient * (2 * rate / student.scale / Double(x.size(0))))
    }
  }
}
