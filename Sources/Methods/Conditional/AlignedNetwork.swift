import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

extension CADAVAE {
  /// Encoders and decoders of examples and of class attributes, and a linear classifier of codes.
  public struct Network: Module {
    let encoder: Encoder
    let head: NormalHead
    let decoder: Decoder
    let attributeEncoder: ConditionalNormal
    let attributeDecoder: MLP
    /// Attributes of the classes, `[classes, a]`.
    let attributes: Buffer
    /// Weights of the classifier, intercepts last, `[k + 1, classes]`.
    let classifier: Buffer
    public let latents: Int

    init(
      _ domain: Domain, _ latents: Int, _ networks: EncoderDecoder, attributes: Tensor,
      hidden: [Int], _ random: RandomStream
    ) {
      encoder = networks.encoder(domain, random)
      head = NormalHead(encoder.features, latents, random)
      decoder = networks.decoder(domain, latents: latents, random)
      let width = attributes.size(1)
      attributeEncoder = ConditionalNormal(
        width, latents, hidden: hidden, activation: networks.activation, random)
      attributeDecoder = MLP(
        [latents] + hidden.reversed() + [width], activation: networks.activation, random)
      self.attributes = Buffer(attributes.to(random.device))
      classifier = Buffer(
        Tensor.zeros([latents + 1, max(1, domain.classes.count)], device: random.device))
      self.latents = latents
    }
  }
}

extension CADAVAE.Network: Inferring, Sampling, Classifying {
  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal { head(encoder(x)) }
  /// q(z|a) of class attributes `[n, a]`, over `[n, k]`.
  public func posterior(attributes: Tensor) -> Normal { attributeEncoder(attributes) }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }
  /// Examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { decoder(z) }

  /// log p(class) of the posterior mean.
  public func logProbabilities(_ x: Tensor) -> Tensor {
    let (weights, z) = (classifier.tensor, encode(x))
    return (z.matmul(weights.sliced(0, 0, latents)) + weights[latents]).logSoftmax()
  }

  /// Fits the classifier to codes drawn from examples of seen classes and from attributes of unseen ones.
  ///
  /// - Throws: what reading throws, `TensorError`.
  func learnClasses(
    from seen: Examples, unseen: [Int], seenCodes: Int, unseenCodes: Int, _ seed: Seed
  ) throws {
    let device = classifier.tensor.device, classes = classifier.tensor.size(1)
    var codes: [Tensor] = [], labels: [Int] = []
    try withoutGradients {
      for (label, places) in try seen.placesByClass(classes).enumerated() where !places.isEmpty {
        var random = SplitMix(seed.child(label))
        let order = places.shuffled(using: &random)
        // A class with fewer examples lends each more than once, with other noise.
        let picked = (0..<seenCodes).map { order[$0 % order.count] }
        let x = try seen.batch(picked).moved(to: device).x
        let stream = RandomStream(seed.child("examples").child(label), device: device)
        codes.append(posterior(x).sample(stream))
        labels += Array(repeating: label, count: seenCodes)
      }
      for label in Set(unseen).sorted() {
        let rows = attributes.tensor[label].unsqueezed(0).expanded([
          unseenCodes, attributes.tensor.size(1),
        ])
        let stream = RandomStream(seed.child("attributes").child(label), device: device)
        codes.append(posterior(attributes: rows).sample(stream))
        labels += Array(repeating: label, count: unseenCodes)
      }
    }
    let model = try LogisticRegression().fit(
      Tensor.concatenate(codes).to(.cpu), labels, classes: classes)
    try classifier.tensor.assign(model.weights.to(.float32).to(device))
  }
}

extension Examples {
  /// Places of the examples of each class.
  ///
  /// - Throws: ``UserError`` without labels.
  func placesByClass(_ classes: Int) throws -> [[Int]] {
    guard let labels = try labels() else { throw UserError("the examples have no labels") }
    var places = [[Int]](repeating: [], count: classes)
    for (place, label) in labels.enumerated() { places[label].append(place) }
    return places
  }

  /// The examples of all classes but some.
  fileprivate func without(_ classes: [Int]) throws -> Examples {
    guard !classes.isEmpty, let labels = try labels() else { return self }
    let left = Set(classes)
    return subset(labels.indices.filter { !left.contains(labels[$0]) })
  }
}

extension Source {
  /// The source whose training and validation examples are of all classes but some.
  ///
  /// - Throws: ``UserError`` where no training example is left.
  func seen(without classes: [Int]) throws -> Source {
    let train = try train.without(classes)
    try require(train.count > 0, "\(name) has no training examples of seen classes")
    return try Source(
      given: name, domain, train: train, validation: validation.without(classes), test: test)
  }
}

extension FitRun {
  /// The same run on another source.
  func with(_ source: Source) -> FitRun {
    var run = FitRun(source, seed: seed)
    run.device = device
    run.lowPrecision = lowPrecision
    run.folder = folder
    run.resumes = resumes
    run.checkpointSeconds = checkpointSeconds
    run.budget = budget
    run.progress = progress
    run.shouldStop = shouldStop
    run.group = group
    return run
  }
}
