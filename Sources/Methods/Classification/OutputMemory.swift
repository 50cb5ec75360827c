import Networks
import Torch

/// What a network put out for each training example in the last epochs.
struct OutputMemory: Module {
  /// One of `[examples, outputs]` for each epoch that is kept, in turns.
  private let epochs: [Buffer]

  /// A memory that reaches `epochs` back from the present one.
  init(examples: Int, outputs: Int, epochs: Int, device: Device = .cpu) {
    // One more than it reaches back, so that recording the present overwrites nothing that is still read.
    self.epochs = (0...epochs).map { _ in
      Buffer(Tensor.zeros([examples, outputs], device: device))
    }
  }

  /// Keeps `outputs`, `[n, k]`, of the examples at the places `indices`.
  func record(_ outputs: Tensor, of indices: [Int], epoch: Int) {
    // What can fail here has failed in the outputs, which carry it into the loss.
    try? epochs[epoch % epochs.count].tensor.assign(
      outputs.detached(), at: places(indices, outputs.device))
  }

  /// What was kept in `epoch` of the examples at the places `indices`, `[n, k]`.
  func outputs(of indices: [Int], epoch: Int) -> Tensor {
    let kept = epochs[epoch % epochs.count].tensor
    return kept.indexSelect(0, places(indices, kept.device))
  }

  private func places(_ indices: [Int], _ device: Device) -> Tensor {
    Tensor(indices.map(Int64.init), shape: [indices.count]).to(device)
  }
}
