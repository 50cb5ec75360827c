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
    let norm: BatchNorm
    let logits: Linear
    let head: NormalHead
    let decoder: Decoder
    let likelihood: Likelihood
    /// Temperature τ of the second softmax.
    let sharpness: Double

    /// Features of examples, each of unit variance over the batch, `[n]` + shape to `[n, features]`.
    func features(_ x: Tensor) -> Tensor { norm(encoder(x)) }
    /// q(c|x) = softmax(softmax(logits) / τ), over `[n, categories]`: its logits are from 0 to 1/τ.
    func category(_ features: Tensor) -> OneHotCategorical {
      OneHotCategorical(logits: logits(features).softmax() * (1 / sharpness))
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
    _ domain: Domain, arms: Int, styles: Int, categories: Int, sharpness: Double,
    _ networks: EncoderDecoder, _ likelihood: LikelihoodFamily, _ random: RandomStream
  ) {
    self.arms = (0..<arms).map { index in
      let random = random.child(index)
      let encoder = networks.encoder(domain, random)
      return Arm(
        encoder: encoder, norm: BatchNorm(encoder.features, device: random.device),
        logits: Linear(encoder.features, categories, random),
        head: NormalHead(encoder.features + categories, styles, random),
        decoder: networks.decoder(domain, latents: styles + categories, random),
        likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
        sharpness: sharpness)
    }
    self.styles = styles
    self.categories = categories
  }

  /// The first arm's shares in categories, `[n]` + shape to `[n, categories]`.
  func shares(_ x: Tensor) -> Tensor { arms[0].category(arms[0].features(x)).mean }
}

extension CoupledAutoencoders: Encoding, Sampling, Bounding {
  /// Numbers of a code: the style, then one for each category.
  public var latents: Int { styles + categories }

  /// The first arm's style at its shares in categories, then these, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    let features = arms[0].features(x)
    let c = arms[0].category(features).mean
    return .concatenate([arms[0].style(features, c).mean, c], along: 1)
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
    let features = arms[0].features(x)
    let q = arms[0].category(features)
    let c = q.sample(random.child("category"))
    let s = arms[0].style(features, c)
    let p = arms[0].distribution(s.sample(random.child("style")), c)
    return p.logProbability(of: x) - s.divergenceFromStandard() - q.divergenceFromUniform()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let features = arms[0].features(x).repeated(draws)
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
