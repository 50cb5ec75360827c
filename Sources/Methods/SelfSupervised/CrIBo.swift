import Datasets
import Files
import Learning
import Networks
import Torch

/// Self-distillation of objects across images: patches of two views are shared out among slots, and a student predicts how
/// a slow average of itself assigns each slot's vector, and the nearest remembered one, to prototypes.
///
/// - Source: Lebailly, Stegmüller, Bozorgtabar, Thiran & Tuytelaars, *CrIBo: Self-Supervised Learning via Cross-Image
///   Object-Level Bootstrapping*, ICLR 2024, arXiv:2310.07855, and the authors' program for the weights.
/// - Departs: no class token, images are the means of their patches; heads of images and objects share no layers; slots
///   have mean places; hundreds of prototypes and thousands of objects; temperatures without a schedule; Adam.
public struct CrIBo: LossRecipe {
  public static let card = Card(
    id: "cribo", title: "Cross-image object-level bootstrapping",
    source:
      "Lebailly et al., CrIBo: Self-Supervised Learning via Cross-Image Object-Level Bootstrapping, ICLR 2024, "
      + "arXiv:2310.07855",
    system: "S014",
    summary:
      "Patches of two views are clustered into objects; each is to be assigned to prototypes as in the other view, and "
      + "as the nearest object of earlier images is, where that leads back to it.")

  /// Pixels along a side of the patches.
  public var patch = 4
  /// Width of the transformer, which is that of the features.
  public var width = 64
  /// Blocks of the transformer.
  public var depth = 3
  /// Level of pixels from 0 to 1 that the transformer sees as 0.
  public var middle = 0.45
  /// Deviation of the levels of pixels, which it sees as 1.
  public var deviation = 0.225
  public var views = Views()
  public var objects = ObjectSettings()
  public var distillation = DistillationSettings()
  /// Spread of the features below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// What reads patches, with a head for images and one for objects.
  public struct Pupil: Module {
    let reader: StandardisedReader
    let images: PrototypeHead
    let objects: PrototypeHead
  }

  /// The student, the average that teaches it, the centres of what that puts out, and the objects that it saw.
  public struct Network: Module, Encoding {
    let student: Pupil
    let teacher: MovingAverage<Pupil>
    let images: CentredShares
    let objects: CentredShares
    /// Vectors of objects as the first view and as the second shows them, side by side.
    let memory: MemoryQueue
    let watch: CollapseWatch

    /// The mean of the vectors of all patches, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { student.reader(x).mean(over: 1) }
  }

  public func validate(for domain: Domain) throws {
    try BackboneSettings.validate(patch: patch, width: width, depth: depth, for: domain)
    try views.validate()
    try objects.validate()
    try distillation.validate()
    try require(middle.isFinite, "--middle \(middle): must be a number")
    try require(
      deviation > 0 && deviation.isFinite, "--deviation \(deviation): must be above 0")
    try require(0..<1 ~= collapse, "--collapse \(collapse): must be at least 0 and below 1")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    func head(_ name: String) -> PrototypeHead {
      PrototypeHead(
        width, width: distillation.projection, bottleneck: distillation.bottleneck,
        outputs: distillation.prototypes, random.child(name))
    }
    func pupil() -> Pupil {
      let reader = StandardisedReader(
        domain, side: patch, (width, depth), levels: (middle, deviation), random.child("reader"))
      return Pupil(reader: reader, images: head("images"), objects: head("objects"))
    }
    // Made of the same streams, the teacher starts as the student does.
    return Network(
      student: pupil(), teacher: MovingAverage(pupil()),
      images: CentredShares(distillation.prototypes, device: random.device),
      objects: CentredShares(distillation.prototypes, device: random.device),
      memory: MemoryQueue(objects.memory, width: 2 * width, random.child("memory")),
      watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let (student, teacher) = (network.student, network.teacher.base)
    let (both, places) = views.placed(batch.x, side: patch, step.random)
    let seen = student.reader(both)  // [2 n, p, width]
    let taught = withoutGradients { teacher.reader(both) }
    let mine = seen.mean(over: 1)  // [2 n, width]
    let shares = withoutGradients {
      network.images(
        teacher.images(taught.mean(over: 1)), temperature: distillation.teacherTemperature,
        keeping: distillation.centreDecay)
    }
    let logits = student.images(mine) / distillation.studentTemperature
    let errors = logits.crossEntropy(ofOther: shares).reshaped(2, -1)  // nats
    var terms: [Loss.Term] = [.term("image", errors.mean(over: 0))]
    if objects.within + objects.across > 0 {
      let found = withoutGradients { objects.found(in: taught, places, step.random("slots")) }
      terms += objectTerms(network, found.vectors(seen), taught: found.vectors(taught), step)
    }
    let features = mine.split(into: 2, along: 0)
    return Loss(terms + network.watch.terms(features[0], features[1]))
  }

  /// How well objects, `[2 r, width]`, the first view's before the second's, are predicted from the other view.
  private func objectTerms(
    _ network: Network, _ seen: Tensor, taught: Tensor, _ step: Step
  ) -> [Loss.Term] {
    let logits = network.student.objects(seen) / distillation.studentTemperature  // [2 r, …]
    let (near, own, theirs) = withoutGradients {
      let near = ObjectNeighbours(of: taught, among: network.memory.rows.tensor)
      let theirs = network.objects(
        network.teacher.base.objects(near.vectors), temperature: distillation.teacherTemperature)
      let own = network.objects(
        network.teacher.base.objects(taught), temperature: distillation.teacherTemperature,
        keeping: distillation.centreDecay)
      if Runtime.isTraining { network.memory.push(taught.viewsSideBySide) }
      return (near, own, theirs)
    }
    let counted = objects.cycle ? near.isFoundBack : near.isFoundBack.onesLike()  // [2 r]
    return [
      .term(
        "object", logits.crossEntropy(ofOther: own).mean(by: counted.onesLike()),
        weight: objects.within),  // nats
      .term(
        "neighbour", logits.crossEntropy(ofOther: theirs).mean(by: counted),
        weight: step.epoch < objects.wait ? 0 : objects.across),  // nats
      .term("found back", near.isFoundBack.mean(by: counted.onesLike()), weight: 0),
    ]
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.teacher.follow(
      network.student, keeping: step.decay(risingFrom: distillation.targetDecay))
    try network.watch.check(limit: collapse, after: step)
  }
}
