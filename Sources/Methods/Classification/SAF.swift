import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// Sharpness-aware training for free: a classifier whose outputs are held near those of some epochs ago, so that no
/// example's loss drops suddenly, which it does where minima are sharp.
///
/// - Source: Du, Zhou, Feng, Tan & Zhou, *Sharpness-Aware Training for Free*, NeurIPS 2022, arXiv:2205.14083, eqs.
///   9–11 and algorithm 1.
/// - Departs: Adam unless --optimiser sgd; the trajectory loss starts after a share of the training, not at an epoch.
public struct SAF: ClassifierRecipe {
  public static let card = Card(
    id: "saf", title: "Sharpness-aware training for free",
    source:
      "Du, Zhou, Feng, Tan & Zhou, Sharpness-Aware Training for Free, NeurIPS 2022, "
      + "arXiv:2205.14083",
    system: "S431",
    summary:
      "A classifier that remembers what it put out for each example some epochs ago and pays for going far "
      + "from it, which keeps it out of sharp minima at the cost of a plain step.")

  /// Widths of the fully connected layers.
  public var hidden = [64]
  /// Network that reads the data: auto, mlp or convolution.
  public var architecture = Architecture.auto
  /// Weight of the divergence from the past outputs.
  public var trajectory = 0.3
  /// What logits are divided by before past and present are compared.
  public var temperature = 5.0
  /// Epochs back to the outputs that count; a training of no more epochs is a plain one.
  public var delay = 3
  /// Share of the training before the past counts.
  public var start = 0.1
  public var training = Training()

  public init() { training.epochs = 20 }

  public func validate(for domain: Domain) throws {
    try plain.validate(for: domain)
    try require(
      trajectory >= 0 && trajectory.isFinite,
      "--trajectory \(trajectory): the weight must be at least 0")
    try require(
      temperature > 0 && temperature.isFinite, "--temperature \(temperature): must be above 0")
    try require(1...100 ~= delay, "--delay \(delay): must be from 1 to 100 epochs")
    try require(0..<1 ~= start, "--start \(start): must be a share from 0 up to 1")
  }

  public func fit(_ network: Classifier.Network, _ run: FitRun) throws -> FitResult {
    let memory = OutputMemory(
      examples: run.source.train.count, outputs: run.source.domain.classes.count, epochs: delay,
      device: run.device)
    return try train(network, in: phases(network, memory), scaffold: memory, run)
  }

  /// Without a memory, plain training: what a step is where nothing is remembered yet.
  public func phases(_ network: Classifier.Network) -> [Phase] { phases(network, nil) }

  func phases(_ network: Classifier.Network, _ memory: OutputMemory?) -> [Phase] {
    [Phase("all", network.parameters) { loss(network, memory, $0, $1) }]
  }

  private func loss(
    _ network: Classifier.Network, _ memory: OutputMemory?, _ batch: Batch, _ step: Step
  ) -> Loss {
    // What validation has refused; a loss that is not a number stops the training.
    guard let labels = batch.labels else { return Loss(.term("cross-entropy", Tensor(.nan))) }
    let logits = network(batch.x)  // [n, classes]
    var divergence = Tensor.zeros([batch.indices.count], device: logits.device)
    // Validation examples have places in another split.
    if let memory, Runtime.isTraining {
      memory.record(logits, of: batch.indices, epoch: step.epoch)
      if step.progress >= start, step.epoch >= delay {
        let past = memory.outputs(of: batch.indices, epoch: step.epoch - delay)
        divergence = logits.softenedDivergence(from: past, temperature: temperature)
      }
    }
    return Loss(
      .term("cross-entropy", logits.crossEntropy(labels)),  // nats
      .term("trajectory", divergence, weight: trajectory))  // nats
  }
}
