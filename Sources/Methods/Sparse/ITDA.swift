import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// Inference-time decomposition: a dictionary of examples themselves, each taken where the ones before it did not write
/// it well by matching pursuit; atoms have names that two models' dictionaries can be compared by.
///
/// - Source: Leask, Nanda & Al Moubayed, *Inference-time decomposition of activations (ITDA)*, ICML 2025,
///   arXiv:2505.17769, algorithm 1, with the authors' code at github.com/pleask/itda.
/// - Departs: the first atoms are the first examples, where the code takes the most frequent rows of a batch.
public struct ITDA: Recipe {
  public static let card = Card(
    id: "itda", title: "Inference-time decomposition of activations",
    source:
      "Leask, Nanda & Al Moubayed, Inference-time decomposition of activations (ITDA), ICML 2025, arXiv:2505.17769",
    system: "S145",
    summary:
      "Writes examples as sums of few of those that the ones before could not write: no training, one pass, and "
      + "atoms that say which example they are.")

  /// Most atoms of the dictionary, m.
  public var latents = 512
  /// Atoms chosen for an example, k.
  public var active = 16
  /// Mean squared difference of an example and what is written of it, both at length 1, above which it becomes an atom.
  public var threshold = 0.001
  /// Examples that are written with the same dictionary before it grows.
  public var batch = 128

  public init() {}

  public struct Network: Module {
    /// Directions of length 1, zeros where no atom was wanted, `[m, d]`.
    public let atoms: Buffer
    /// The place of each atom among the training examples, −1 for none, `[m]`.
    public let places: Buffer
    let active: Int
    let shape: [Int]

    /// Places of the examples that became atoms.
    ///
    /// - Throws: `TensorError`.
    public func names() throws -> Set<Int> { Set(try places.tensor.places().filter { $0 >= 0 }) }
  }

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      (2...10_000_000) ~= latents, "--latents \(latents): must be from 2 to 10000000 atoms")
    try require(
      (1...latents) ~= active,
      "--active \(active): must be from 1 to --latents, which is \(latents)")
    try require(
      threshold >= 0 && threshold.isFinite, "--threshold \(threshold): must be at least 0")
    try require(batch >= 1, "--batch \(batch): at least 1 example is needed")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let none = Tensor.zeros([latents], type: .int64, device: random.device) - 1
    return Network(
      atoms: Buffer(Tensor.zeros([latents, domain.size], device: random.device)),
      places: Buffer(none), active: active, shape: domain.shape)
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    let examples = run.source.train
    try require(examples.count > 0, "\(run.source.name) has no training examples")
    return try run.timed {
      try withoutGradients {
        var count = 0
        for chunk in examples.chunks(of: batch) where count < latents {
          if run.shouldStop() { throw TrainingError.stopped(step: count, steps: latents) }
          let x = try examples.batch(chunk).moved(to: run.device).x.flattened(from: 1)
          // Fewer atoms than inputs write nothing well.
          let missing = try wanted(x, network, first: max(0, run.source.domain.size - count))
            .prefix(latents - count)
          guard !missing.isEmpty else { continue }
          let rows = Tensor(missing.map(Int64.init))
          let chosen = x.indexSelect(0, rows.to(run.device))
          let length = chosen.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
          let slots = Tensor((count..<count + missing.count).map(Int64.init)).to(run.device)
          try network.atoms.tensor.assign(chosen / length, at: slots)
          let names = Tensor(missing.map { Int64(chunk[chunk.startIndex + $0]) })
          try network.places.tensor.assign(names.to(run.device), at: slots)
          count += missing.count
        }
      }
    }
  }

  /// Rows of `x` that become atoms: the first ones at the start, and those that are not written well.
  private func wanted(_ x: Tensor, _ network: Network, first: Int) throws -> [Int] {
    let start = Array(0..<min(first, x.size(0)))
    guard start.count < x.size(0) else { return start }
    let written = network.decode(network.encode(x)).flattened(from: 1)
    func unit(_ x: Tensor) -> Tensor { x / x.norm(over: 1, keep: true).clamped(atLeast: 1e-9) }
    let errors = (unit(x) - unit(written)).squared().mean(over: 1)
    let poor = try (errors .> threshold).nonzero().flattened().places()
    return start + poor.filter { $0 >= start.count }
  }
}

extension ITDA.Network: Encoding, Decoding {
  public var latents: Int { atoms.tensor.size(0) }
  /// How much of each atom there is, `[n]` + shape to `[n, m]`.
  public func encode(_ x: Tensor) -> Tensor {
    MatchingPursuit(atoms: atoms.tensor, choices: active).codes(x.flattened(from: 1))
  }
  /// Sums of atoms, `[n, m]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    z.matmul(atoms.tensor).reshaped([z.size(0)] + shape)
  }
}
