import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// An encoder to a normal block and to categorical variables, each with its prior, and a decoder of both together.
public struct JointAutoencoder: Module {
  let encoder: Encoder
  let head: NormalHead
  let logits: Linear
  let decoder: Decoder
  let likelihood: Likelihood
  let continuous: Int
  /// Number of classes of each categorical variable.
  let categories: [Int]

  init(
    _ domain: Domain, continuous: Int, categories: [Int], _ networks: EncoderDecoder,
    _ likelihood: LikelihoodFamily, _ random: RandomStream
  ) {
    let classes = categories.reduce(0, +)
    encoder = networks.encoder(domain, random)
    head = NormalHead(encoder.features, continuous, random)
    logits = Linear(encoder.features, classes, random)
    decoder = networks.decoder(domain, latents: continuous + classes, random)
    self.likelihood = Likelihood(likelihood, isUnit: domain.isUnit, device: random.device)
    self.continuous = continuous
    self.categories = categories
  }

  /// q(z|x) and q(c|x) of one example each row; there is one distribution for each categorical variable.
  struct Posterior {
    let z: Normal
    let c: [OneHotCategorical]

    /// KL of the categorical block from equally likely classes, nats, `[n]`.
    var categoricalRate: Tensor {
      c.dropFirst().reduce(c[0].divergenceFromUniform()) { $0 + $1.divergenceFromUniform() }
    }

    /// The posteriors of all examples `times` times over.
    func repeated(_ times: Int) -> Posterior {
      Posterior(z: z.repeated(times), c: c.map { $0.repeated(times) })
    }

    /// One-hot draws of all categorical variables side by side, `[n, classes]`.
    func classes(_ random: RandomStream) -> Tensor {
      let draws = c.enumerated().map { $1.sample(random.child($0)) }
      return .concatenate(draws, along: 1)
    }
  }

  func posterior(_ x: Tensor) -> Posterior {
    let features = encoder(x)
    let all = logits(features)
    var start = 0
    let c = categories.map { classes in
      defer { start += classes }
      return OneHotCategorical(logits: all.sliced(1, start, start + classes))
    }
    return Posterior(z: head(features), c: c)
  }

  /// p(x|z, c) for codes side by side, `[n, k]`.
  func distribution(_ code: Tensor) -> any Distribution { likelihood(decoder(code)) }

  /// Refuses codes, networks or likelihoods that make no sense.
  ///
  /// - Throws: `UserError`.
  static func validate(
    _ domain: Domain, continuous: Int, categories: [Int], _ networks: EncoderDecoder,
    _ likelihood: LikelihoodFamily
  ) throws {
    try require(
      !categories.isEmpty && categories.allSatisfy { (2...10_000) ~= $0 },
      "--categories \(categories.map(\.description).joined(separator: ",")): must be numbers of "
        + "classes from 2 to 10000, one for each categorical variable")
    try AutoencoderSettings.validate(domain, continuous, networks, likelihood)
  }
}

extension JointAutoencoder: Encoding, Sampling, Bounding {
  /// Numbers of a code: the normal block, then one for each class of each categorical variable.
  public var latents: Int { continuous + categories.reduce(0, +) }

  /// Posterior means, then probabilities of the classes, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    let q = posterior(x)
    return .concatenate([q.z.mean] + q.c.map(\.mean), along: 1)
  }

  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { distribution(z).mean }

  /// Draws of the standard normal, scaled by `temperature`, then one-hot draws of equally likely classes.
  public func samplePrior(
    _ count: Int, temperature: Double, _ random: RandomStream
  ) -> Tensor {
    let c = categories.enumerated().map {
      random.child($0).integers(0..<$1, [count]).oneHot($1).to(.float32)
    }
    return .concatenate([random.normal([count, continuous]) * temperature] + c, along: 1)
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let code = Tensor.concatenate(
      [q.z.sample(random.child("normal")), q.classes(random.child("classes"))], along: 1)
    return distribution(code).logProbability(of: x) - q.z.divergenceFromStandard()
      - q.categoricalRate
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let q = posterior(x).repeated(draws)
    let z = q.z.sample(random.child("normal"))
    let c = q.c.enumerated().map { $1.sample(random.child("classes").child($0)) }
    let p = distribution(.concatenate([z] + c, along: 1)).logProbability(of: x.repeated(draws))
    let normal = Normal.standardLogProbability(of: z) - q.z.logProbability(of: z)
    let classes = zip(q.c, c).map { $0.logProbability(of: $1) - $0.logUniform }
    return (p + normal - classes.dropFirst().reduce(classes[0], +)).reshaped(draws, x.size(0))
  }
}
