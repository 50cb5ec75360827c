import Datasets
import Learning
import Torch

extension FDEN.Network: SubspaceEditing {
  public var latents: Int { factors.decomposer.layers.last?.weight.tensor.size(0) ?? 0 }
  /// The factors, that of the class first, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { factors.decomposer(codes(x)) }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    let scale = scale.tensor
    return autoencoder.base.decode(factors.entangler(z) * scale[1] + scale[0])
  }
  /// Standardised codes of the autoencoder, `[n]` + shape to `[n, latents]`.
  func codes(_ x: Tensor) -> Tensor {
    let scale = scale.tensor
    return (autoencoder.base.encode(x) - scale[0]) / scale[1]
  }

  public var editsClasses: Bool { true }
  public var editsFactors: Bool { false }

  public func moved(_ z: Tensor, toClass label: Int, by strength: Double) -> Tensor {
    let (now, style) = factors.halves(z)
    let wanted = means.tensor.selected(0, label).unsqueezed(0)
    return Tensor.concatenate([now + (wanted - now) * strength, style], along: 1)
  }

  public func moved(_ z: Tensor, factor place: Int, by strength: Double) -> Tensor { z }

  /// Factors of the class of `donors` with the rest of others, `[n, k]` each.
  func swapped(_ z: Tensor, classOf donors: Tensor) -> Tensor {
    Tensor.concatenate([factors.halves(donors).label, factors.halves(z).style], along: 1)
  }

  /// Takes in the mean and the deviation of the codes of up to 5,000 training examples.
  ///
  /// - Throws: what reading throws.
  func learnScale(from run: FitRun) throws {
    let codes = try withoutGradients {
      try run.source.train.prefix(5000).chunks(of: 500).map {
        autoencoder.base.encode(try run.source.train.batch($0).moved(to: run.device).x)
      }
    }
    let all = Tensor.concatenate(codes)
    // A unit that the autoencoder does not use stays as small as it is.
    let deviation = all.standardDeviation(over: 0).clamped(atLeast: 1e-3)
    try scale.tensor.assign(Tensor.stack([all.mean(over: 0), deviation]))
  }

  /// Takes in the mean factor of each class, of up to 5,000 training examples.
  ///
  /// - Throws: what reading throws.
  func learnMeans(from run: FitRun) throws {
    let classes = means.tensor.size(0)
    var sums = Tensor.zeros(means.tensor.shape, device: run.device)
    var counts = Tensor.zeros([classes, 1], device: run.device)
    try withoutGradients {
      for chunk in run.source.train.prefix(5000).chunks(of: 500) {
        let batch = try run.source.train.batch(chunk).moved(to: run.device)
        guard let labels = batch.labels else { return }
        let members = labels.oneHot(classes).to(.float32).transposed()  // [classes, n]
        sums += members.matmul(factors.halves(encode(batch.x)).label)
        counts += members.sum(over: 1, keep: true)
      }
      try means.tensor.assign(sums / counts.clamped(atLeast: 1))
    }
  }
}
