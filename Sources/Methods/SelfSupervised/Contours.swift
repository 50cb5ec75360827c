import Foundation
import Torch

extension Tensor {
  /// How fast brightness changes at each pixel of images `[n, c, h, w]`, the channels taken together: the length of the
  /// gradient after a Gaussian blur of deviation `blur` pixels, `[n, h, w]`.
  func contourStrength(blur: Double) -> Tensor {
    let (h, w) = (size(2), size(3))
    let wide = blurred(blur).padded([1, 1, 1, 1], by: .replicate)
    let (rows, columns) = (wide.sliced(2, 1, h + 1), wide.sliced(3, 1, w + 1))
    let across = (rows.sliced(3, 2, w + 2) - rows.sliced(3, 0, w)) / 2
    let down = (columns.sliced(2, 2, h + 2) - columns.sliced(2, 0, h)) / 2
    return (across.squared() + down.squared()).sum(over: 1).squareRoot()
  }

  /// Images `[n, c, h, w]` blurred by a Gaussian of this deviation in pixels, to three deviations; 0 leaves them.
  private func blurred(_ deviation: Double) -> Tensor {
    guard deviation > 0 else { return self }
    let reach = Swift.max(1, Int((3 * deviation).rounded(.up)))
    let bell = (-reach...reach).map { step -> Double in
      let share = Double(step) / deviation
      return Foundation.exp(-share * share / 2)
    }
    let total = bell.reduce(0, +)
    let weights = Tensor(bell.map { Float($0 / total) }).to(device)
    let (n, c, h, w) = (size(0), size(1), size(2), size(3))
    let plane = reshaped(n * c, 1, h, w).padded([reach, reach, reach, reach], by: .replicate)
    return plane.convolution(weights.reshaped(1, 1, 1, -1)).convolution(
      weights.reshaped(1, 1, -1, 1)
    )
    .reshaped(n, c, h, w)
  }
}
