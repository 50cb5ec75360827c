import Datasets
import Files
import Learning
import Networks
import Torch

/// A joint-embedding predictive architecture for tables: from the vectors of some columns of a row, those are predicted
/// that a slow average of the network gives to others; no views are made.
///
/// - Source: Thimonier, De Melo Costa, Popineau, Rimmel & Doan, *T-JEPA: augmentation-free self-supervised learning for
///   tabular data*, ICLR 2025, arXiv:2410.05016, section 3, and the authors' program for the shares of columns.
/// - Departs: the places of columns are learned, and their kinds are not told; norms before the blocks; no dropout; Adam;
///   every number of an image is a column.
public struct TJEPA: LossRecipe {
  public static let card = Card(
    id: "t-jepa", title: "T-JEPA",
    source:
      "Thimonier, De Melo Costa, Popineau, Rimmel & Doan, T-JEPA: Augmentation-Free Self-Supervised Learning for Tabular "
      + "Data, ICLR 2025, arXiv:2410.05016",
    system: "S077",
    summary:
      "From some columns of a row the vectors of others are predicted, as a slow average of the network sees them in the "
      + "whole row; learned tokens beside the columns keep it from collapsing.")

  /// Width of the transformer, which is that of a column's vector.
  public var width = 64
  /// Blocks of the transformer.
  public var depth = 3
  /// Width of the transformer that predicts.
  public var predictorWidth = 32
  /// Blocks of the transformer that predicts.
  public var predictorDepth = 2
  /// Smallest and largest share of the columns that are read, and of those that are predicted.
  public var shares = [0.2, 0.4]
  /// Sets of columns that are predicted in a step.
  public var targets = 4
  /// Learned tokens beside the columns, which are neither hidden nor predicted and left out afterwards.
  public var tokens = 1
  /// Whether the code of a row is the vectors of all its columns, and not their mean.
  public var whole = true
  /// How much of the average survives a step at the start of training; rises to 1.
  public var targetDecay = 0.996
  /// Spread of the features below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// What reads the context, its average, and what predicts.
  public struct Network: Module, Encoding {
    let reader: ColumnReader
    let target: MovingAverage<ColumnReader>
    let input: Linear
    let mask: Parameter
    let places: Parameter
    let predictor: TransformerTrunk
    let output: Linear
    let watch: CollapseWatch
    let isWhole: Bool

    /// The vectors of all columns in a row, or their mean, as the average sees them: `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor {
      let vectors = target.base(x)
      return isWhole ? vectors.flattened(from: 1) : vectors.mean(over: 1)
    }
  }

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    for (flag, width) in [("width", width), ("predictor-width", predictorWidth)] {
      try require(
        1...8192 ~= width && width % BackboneSettings.heads(width) == 0,
        "--\(flag) \(width): must be below 16, or a multiple of 16 up to 8192")
    }
    for (flag, depth) in [("depth", depth), ("predictor-depth", predictorDepth)] {
      try require(1...100 ~= depth, "--\(flag) \(depth): must be 1 to 100 blocks")
    }
    try require(
      shares.count == 2 && shares[0] > 0 && shares[0] <= shares[1] && shares[1] <= 0.5,
      "--shares: must be two shares of the columns, the smaller first, above 0 and up to 0.5")
    try require(1...100 ~= targets, "--targets \(targets): must be 1 to 100")
    try require(0...1000 ~= tokens, "--tokens \(tokens): must be 0 to 1000")
    for (flag, share) in [("target-decay", targetDecay), ("collapse", collapse)] {
      try require(0..<1 ~= share, "--\(flag) \(share): must be at least 0 and below 1")
    }
    let columns = (ColumnTokens.columns(of: domain).last ?? 0) + 1
    try require(
      2...4096 ~= columns,
      "the source has \(columns) columns; predicting some from others takes 2 to 4096")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    func trunk(_ width: Int, _ depth: Int, _ random: RandomStream) -> TransformerTrunk {
      TransformerTrunk(
        .init(width: width, blocks: depth, heads: BackboneSettings.heads(width)), random)
    }
    func reader() -> ColumnReader {
      let random = random.child("reader")
      return ColumnReader(
        columns: ColumnTokens(domain, width: width, random),
        tokens: tokens > 0 ? Parameter(random.normal([tokens, width])) : nil,
        trunk: trunk(width, depth, random))
    }
    let first = reader(), scale = 1 / Double(predictorWidth).squareRoot()
    // Made of the same stream, the average starts as the reader does.
    return Network(
      reader: first, target: MovingAverage(reader()), input: Linear(width, predictorWidth, random),
      mask: Parameter(random.normal([predictorWidth]) * 0.02),
      places: Parameter(random.normal([first.columns.count, predictorWidth]) * scale),
      predictor: trunk(predictorWidth, predictorDepth, random),
      output: Linear(predictorWidth, width, random), watch: CollapseWatch(device: random.device),
      isWhole: whole)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let (n, c) = (batch.x.size(0), network.reader.columns.count)
    let sets = ColumnSets(c, shares: shares, step.seed.child("shares"))
    let order = step.random("context").order(n, c)
    let (kept, rest) = (order.sliced(1, 0, sets.context), order.sliced(1, sets.context, c))
    let all = withoutGradients { network.target.base(batch.x) }  // [n, c, width]
    let read = network.reader(batch.x, at: kept)
    let seen = network.input(read) + network.places.tensor.embedding(kept)
    let errors = (0..<targets).map { set -> Tensor in
      let asked = rest.gather(1, step.random("target \(set)").order(n, c - sets.context))
        .sliced(1, 0, sets.target)
      let blanks = network.mask.tensor + network.places.tensor.embedding(asked)
      let found = network.predictor(Tensor.concatenate([seen, blanks], along: 1))
        .sliced(1, sets.context, sets.context + sets.target)
      return (network.output(found) - all.picked(asked)).squared().mean(over: 1, 2)
    }
    let error = Tensor.stack(errors).mean(over: 0)
    return Loss(
      [.term("prediction", error)] + network.watch.terms(read.mean(over: 1), all.mean(over: 1)))
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.target.follow(network.reader, keeping: step.decay(risingFrom: targetDecay))
    try network.watch.check(limit: collapse, after: step)
  }
}
