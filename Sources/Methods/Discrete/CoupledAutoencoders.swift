import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// Autoencoders of the same form, each with a category and a continuous style that depends on it.
public struct CoupledAutoencoders: Module {
  /// One of them.
  public struct Arm: Module {
    let encoder: Encoder
    let logits: Linear
    let head: NormalHead
    let decoder: Decoder
    let likelihood: Likelihood

    /// q(c|x), over `[n, categories]`.
    func category(_ features: Tensor) -> OneHotCategorical {
      OneHotCategorical(logits: logits(features))
    }
    /// q(s|x, c), over `[n, styles]`.
    func style(_ features: Tensor, _ c: Tensor) -> Normal {
      head(.concatenate([features, c], along: 1))
    }
    /// p(x|s, c).
    func distribution(_ s: Tensor, _ c: Tensor) -> any Distribution {
      likelihood(decoder(.concatenate([s, c], along: 1)))
    }
  }

  let arms: [Arm]
  let styles: Int
  let categories: Int

  init(
    _ domain: Domain, arms: Int, styles: Int, categories: Int, _ networks: EncoderDecoder,
    _ likelihood: LikelihoodFamily, _ random: RandomStream
  ) {
    self.arms = (0..<arms).map { index in
      let random = random.child(index)
      let encoder = networks.encoder(domain, random)
      return Arm(
        encoder: encoder, logits: Linear(encoder.features, categories, random),
        head: NormalHead(encoder.features + categories, styles, random),
        decoder: networks.decoder(domain, latents: styles + categories, random),
        likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device))
    }
    self.styles = styles
    self.categories = categories
  }

  /// The arms' shares in categories on average, `[n]` + shape to `[n, categories]`.
  func consensus(_ x: Tensor) -> Tensor {
    let shares = arms.map { $0.category($0.encoder(x)).mean }
    return shares.dropFirst().reduce(shares[0], +) * (1 / Double(arms.count))
  }
}

extension CoupledAutoencoders: Encoding, Sampling, Bounding {
  /// Numbers of a code: the style, then one for each category.
  public var latents: Int { styles + categories }

  /// The first arm's style at the consensus, then the consensus, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    let c = consensus(x)
    return .concatenate([arms[0].style(arms[0].encoder(x), c).mean, c], along: 1)
  }

  /// Expected examples by the first arm, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    arms[0].distribution(z.sliced(1, 0, styles), z.sliced(1, styles, latents)).mean
  }

  /// Draws of the standard normal, scaled by `temperature`, then one-hot draws of equally likely categories.
  public func samplePrior(
    _ count: Int, temperature: Double, _ random: RandomStream
  ) -> Tensor {
    let c = random.child("category").integers(0..<categories, [count]).oneHot(categories)
    return .concatenate(
      [random.normal([count, styles]) * temperature, c.to(.float32)], along: 1)
  }

  /// The first arm's bound.
  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let features = arms[0].encoder(x)
    let q = arms[0].category(features)
    let c = q.sample(random.child("category"))
    let s = arms[0].style(features, c)
    let p = arms[0].distribution(s.sample(random.child("style")), c)
    return p.logProbability(of: x) - s.divergenceFromStandard() - q.divergenceFromUniform()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let features = arms[0].encoder(x).repeated(draws)
    let q = arms[0].category(features)
    let c = q.sample(random.child("category"))
    let style = arms[0].style(features, c)
    let s = style.sample(random.child("style"))
    let p = arms[0].distribution(s, c).logProbability(of: x.repeated(draws))
    let prior = Normal.standardLogProbability(of: s) + q.logUniform
    return (p + prior - style.logProbability(of: s) - q.logProbability(of: c))
      .reshaped(draws, x.size(0))
  }
}
