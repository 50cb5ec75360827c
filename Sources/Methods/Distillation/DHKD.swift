import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// Dual-head knowledge distillation: a small classifier learns labels with one head and its teacher's logits with
/// another, which is then let go; in one head the two would pull against each other.
///
/// - Source: Yang, Zong, Huang, Feng & An, *Dual-Head Knowledge Distillation: Enhancing Logits Utilization with an
///   Auxiliary Head*, 2024, arXiv:2411.08937; details as in the authors' code.
/// - Departs: the teacher is trained here first, not taken from a file; no batch norm and no dropout in the auxiliary
///   head; Adam unless --optimiser sgd.
public struct DHKD: ClassifierRecipe {
  public static let card = Card(
    id: "dhkd", title: "Dual-head knowledge distillation",
    source:
      "Yang, Zong, Huang, Feng & An, Dual-Head Knowledge Distillation, 2024, arXiv:2411.08937",
    system: "S434",
    summary:
      "A teacher is trained first; then a small classifier learns the labels with one head and the teacher's "
      + "logits with an auxiliary one, on the same features.")

  /// Which head learns the teacher's logits.
  public enum Heads: String, Codable, CaseIterable, Sendable {
    /// One of its own.
    case dual
    /// That of the labels.
    case single
  }

  /// Widths of the student's fully connected layers.
  public var hidden = [32]
  /// Network that reads the student's data: auto, mlp or convolution.
  public var architecture = Architecture.auto
  /// Network that reads the teacher's data: auto, mlp or convolution.
  public var teacherArchitecture = Architecture.auto
  /// Widths of the teacher's fully connected layers.
  public var teacherHidden = [512, 256]
  /// Passes of the teacher's own training, which comes first.
  public var teacherEpochs = 10
  /// Which head learns the teacher's logits: dual for one of its own, single for that of the labels.
  public var heads = Heads.dual
  /// Width of the hidden layer of the head for logits; 0 makes it linear.
  public var auxiliaryWidth = 200
  /// Weight of the cross-entropy with the labels.
  public var labelWeight = 1.0
  /// Weight of the divergence from the teacher's softened probabilities, in the head of the labels.
  public var softWeight = 0.0
  /// Weight of the loss of logits against the teacher's.
  public var logitWeight = 1.0
  /// Temperature of the softened probabilities.
  public var softTemperature = 4.0
  /// Temperature of the loss of logits.
  public var logitTemperature = 2.0
  /// Whether the loss of logits is of their differences from the teacher's, not of their sigmoids.
  public var differences = true
  /// Whether gradients lose what they have against the gradient of the labels.
  public var aligned = true
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try plain.validate(for: domain)
    try teacher.validate(for: domain)
    for (flag, weight) in [
      ("label-weight", labelWeight), ("soft-weight", softWeight), ("logit-weight", logitWeight),
    ] { try require(weight >= 0 && weight.isFinite, "--\(flag) \(weight): must be at least 0") }
    try require(
      labelWeight + softWeight > 0 || (heads == .single && logitWeight > 0),
      "the head of the labels learns nothing: --label-weight or --soft-weight must be above 0")
    for (flag, value) in [
      ("soft-temperature", softTemperature), ("logit-temperature", logitTemperature),
    ] { try require(value > 0 && value.isFinite, "--\(flag) \(value): must be above 0") }
    try require(
      0...100_000 ~= auxiliaryWidth, "--auxiliary-width \(auxiliaryWidth): must be 0 to 100000")
    try require(teacherEpochs >= 1, "--teacher-epochs \(teacherEpochs): at least 1 is needed")
  }

  /// What teaches: a classifier of its own widths, trained as the student is.
  var teacher: Classifier {
    var teacher = plain
    teacher.hidden = teacherHidden
    teacher.architecture = teacherArchitecture
    teacher.training.epochs = teacherEpochs
    return teacher
  }

  /// What only the training needs.
  struct Lesson: Module {
    let teacher: Fixed<Classifier.Network>
    /// Logits against the teacher's, from the student's features.
    let auxiliary: MLP
  }

  public func fit(_ network: Classifier.Network, _ run: FitRun) throws -> FitResult {
    let (teacher, taught) = try Space.fitted(teacher, run.part("teacher"))
    var result = try fit(network, by: teacher, run)
    result.seconds += taught.seconds
    return result
  }

  /// Trains the student alone, by a teacher that is trained.
  func fit(
    _ network: Classifier.Network, by teacher: Classifier.Network, _ run: FitRun
  ) throws -> FitResult {
    let random = RandomStream(run.seed.child("auxiliary"), device: run.device)
    let inner = auxiliaryWidth > 0 ? [auxiliaryWidth] : []
    let sizes = [network.encoder.features] + inner + [run.source.domain.classes.count]
    let lesson = Lesson(teacher: Fixed(teacher), auxiliary: MLP(sizes, random))
    return try train(network, in: phases(network, lesson), scaffold: lesson, run)
  }

  /// Without a teacher, the labels alone.
  public func phases(_ network: Classifier.Network) -> [Phase] { phases(network, nil) }
}
