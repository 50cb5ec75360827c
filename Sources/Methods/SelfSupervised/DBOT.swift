import Datasets
import Files
import Learning
import Networks
import Torch

/// Masked patches whose vectors are predicted as a frozen teacher has them: the student that has learned so is the next
/// teacher, and a new student begins.
///
/// - Source: Liu et al., *Exploring target representations for masked autoencoders*, ICLR 2024, arXiv:2209.03917, sections
///   3 and 4.
/// - Departs: the optimiser's moments outlive a student; no crops and flips; learned positions; Adam.
public struct DBOT: LossRecipe {
  public static let card = Card(
    id: "dbot", title: "Masked autoencoding with teachers that were students",
    source:
      "Liu et al., Exploring Target Representations for Masked Autoencoders, ICLR 2024, arXiv:2209.03917",
    system: "S020",
    summary:
      "From a quarter of the patches those vectors are predicted that a frozen teacher gives to the others; stage by stage the "
      + "student becomes the teacher of a new one. The first teacher may be random."
  )

  /// Who says what the first student is to predict.
  public enum Teacher: String, Codable, CaseIterable, Sendable {
    /// A network as it is made.
    case random
    /// Nobody: pixels, up to each patch's mean and deviation.
    case pixels
    /// Nobody: how often brightness rises in which direction.
    case gradients
    /// A network that was taught the classes.
    case labels
  }

  /// Who says what the first student is to predict: random, pixels, gradients or labels.
  public var teacher = Teacher.random
  /// Students that learn from a network, one after another, each for the same share of the training; what teaches pixels,
  /// gradients or labels takes such a share before.
  public var stages = 2
  /// Pixels along a side of the patches.
  public var patch = 4
  /// Width of the transformer, which is that of the features.
  public var width = 64
  /// Blocks of the transformer.
  public var depth = 3
  /// Width of the transformer that fills in.
  public var decoderWidth = 32
  /// Blocks of the transformer that fills in.
  public var decoderDepth = 1
  /// Share of the patches that is not shown.
  public var masked = 0.75
  public var training = Training()

  public init() {}

  /// The student, its teacher, and how many stages are over.
  public struct Network: Module, Encoding {
    let student: MaskedStudent
    let teacher: MovingAverage<PatchFeatures>
    /// The stage at hand, from 0 where one comes before the first that learns from a network, else from 1, `[1]`.
    let stage: Buffer

    /// The mean of the vectors of all patches, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { student.reader.pooled(x) }
  }

  /// The stage that the training begins with.
  private var first: Int { teacher == .random ? 1 : 0 }

  public func validate(for domain: Domain) throws {
    try BackboneSettings.validate(patch: patch, width: width, depth: depth, for: domain)
    try PatchFiller.validate(width: decoderWidth, depth: decoderDepth, masked: masked)
    try require(first...100 ~= stages, "--stages \(stages): must be \(first) to 100")
    try require(
      PatchGrid.fitting(domain.shape, side: patch).count >= 2,
      "examples of shape \(domain.shape) have one patch of --patch \(patch), and masking needs two")
    try require(
      teacher != .gradients || domain.isImage,
      "--teacher gradients needs images; --teacher pixels takes any numbers")
    try require(
      teacher != .labels || domain.classes.count >= 2,
      "--teacher labels needs labels of at least two classes; --label COLUMN says where they are")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let grid = PatchGrid.fitting(domain.shape, side: patch)
    return Network(
      student: makeStudent(grid, classes: domain.classes.count, random.child("student")),
      teacher: MovingAverage(makeReader(grid, random.child("teacher"))),
      stage: Buffer(Tensor([Float(first)], shape: [1]).to(random.device)))
  }

  private func makeReader(_ grid: PatchGrid, _ random: RandomStream) -> PatchFeatures {
    PatchFeatures(
      grid, width: width, blocks: depth, heads: BackboneSettings.heads(width), random)
  }

  private func makeStudent(
    _ grid: PatchGrid, classes: Int, _ random: RandomStream
  ) -> MaskedStudent {
    let numbers: [Teacher: Int] = [.pixels: grid.numbers, .gradients: OrientedGradients.directions]
    let reader = makeReader(grid, random)
    return MaskedStudent(
      reader: reader,
      filler: PatchFiller(reader, width: decoderWidth, depth: decoderDepth, random),
      vectors: Linear(decoderWidth, width, random),
      numbers: numbers[teacher].map { Linear(decoderWidth, $0, random) },
      classes: teacher == .labels ? Linear(width, classes, random) : nil)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let (student, x) = (network.student, batch.x)
    let begins = first == 0 && (try? network.stage.tensor.value()) == 0
    if begins, let classes = student.classes {
      // What validation has refused; a loss that is not a number stops the training.
      guard let labels = batch.labels else { return Loss(.term("cross-entropy", Tensor(.nan))) }
      return Loss(.term("cross-entropy", classes(network.encode(x)).crossEntropy(labels)))
    }
    let order = step.random("masks").order(x.size(0), student.reader.patches.count)
    let (found, lost) = student(x, order, masked: masked, asNumbers: begins)
    let wanted = withoutGradients { begins ? given(network, x) : network.teacher.base(x) }
    let target = wanted.layerNormalised([wanted.size(2)], nil, nil).picked(lost)
    return Loss(.term("prediction", found.smoothAbsoluteError(target, beta: 2).mean(over: 1, 2)))
  }

  /// What nobody has learned to say of patches, `[n, p, numbers]`.
  private func given(_ network: Network, _ x: Tensor) -> Tensor {
    let grid = network.student.reader.patches
    return teacher == .gradients ? OrientedGradients.histograms(x, grid) : grid.patches(x)
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    let due = first + min(Int(step.progress * Double(stages + 1 - first)), stages - first)
    guard Double(due) > (try network.stage.tensor.value()) else { return }
    try network.teacher.follow(network.student.reader, keeping: 0)
    let random = RandomStream(
      step.seed.child("student"), device: network.stage.tensor.device)
    let student = network.student
    try student.load(
      makeStudent(
        student.reader.patches, classes: student.classes?.weight.tensor.size(0) ?? 0, random
      ).state)
    try network.stage.tensor.assign(Tensor([Float(due)], shape: [1]))
  }
}
