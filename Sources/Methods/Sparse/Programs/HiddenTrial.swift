import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// One set of embeddings, and how well each kind of direction follows the hidden variables.
struct HiddenTrial {
  /// What may follow a hidden variable.
  enum Arm: String, CaseIterable {
    case sparse = "sparse autoencoder"
    case penalised = "sparse autoencoder, L1"
    case neurons = "neurons"
    case principal = "principal components"
    case independent = "independent components"
    case random = "random directions"
    case probe = "supervised probe"

    /// Those that the command shows; the penalty of the other takes long to match.
    static let shown = allCases.filter { $0 != .penalised }
  }

  let vectors: HiddenVectors
  let arms: SparseArms

  /// Dictionaries of the size and budget that `study` says; `name` is what choices of learning rates are kept by.
  init(
    _ vectors: HiddenVectors, _ study: SAEForBiology, _ lab: Lab, _ seed: Seed, as name: String
  ) throws {
    self.vectors = vectors
    var split = SourceOptions()
    split.validation = 0.1
    let source = try Source.made(
      name, train: MadeExamples(vectors.train.embeddings),
      test: MadeExamples(vectors.test.embeddings), split)
    arms = SparseArms(
      lab: lab, seed: seed.child("dictionaries"), source: source, vectors: name,
      latents: study.latents, active: study.active,
      batch: max(1, min(256, source.train.count / 8)), steps: study.steps, rates: study.rates)
  }

  /// The units of an arm.
  ///
  /// - Throws: what fitting throws.
  func codes(_ arm: Arm) throws -> UnitCodes {
    let x = vectors.train.embeddings, d = x.size(1)
    switch arm {
    case .neurons: return codes { $0 }
    case .sparse:
      return codes(try arms.best("topk") { _ in arms.topK() }.encode)
    case .penalised:
      return codes(try arms.best("relu") { try arms.relu(rate: $0) }.encode)
    case .independent:
      var method = ICA()
      method.latents = d
      return codes(try arms.lab.fit(method, arms.source, seed: arms.seed, as: "ica").encode)
    case .principal:
      let axes = try PrincipalAxes(FitRun(arms.source, seed: arms.seed))
      return codes { ($0.to(.float64) - axes.mean.unsqueezed(0)).matmul(axes.axes) }
    case .random:
      let drawn = RandomStream(arms.seed.child("directions")).normal([arms.latents, d])
      let directions = drawn / drawn.norm(over: 1, keep: true)
      let centre = x.mean(over: 0, keep: true)
      let bias = Parameter(Tensor.zeros([arms.latents]))
      let largest = TopKSAE.Activation(bias: bias, active: arms.active)
      return codes { largest(($0 - centre).linear(directions)) }
    case .probe:
      return codes(probe())
    }
  }

  /// The size of the correlation of each hidden variable with its unit, among the rows that judge.
  ///
  /// - Throws: `TensorError`.
  func correlations(_ arm: Arm, _ codes: UnitCodes) throws -> [Double] {
    // A probe's unit is the one that was taught the variable.
    guard arm == .probe else { return try codes.matches(vectors).map(\.correlation) }
    let table = try FactoredCodes(codes.test, vectors.test.hidden)
    return try MeanCorrelation(table).correlations.enumerated().map { $1[$0] }
  }

  private func codes(_ encode: (Tensor) -> Tensor) -> UnitCodes {
    withoutGradients {
      UnitCodes(train: encode(vectors.train.embeddings), test: encode(vectors.test.embeddings))
    }
  }

  /// The linear readout of every hidden variable by ridge regression, of embeddings scaled to deviation 1.
  private func probe() -> (Tensor) -> Tensor {
    let x = vectors.train.embeddings.to(.float64), y = vectors.train.hidden
    let mean = x.mean(over: 0, keep: true), level = y.mean(over: 0, keep: true)
    let size = x.variance(over: 0).squareRoot().clamped(atLeast: 1e-12).unsqueezed(0)
    let scaled = (x - mean) / size
    let gram = scaled.transposed().matmul(scaled) + Tensor.identity(x.size(1), type: .float64)
    let weights = gram.solve(scaled.transposed().matmul(y - level))
    return { (($0.to(.float64) - mean) / size).matmul(weights) + level }
  }
}
