import Learning
import Probability
import Torch

extension Tensor {
  /// The dimension of the features `[n, k]` around each of them, `[n]`, by the moments of the distances to its nearest
  /// `neighbours` among the others: their mean over what it lacks of the farthest.
  ///
  /// Gradients move a point, and not its neighbours.
  ///
  /// - Source: Huang, Campello, Erfani, Ma, Houle & Bailey, *LDReg: local dimensionality regularized self-supervised
  ///   learning*, ICLR 2024, section 4.3; the estimate of Amsaleg et al., *Extreme-value-theoretic estimation of local
  ///   intrinsic dimensionality*, 2018.
  func localDimension(neighbours: Int) -> Tensor {
    let k = Swift.max(2, Swift.min(neighbours, size(0) - 2))
    let squares = squaredDistances(self, detached())  // [n, n]
    // The nearest of all is the point itself. Points at one place have no slope.
    let radii = squares.top(k + 1, along: 1, largest: false).values.sliced(1, 1, k + 1)
      .clamped(atLeast: 1e-12).squareRoot()
    let farthest = radii.sliced(1, k - 1, k).squeezed(1)
    let mean = radii.sliced(1, 0, k - 1).mean(over: 1)
    return mean / (farthest - mean).clamped(atLeast: 1e-6)
  }

  /// The term that raises the geometric mean of the local dimensions of features `[n, k]`, of which there are at least 4.
  func lackOfLocalDimension(weight: Double, neighbours: Int = 64) -> Loss.Term {
    let logarithms = size(0) >= 4 ? localDimension(neighbours: neighbours).log().abs() : Tensor(0)
    return .term("local dimension", -logarithms.mean(), weight: weight)
  }
}
