import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

extension IDVAE {
  /// The autoencoder of examples with its conditional prior, the decoder that makes an autoencoder of that prior, and
  /// the network that guesses what is not known.
  public struct Network: Module {
    let base: ConditionalAutoencoder
    /// p(u|z), `[n, k]` to `[n, c]`.
    let conditionDecoder: MLP
    let conditionLikelihood: Likelihood
    let guessEncoder: Encoder
    let guessHead: NormalHead

    init(
      _ domain: Domain, _ base: ConditionalAutoencoder, _ networks: EncoderDecoder,
      _ hidden: [Int], _ random: RandomStream
    ) {
      self.base = base
      let width = base.known.width
      conditionDecoder = MLP(
        [base.codes] + hidden.reversed() + [width], activation: networks.activation, random)
      conditionLikelihood = Likelihood(.gaussian, isUnit: true, device: random.device)
      guessEncoder = networks.encoder(domain, random)
      guessHead = NormalHead(guessEncoder.features, width, random)
    }
  }
}

extension IDVAE.Network {
  /// What the bound of examples trains: all but the autoencoder of what is known.
  var ofExamples: [Tensor] {
    base.encoder.parameters + base.decoder.parameters + base.likelihood.parameters
      + guessEncoder.parameters + guessHead.parameters
  }
  /// The autoencoder of what is known: the conditional prior, and the decoder of what it says.
  var ofKnown: [Tensor] {
    (base.prior?.parameters ?? []) + conditionDecoder.parameters + conditionLikelihood.parameters
  }

  /// q(u|x) before ``squashed(_:)``, over `[n, c]`.
  func guess(_ x: Tensor) -> Normal { guessHead(guessEncoder(x)) }

  /// 1 for each number of a condition that lies in 0…1, else 0, `[c]`.
  private func unit(_ like: Tensor) -> Tensor {
    Tensor(base.known.isUnit.map { $0 ? Float(1) : 0 }).to(like.device)
  }

  /// Guesses as conditions: through a sigmoid where those lie in 0…1.
  func squashed(_ guess: Tensor) -> Tensor {
    let unit = unit(guess)
    return guess.sigmoid() * unit + guess * (1 - unit)
  }

  /// What a draw of the guess costs where `u` is known, `[n]`: cross-entropies, and squared errors of real factors.
  func guessError(_ guess: Normal, _ u: Tensor, _ random: RandomStream) -> Tensor {
    let drawn = guess.sample(random), unit = unit(u)
    let surprise = drawn.binaryCrossEntropy(u.clamped(0, 1)) * unit
    return (surprise + (drawn - u).squared() * (1 - unit)).sumPerExample()
  }

  /// 1 for examples that count as labelled, else 0, `[n, 1]`: a draw for each place in the split.
  func isLabelled(_ batch: Batch, share: Double) -> Tensor {
    let known = batch.indices.map { place -> Float in
      var random = SplitMix(Seed(0).child("labelled").child(place))
      return random.uniform() < share ? 1 : 0
    }
    return Tensor(known, shape: [known.count, 1]).to(batch.x.device)
  }
}

extension IDVAE.Network: Inferring, Conditioning {
  public var latents: Int { base.latents }
  public func condition(_ batch: Batch) -> Tensor { base.condition(batch) }
  public func drawConditions(_ count: Int, label: Int?, _ random: RandomStream) -> Tensor {
    base.drawConditions(count, label: label, random)
  }
  public func encode(_ x: Tensor, given condition: Tensor) -> Tensor {
    base.encode(x, given: condition)
  }
  public func decode(_ z: Tensor, given condition: Tensor) -> Tensor {
    base.decode(z, given: condition)
  }
  public func decode(_ z: Tensor) -> Tensor { base.decode(z) }
  public func place(_ z: Tensor, given condition: Tensor) -> Tensor { z }
  public func samplePrior(
    given condition: Tensor, temperature: Double, _ random: RandomStream
  ) -> Tensor {
    base.samplePrior(given: condition, temperature: temperature, random)
  }

  /// q(z|x, u) with the expected guess of u, over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal {
    base.posterior(x, given: squashed(guess(x).mean))
  }
  /// Posterior means with guessed conditions, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }
}
