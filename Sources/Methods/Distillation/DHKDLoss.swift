import Datasets
import Evaluation
import Learning
import Probability
import Torch

extension DHKD {
  func phases(_ network: Classifier.Network, _ lesson: Lesson?) -> [Phase] {
    var parameters = network.parameters
    if let lesson, heads == .dual, logitWeight > 0 { parameters += lesson.auxiliary.parameters }
    let descent: any Descent = aligned ? AlignedDescent() : PlainDescent()
    return [
      Phase("all", parameters, descent: descent) { batch, _ in loss(network, lesson, batch) }
    ]
  }

  /// The terms that count, that of the labels first.
  func loss(_ network: Classifier.Network, _ lesson: Lesson?, _ batch: Batch) -> Loss {
    // What validation has refused; a loss that is not a number stops the training.
    guard let labels = batch.labels else { return Loss(.term("cross-entropy", Tensor(.nan))) }
    let features = network.features(batch.x)  // [n, features]
    let logits = network.head(features)  // [n, classes]
    var terms = [Loss.Term.term("cross-entropy", logits.crossEntropy(labels), weight: labelWeight)]
    guard let lesson else { return Loss(terms) }
    let wanted = withoutGradients { lesson.teacher.base(batch.x) }  // [n, classes]
    if softWeight > 0 {
      let divergence = logits.softenedDivergence(from: wanted, temperature: softTemperature)
      terms.append(.term("softened", divergence, weight: softWeight))  // nats
    }
    if logitWeight > 0 {
      let own = heads == .dual ? lesson.auxiliary(features) : logits
      let distance =
        differences
        ? own.sigmoidDifference(from: wanted, temperature: logitTemperature)
        : own.sigmoidDivergence(from: wanted, temperature: logitTemperature)
      terms.append(.term("logits", distance, weight: logitWeight))  // nats
    }
    return Loss(terms)
  }
}
