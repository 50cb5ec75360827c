import Datasets
import Files
import Learning
import Networks
import Torch

/// A student of a teacher that knows nothing: it learns, without labels and without augmentation, to put out what a
/// random network does, and its features become better than the teacher's.
///
/// - Source: Sarnthein, Bachmann, Anagnostidis & Hofmann, *Random Teachers are Good Teachers*, ICML 2023,
///   arXiv:2302.12091, eq. 1, and §6 for the start near the teacher.
/// - Departs: the smallest of the authors' networks, with batch norm where it convolves, and a head of 1,024 outputs
///   instead of 65,536; sparse subnetworks and linear basins are not looked at.
public struct RandomTeachers: LossRecipe {
  public static let card = Card(
    id: "random-teachers", title: "Student of a random teacher",
    source:
      "Sarnthein, Bachmann, Anagnostidis & Hofmann, Random Teachers are Good Teachers, ICML 2023, "
      + "arXiv:2302.12091",
    system: "S422",
    summary:
      "A network is trained to put out what a fixed random network does, starting some way from it; the "
      + "features that it forms on the way are the space.")

  /// What the student is shown in training.
  public enum Inputs: String, Codable, CaseIterable, Sendable {
    /// The examples.
    case data
    /// Normal noise of their shape: a control.
    case noise
  }

  /// Network that reads the data: auto, mlp or convolution.
  public var architecture = Architecture.auto
  /// Widths of the fully connected layers of an mlp; the last is that of the features.
  public var hidden = [128]
  /// Channels of the blocks of a convolution; four times the last are the features.
  public var channels = [32, 32, 32]
  /// Width of the hidden layers of the head, whose outputs are compared.
  public var projection = 256
  /// Width of the head's last layer before the outputs.
  public var bottleneck = 64
  /// Number of outputs that are compared.
  public var outputs = 1024
  /// How far the student starts from the teacher: above 0, where it would stay, up to 1 for a start of its own.
  public var distance = 0.01
  /// What the student is shown in training: data, or noise as a control.
  public var inputs = Inputs.data
  public var training = Training()

  public init() {}

  /// An encoder with the head through which it is taught.
  public struct Pupil: Module {
    let encoder: PupilEncoder
    let head: PrototypeHead
  }

  /// The student, and the teacher that stays as it began.
  public struct Network: Module {
    let student: Pupil
    let teacher: Fixed<Pupil>
  }

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      !hidden.isEmpty && hidden.allSatisfy { (1...1_000_000) ~= $0 },
      "--hidden \(hidden.map(\.description).joined(separator: ",")): must be widths of at least 1")
    try require(
      !channels.isEmpty && channels.allSatisfy { (1...10_000) ~= $0 },
      "--channels \(channels.map(\.description).joined(separator: ",")): must be at least 1 each")
    try require(
      architecture.suits(domain.shape),
      "--architecture convolution needs images of at least 4×4, and the source has shape "
        + "\(domain.shape); --architecture mlp takes any")
    for (flag, width) in [
      ("projection", projection), ("bottleneck", bottleneck), ("outputs", outputs),
    ] { try require(1...1_000_000 ~= width, "--\(flag) \(width): must be 1 to 1000000") }
    try require(
      distance > 0 && distance <= 1, "--distance \(distance): must be above 0 and at most 1")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let teacher = pupil(domain, random.child("teacher"))
    let student = pupil(domain, random.child("student"))
    // The variance of the weights stays what it is at both ends.
    let scale = 1 / (distance * distance + (1 - distance) * (1 - distance)).squareRoot()
    for (mine, theirs) in zip(student.parameters, teacher.parameters) {
      let start = (theirs.detached() * (1 - distance) + mine.detached() * distance) * scale
      // What can fail here has failed in `start`, which carries it into the loss.
      try? mine.assign(start)
    }
    return Network(student: student, teacher: Fixed(teacher))
  }

  private func pupil(_ domain: Domain, _ random: RandomStream) -> Pupil {
    let encoder = PupilEncoder(
      domain.shape, architecture, channels: channels, hidden: hidden, random)
    return Pupil(
      encoder: encoder,
      head: PrototypeHead(
        encoder.features, width: projection, bottleneck: bottleneck, outputs: outputs, random))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let x = inputs == .data ? batch.x : step.random("inputs").normal(batch.x.shape)
    let wanted = withoutGradients { network.teacher.base(x).softmax() }  // [n, outputs]
    let found = network.student(x).logSoftmax()
    return Loss(.term("cross-entropy", -(wanted * found).sum(over: -1)))  // nats
  }
}

extension RandomTeachers.Pupil: Encoding {
  /// Logits, `[n]` + shape to `[n, outputs]`.
  func callAsFunction(_ x: Tensor) -> Tensor { head(encoder(x)) }
  /// Features, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { encoder(x) }
}

extension RandomTeachers.Network: Encoding {
  /// The student's features, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { student.encode(x) }
}
