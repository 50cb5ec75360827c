import Learning
import Networks
import Torch

extension LanguageModel.Network {
  /// The windows of examples `[n]` + shape, each row scored from its beginning; later windows see half of the one before.
  private func parts(_ x: Tensor) -> [TokenWindows] {
    let length = transformer.form.context
    return TokenWindows(reader.rows(x).tokens, of: length, overlap: length / 2, x.device)
      .parts(vocabulary: transformer.form.vocabulary)
  }

  /// An error where examples are not of the shape that the network was made for.
  private func refusal(_ x: Tensor) -> Tensor? {
    if x.error != nil { return x }
    guard x.rank > 0, x.flattened(from: 1).size(1) != reader.length else { return nil }
    let reason = "an example has \(reader.length) numbers"
    return Tensor(error: TensorError("language model", shapes: [x.shape], reason: reason))
  }

  /// Sums over the windows of each of `n` rows, `[windows, …]` to `[n, …]`.
  private func sums(_ parts: [(values: Tensor, owners: [Int])], rows n: Int) -> Tensor {
    let values = Tensor.concatenate(parts.map(\.values))
    let owners = Tensor(parts.flatMap(\.owners)).to(values.device)
    return Tensor.zeros([n] + values.shape.dropFirst(), device: values.device)
      .indexAdd(0, owners, values)
  }

  /// log p of each example, nats, `[n]`; a density where its inputs are real numbers.
  public func logProbability(of x: Tensor) -> Tensor {
    if let refusal = refusal(x) { return refusal }
    let told = parts(x).map { (losses($0).sum(over: 1), $0.owners) }
    guard !told.isEmpty else { return Tensor.zeros([x.size(0)], device: x.device) }
    return reader.logScale(x) - sums(told, rows: x.size(0))
  }
}

extension LanguageModel.Network: Encoding, Bounding {
  /// Means over the tokens of an example of the vectors after the last norm, `[n]` + shape to `[n, width]`.
  public func encode(_ x: Tensor) -> Tensor {
    if let refusal = refusal(x) { return refusal }
    let told = parts(x).map { windows -> (Tensor, [Int]) in
      let counted = (windows.targets .>= 0).to(.float32).unsqueezed(2)
      let h = (transformer.hidden(windows.inputs) * counted).sum(over: 1)
      return (Tensor.concatenate([h, counted.sum(over: 1)], along: 1), windows.owners)
    }
    guard !told.isEmpty else { return Tensor.zeros([x.size(0), transformer.form.width]) }
    let all = sums(told, rows: x.size(0)), width = transformer.form.width
    return all.sliced(1, 0, width) / all.sliced(1, width, width + 1).clamped(atLeast: 1)
  }

  /// log p(x), nats, `[n]`: no code stands between, so that the bound is the likelihood.
  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor { logProbability(of: x) }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    logProbability(of: x).unsqueezed(0).expanded([draws, x.size(0)])
  }
}
