import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The cross and distribution aligned variational autoencoders: one for examples and one for the
/// attributes of their classes, in one latent space, where a softmax classifier learns classes of
/// which no example was seen from codes of their attributes.
///
/// - Source: Schönfeld, Ebrahimi, Sinha, Darrell & Akata, *Generalized Zero- and Few-Shot Learning
///   via Aligned Variational Autoencoders*, CVPR 2019, arXiv:1812.01784, eqs. 2–6, section 4.
/// - Departs: inputs are any examples, and features of a network only where the source holds such;
///   decoders mirror encoders; noise is the posterior's own for each unit (the authors' program draws
///   one number for all units and scales it with the variance); the classifier is fitted to its
///   optimum, with a penalty of 1 on its squared weights, and not stopped early.
public struct CADAVAE: LossRecipe {
  public static let card = Card(
    id: "cada-vae", title: "Cross and distribution aligned autoencoders",
    source:
      "Schönfeld, Ebrahimi, Sinha, Darrell & Akata, Generalized Zero- and Few-Shot Learning via "
      + "Aligned Variational Autoencoders, CVPR 2019, arXiv:1812.01784",
    system: "S024",
    summary:
      "Variational autoencoders of examples and of class attributes share a latent space by decoding "
      + "each other's codes and by holding their posteriors together; a classifier of codes learns "
      + "unseen classes from their attributes.")

  /// Places of the classes, from 0, whose examples training must not see.
  public var unseen: [Int] = []
  /// Attributes of the classes, those of the first class first, as many for each; without them each
  /// class has an attribute of its own, and unseen classes have nothing in common with seen ones.
  public var classAttributes: [Double] = []
  /// Weight of the KL terms, which rises over the first 93 % of the training.
  public var beta = 0.25
  /// Weight of the cross-reconstruction, which rises from 21 % to 75 % of the training.
  public var crossReconstruction = 2.37
  /// Weight of the distance of the posteriors, which rises from 6 % to 22 % of the training.
  public var distance = 8.13
  /// Codes of each seen class, drawn from its examples, that the classifier learns from.
  public var seenCodes = 200
  /// Codes of each unseen class, drawn from its attributes, that the classifier learns from.
  public var unseenCodes = 400
  /// Number of latent units, k.
  public var latents = 64
  public var networks = EncoderDecoder()
  /// Widths of the layers of the encoder of attributes; its decoder mirrors them.
  public var attributeHidden = [200]
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, .gaussian)
    try AutoencoderSettings.validate(widths: [("attribute-hidden", attributeHidden)])
    try AutoencoderSettings.validate(weights: [
      ("beta", beta), ("cross-reconstruction", crossReconstruction), ("distance", distance),
    ])
    let classes = domain.classes.count
    try require(
      classes >= 2,
      "cada-vae needs labels of at least two classes; --label COLUMN says where they are")
    try require(
      unseen.allSatisfy { (0..<classes) ~= $0 } && Set(unseen).count < classes,
      "--unseen \(unseen.map(\.description).joined(separator: ",")): must be places from 0 to "
        + "\(classes - 1), and one class must be left")
    try require(
      classAttributes.count % classes == 0,
      "--class-attributes has \(classAttributes.count) numbers: must be as many for each of the "
        + "\(classes) classes")
    try require(
      seenCodes >= 1 && unseenCodes >= 1,
      "--seen-codes \(seenCodes) and --unseen-codes \(unseenCodes): each must be at least 1")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let classes = domain.classes.count
    let width = classes > 0 ? classAttributes.count / classes : 0
    let table =
      width > 0
      ? Tensor(classAttributes.map(Float.init), shape: [classes, width])
      : Tensor.identity(max(1, classes))
    return Network(
      domain, latents, networks, attributes: table, hidden: attributeHidden, random)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    // What validation has refused; a loss that is not a number stops the training.
    guard let labels = batch.labels else { return Loss(.term("reconstruction", Tensor(.nan))) }
    let a = network.attributes.tensor.indexSelect(0, labels)  // [n, a]
    let (q, r) = (network.posterior(batch.x), network.posterior(attributes: a))
    let (z, w) = (q.sample(step.random("examples")), r.sample(step.random("attributes")))
    let own = error(network.decode(z), batch.x) + error(network.attributeDecoder(w), a)
    let cross = error(network.decode(w), batch.x) + error(network.attributeDecoder(z), a)
    let rate = q.divergenceFromStandard() + r.divergenceFromStandard()
    func weight(_ full: Double, _ from: Double, _ to: Double) -> Double {
      full * min(1, max(0, (step.progress - from) / (to - from)))
    }
    return Loss(
      .term("reconstruction", own),
      .term("rate", rate, weight: weight(beta, 0, 0.93)),  // nats
      .term("cross-reconstruction", cross, weight: weight(crossReconstruction, 0.21, 0.75)),
      .term("distance", q.wassersteinDistance(to: r), weight: weight(distance, 0.06, 0.22)))
  }

  /// Sums of absolute errors, `[n]`.
  private func error(_ found: Tensor, _ truth: Tensor) -> Tensor {
    found.absoluteError(truth).sumPerExample()
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    let seen = try run.source.seen(without: unseen)
    let result = try train(network, in: phases(network), run.with(seen))
    try network.learnClasses(
      from: seen.train, unseen: unseen, seenCodes: seenCodes, unseenCodes: unseenCodes,
      run.seed.child("classifier"))
    return result
  }
}
