import Networks
import Torch

/// Writes new examples token by token, with no code between them and chance.
public protocol Writing {
  /// `count` new examples, `[count]` + shape, each token chosen as `choice` says.
  func written(_ count: Int, _ choice: TokenChoice, _ random: RandomStream) -> Tensor
}

extension LanguageModel.Network: Writing {
  public func written(_ count: Int, _ choice: TokenChoice, _ random: RandomStream) -> Tensor {
    let device = random.device, length = reader.length
    let start = Tensor.zeros([count, 1], type: .int64, device: device)
    let end = Tensor([0]).to(device), isText = reader.isText
    let rows = withoutGradients {
      transformer.continued(start, by: length) { logits, _ in
        // The end of a text is no level of a number.
        choice.draw(isText ? logits : logits.indexFill(1, end, -.infinity), random)
      }
    }
    guard let tokens = try? rows.sliced(1, 1, length + 1).to(.cpu).places() else { return rows }
    return reader.examples(
      stride(from: 0, to: tokens.count, by: max(length, 1)).map {
        Array(tokens[$0..<$0 + length])
      }, device)
  }
}
