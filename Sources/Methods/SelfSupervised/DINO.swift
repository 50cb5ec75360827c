import Datasets
import Files
import Learning
import Networks
import Torch

/// Self-distillation without labels: a student predicts the shares that a slow average of itself gives to learned
/// prototypes, for another view; centring and a low temperature keep the teacher from saying the same of all.
///
/// - Source: Caron et al., *Emerging properties in self-supervised vision transformers*, ICCV 2021, arXiv:2104.14294,
///   eqs. 1 to 4 and algorithm 1.
/// - Departs: two views of the image's size and no smaller crops; Adam; 1,024 prototypes instead of 65,536; temperatures
///   without a schedule.
public struct DINO: LossRecipe {
  public static let card = Card(
    id: "dino", title: "DINO",
    source:
      "Caron et al., Emerging properties in self-supervised vision transformers, ICCV 2021, "
      + "arXiv:2104.14294",
    summary:
      "A student predicts how a slow average of itself assigns another view to prototypes, which is centred "
      + "and sharpened.")

  public var encoder = BackboneSettings()
  public var views = Views()
  public var distillation = DistillationSettings()
  /// Spread of the features below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() { distillation.prototypes = 1024 }

  /// An encoder with its head.
  public struct Pupil: Module {
    let encoder: Backbone
    let head: PrototypeHead
  }

  /// The student, the average that teaches it, and the centre of what that puts out.
  public struct Network: Module, Encoding {
    let student: Pupil
    let teacher: MovingAverage<Pupil>
    let shares: CentredShares
    let watch: CollapseWatch

    /// The student's features, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { student.encoder(x) }
  }

  public func validate(for domain: Domain) throws {
    try encoder.validate(for: domain)
    try views.validate()
    try distillation.validate()
    try require(0..<1 ~= collapse, "--collapse \(collapse): must be at least 0 and below 1")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    func pupil() -> Pupil {
      let encoder = encoder.makeNetwork(domain.shape, random.child("encoder"))
      return Pupil(
        encoder: encoder,
        head: PrototypeHead(
          encoder.features, width: distillation.projection,
          bottleneck: distillation.bottleneck, outputs: distillation.prototypes,
          random.child("head")))
    }
    // Made of the same streams, the teacher starts as the student does.
    return Network(
      student: pupil(), teacher: MovingAverage(pupil()),
      shares: CentredShares(distillation.prototypes, device: random.device),
      watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let both = views.two(batch.x, step.random)  // [2 n] + shape
    let features = network.student.encoder(both)  // [2 n, k]
    let logits = network.student.head(features) / distillation.studentTemperature
    let taught = withoutGradients {
      let teacher = network.teacher.base
      return network.shares(
        teacher.head(teacher.encoder(both)), temperature: distillation.teacherTemperature,
        keeping: distillation.centreDecay)  // [2 n, prototypes]
    }
    let (mine, theirs) = (logits.split(into: 2, along: 0), taught.split(into: 2, along: 0))
    let seen = features.split(into: 2, along: 0)
    return Loss(
      [
        .term("a predicts b", mine[0].crossEntropy(ofShares: theirs[1]), weight: 0.5),  // nats
        .term("b predicts a", mine[1].crossEntropy(ofShares: theirs[0]), weight: 0.5),
      ] + network.watch.terms(seen[0], seen[1]))
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.teacher.follow(
      network.student, keeping: step.decay(risingFrom: distillation.targetDecay))
    try network.watch.check(limit: collapse, after: step)
  }
}
