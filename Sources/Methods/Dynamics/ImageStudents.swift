import Datasets
import Files
import Torch

/// Labelled images learnt by a rectifier network whose output scale makes it lazy or rich, without weight decay.
///
/// f(x) = α / N · W₄ relu(W₃ relu(W₂ relu(W₁x / √d) / √N) / √N), trained by Adam on the squared error to indicators of
/// the classes, in batches whose order stays.
///
/// - Source: Kumar, Bordelon, Gershman & Pehlevan, arXiv:2310.06110, after Liu, Michaud & Tegmark, *Omnigrok*, ICLR
///   2023, arXiv:2210.01117; network, batches and first weights as in a public copy of the authors' notebook.
/// - Departs: no weight decay, where the notebook has 0.01 in AdamW; steps are 30 times as long.
struct ImageStudents: Sendable {
  /// Images to learn from, and to judge by.
  var images = 1000
  var tests = 1000
  var neurons = 200
  /// Hidden layers.
  var layers = 3
  var batch = 200
  /// Factor on first weights whose variance is 2 / fan-in.
  var size = 150.0
  /// Step size of Adam.
  var rate = 0.03
  /// Accuracy that counts as having learnt, on both sides.
  var goal = 0.8
  /// Epochs after which a network that has not generalised is given up.
  var horizon = 1000

  /// The course at output scale `scale`; images, their order and the start follow from `seed` alone.
  ///
  /// - Throws: `TensorError`, or ``UserError`` where the images have no labels, where it is told to stop or where the
  ///   training leaves the numbers.
  func run(
    _ source: Source, scale: Double, seed: Seed, shouldStop: () -> Bool = { false }
  ) throws -> AccuracyCourse {
    let random = RandomStream(seed)
    let known = try drawn(source.train, images, random.child("images"), source)
    let new = try drawn(source.test, tests, random.child("test"), source)
    let wanted = known.labels.oneHot(source.domain.classes.count).to(.float32)
    let network = Network(
      [known.x.size(1)] + Array(repeating: neurons, count: layers) + [wanted.size(1)], size: size,
      scale: scale, random.child("weights"))
    let adam = Adam(network.weights)
    let starts = Array(stride(from: 0, to: known.x.size(0), by: batch))
    var course = AccuracyCourse()
    var next = 0
    for epoch in 0...horizon {
      if epoch == next || epoch == horizon {
        try require(!shouldStop(), "stopped")
        course.epochs.append(Double(epoch))
        course.training.append(try network.accuracy(known.x, known.labels))
        course.test.append(try network.accuracy(new.x, new.labels))
        let time = course.grokking(at: goal)
        if max(time.fit, time.generalisation).isFinite { break }
        next = max(epoch + 1, Int((Double(epoch) * 1.03).rounded(.up)))
      }
      for start in starts {
        let end = min(start + batch, known.x.size(0))
        let outputs = network(known.x.sliced(0, start, end))
        let loss = outputs.squaredError(wanted.sliced(0, start, end)).mean()
        try adam.step(loss.gradients(for: network.weights), rate: rate)
      }
    }
    return course
  }

  private func drawn(
    _ examples: Examples, _ count: Int, _ random: RandomStream, _ source: Source
  ) throws -> (x: Tensor, labels: Tensor) {
    let order = try random.permutation(examples.count).places()
    let batch = try examples.batch(Array(order.prefix(count)))
    guard let labels = batch.labels, labels.count > 0, source.domain.classes.count >= 2 else {
      throw UserError("\(source.name) has no labels of two classes or more to learn")
    }
    return (batch.x.flattened(from: 1).to(.float32), labels)
  }

  /// The network without biases.
  struct Network {
    let weights: [Tensor]
    private let scale: Double

    /// Layers between `widths`, of which the first is the input's and the last the classes'.
    init(_ widths: [Int], size: Double, scale: Double, _ random: RandomStream) {
      self.scale = scale
      weights = zip(widths, widths.dropFirst()).enumerated().map { layer, widths in
        let normal = random.child(layer).normal([widths.0, widths.1])
        return (normal * (size * (2 / Double(widths.0)).squareRoot())).requiringGradient()
      }
    }

    /// Outputs `[n, classes]` of inputs `[n, d]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
      let last = weights.count - 1
      return weights.enumerated().reduce(x) { x, layer in
        let h = layer.offset == 0 ? x : x.relu()
        let width = Double(layer.element.size(0))
        return h.matmul(layer.element)
          * (layer.offset == last ? scale / width : 1 / width.squareRoot())
      }
    }

    func accuracy(_ x: Tensor, _ labels: Tensor) throws -> Double {
      try withoutGradients {
        let outputs = self(x)
        guard try outputs.sum().value().isFinite else {
          throw UserError("the network of scale \(scale) left the numbers on images")
        }
        return try (outputs.argmax(over: 1) .== labels).to(.float64).mean().value()
      }
    }
  }
}
