import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// The classifier of series alone, with one number in all gaps of a channel: what is usual.
struct FilledSeries: LossRecipe {
  static let card = Card(
    id: "filled-series", title: "Classifier of filled series",
    source:
      "Che et al., Recurrent Neural Networks for Multivariate Time Series with Missing Values, 2018",
    summary: "A classifier of series whose gaps hold zeros or means.")

  var width = 32
  var window = 5
  /// What stands in the gaps of each channel; nothing for zeros.
  var fillings: [Double] = []
  var training = Training()

  struct Network: Module {
    let classifier: SeriesClassifier
    /// `[c, 1]`.
    let fillings: Buffer
    let layout: SeriesLayout
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let layout = SeriesLayout(domain.shape)
    let values = fillings.isEmpty ? Array(repeating: 0, count: layout.channels) : fillings
    return Network(
      classifier: SeriesClassifier(
        channels: layout.channels, width: width, window: window, classes: domain.classes.count,
        random),
      fillings: Buffer(Tensor(values.map(Float.init), shape: [layout.channels, 1])), layout: layout)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    guard let labels = batch.labels else { return Loss(.term("cross-entropy", Tensor(.nan))) }
    let observed = batch.observed ?? batch.x.onesLike()
    return Loss(
      .term("cross-entropy", network.logits(batch.x, observed).crossEntropy(labels)))  // nats
  }
}

extension FilledSeries.Network: Imputing {
  /// Series with the filling in their gaps, `[n, c, t]`.
  private func filled(_ x: Tensor, _ observed: Tensor) -> Tensor {
    let (x, seen) = (layout.series(x), layout.series(observed))
    return x * seen + fillings.tensor * (1 - seen)
  }
  func logits(_ x: Tensor, _ observed: Tensor) -> Tensor { classifier(filled(x, observed)) }
  func logProbabilities(_ x: Tensor, observed: Tensor) -> Tensor {
    logits(x, observed).logSoftmax()
  }
  func logProbabilities(_ x: Tensor) -> Tensor { logProbabilities(x, observed: x.onesLike()) }
  func impute(_ x: Tensor, observed: Tensor) -> Tensor { layout.examples(filled(x, observed)) }
}
