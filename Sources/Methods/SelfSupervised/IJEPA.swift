import Datasets
import Files
import Learning
import Networks
import Torch

/// A joint-embedding predictive architecture: from the vectors of some patches, those are predicted that a slow average of
/// the network gives to other blocks of patches; no views are made.
///
/// - Source: Assran et al., *Self-supervised learning from images with a joint-embedding predictive architecture*, CVPR
///   2023, arXiv:2301.08243, section 3.
/// - Departs: the blocks are the same for all examples of a batch and predicted together; Adam.
public struct IJEPA: LossRecipe {
  public static let card = Card(
    id: "i-jepa", title: "I-JEPA",
    source:
      "Assran et al., Self-supervised learning from images with a joint-embedding predictive "
      + "architecture, CVPR 2023, arXiv:2301.08243",
    summary:
      "From the vectors of some patches those of other blocks are predicted, as a slow average of the "
      + "network sees them.")

  /// Pixels along a side of the patches.
  public var patch = 4
  /// Width of the transformer, which is that of the features.
  public var width = 64
  /// Blocks of the transformer.
  public var depth = 3
  /// Width of the transformer that predicts.
  public var predictorWidth = 32
  /// Blocks of the transformer that predicts.
  public var predictorDepth = 2
  /// Blocks of patches that are predicted in a step.
  public var targets = 4
  /// How much of the average survives a step at the start of training; rises to 1.
  public var targetDecay = 0.99
  /// Spread of the features below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// What reads the context, its average, and what predicts.
  public struct Network: Module, Encoding {
    let reader: PatchFeatures
    let target: MovingAverage<PatchFeatures>
    let input: Linear
    let mask: Parameter
    let positions: Parameter
    let predictor: TransformerTrunk
    let output: Linear
    let watch: CollapseWatch

    /// The mean of the vectors of all patches, as the average sees them: `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { target.base.pooled(x) }
  }

  public func validate(for domain: Domain) throws {
    try BackboneSettings.validate(patch: patch, width: width, depth: depth, for: domain)
    try require(
      1...8192 ~= predictorWidth && predictorWidth % BackboneSettings.heads(predictorWidth) == 0,
      "--predictor-width \(predictorWidth): must be below 16, or a multiple of 16 up to 8192")
    try require(
      1...100 ~= predictorDepth, "--predictor-depth \(predictorDepth): must be 1 to 100 blocks")
    try require(1...100 ~= targets, "--targets \(targets): must be 1 to 100")
    for (flag, share) in [("target-decay", targetDecay), ("collapse", collapse)] {
      try require(0..<1 ~= share, "--\(flag) \(share): must be at least 0 and below 1")
    }
    try require(
      PatchGrid.fitting(domain.shape, side: patch).count >= 2,
      "examples of shape \(domain.shape) have one patch of --patch \(patch), and prediction needs two"
    )
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let grid = PatchGrid.fitting(domain.shape, side: patch)
    func reader() -> PatchFeatures {
      PatchFeatures(
        grid, width: width, blocks: depth, heads: BackboneSettings.heads(width),
        random.child("reader"))
    }
    let scale = 1 / Double(predictorWidth).squareRoot()
    let heads = BackboneSettings.heads(predictorWidth)
    // Made of the same stream, the average starts as the reader does.
    return Network(
      reader: reader(), target: MovingAverage(reader()),
      input: Linear(width, predictorWidth, random),
      mask: Parameter(random.normal([predictorWidth]) * 0.02),
      positions: Parameter(random.normal([grid.count, predictorWidth]) * scale),
      predictor: TransformerTrunk(
        .init(width: predictorWidth, blocks: predictorDepth, heads: heads), random),
      output: Linear(predictorWidth, width, random), watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let (reader, n) = (network.reader, batch.x.size(0))
    let grid = reader.patches.size
    let blocks = MaskBlocks(grid[0], grid[1], count: targets, step.seed.child("blocks"))
    func places(_ list: [Int]) -> Tensor { Tensor(list.map(Int64.init)).to(batch.x.device) }
    let (context, wanted) = (places(blocks.context), places(blocks.targets))
    let whole = withoutGradients { network.target.base(batch.x) }  // [n, p, width]
    let target = whole.layerNormalised([width], nil, nil).indexSelect(1, wanted)
    let read = reader.trunk(reader.embedded(batch.x).indexSelect(1, context))
    let positions = network.positions.tensor
    let seen = network.input(read) + positions.indexSelect(0, context)
    let asked = (network.mask.tensor + positions.indexSelect(0, wanted))
      .expanded([n, blocks.targets.count, predictorWidth])
    let predicted = network.predictor(Tensor.concatenate([seen, asked], along: 1))
      .sliced(1, blocks.context.count, blocks.context.count + blocks.targets.count)
    let error = (network.output(predicted) - target).squared().mean(over: 1, 2)
    return Loss(
      [.term("prediction", error)] + network.watch.terms(read.mean(over: 1), whole.mean(over: 1)))
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.target.follow(network.reader, keeping: step.decay(risingFrom: targetDecay))
    try network.watch.check(limit: collapse, after: step)
  }
}
