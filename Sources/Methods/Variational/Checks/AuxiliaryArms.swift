import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

extension AuxiliaryTrial {
  private static let adamRates = [0.0005, 0.001, 0.002, 0.004]
  /// Batches without a rest, of 324 digits and 180 frames.
  private static func batch(_ digits: Bool) -> Int { digits ? 54 : 60 }

  func sgpbae(_ source: Source, _ digits: Bool, _ rate: Double?) throws -> Fitted {
    let chosen =
      try rate ?? self.rate("sgpbae", digits, of: [0.003, 0.006, 0.012, 0.024], sgpbae)
    var method = SGPBAE()
    (method.latents, method.inducing, method.moves) = (digits ? 8 : 2, 64, 3)
    (method.lengthScale, method.auxiliary) = digits ? (1, []) : (0.2, [1])
    if lab.isQuick { (method.inducing, method.moves) = (16, 2) }
    (method.samplerRate, method.likelihood) = (chosen, .gaussian)
    method.networks.hidden = [128]
    method.networks.architecture = .mlp
    method.training.batch = Self.batch(digits)
    method.training.learningRate = 0.003
    method.training.epochs = lab.pick(full: rate == nil ? 200 : 50, quick: 3)
    let network = try lab.fit(method, source, seed: rate == nil ? seed : Seed(0), as: "sgpbae")
    return Fitted(predictor: { network.predictions($0, repeats: 4, $1) }) {
      network.expectedCodes($0)
    }
  }

  func cvae(_ source: Source, _ digits: Bool, _ rate: Double?) throws -> Fitted {
    let chosen = try rate ?? self.rate("cvae", digits, of: Self.adamRates, cvae)
    var method = ConditionalArm()
    method.networks.hidden = [128]
    method.networks.architecture = .mlp
    method.training = training(chosen, digits, isChoosing: rate != nil)
    let network = try lab.fit(method, source, seed: rate == nil ? seed : Seed(0), as: "cvae")
    let predictor: Predictor = { batch, random in
      (0..<32).map { draw in
        let z = random.child(draw).normal([batch.x.size(0), network.latents])
        return network.distribution(z, batch)
      }
    }
    return Fitted(predictor: predictor) { network.posterior($0).mean }
  }

  /// A variational autoencoder, and process regression of its codes.
  func regression(_ source: Source, _ digits: Bool, _ rate: Double?) throws -> Fitted {
    let chosen = try rate ?? self.rate("vae", digits, of: Self.adamRates, regression)
    var method = VAE()
    (method.latents, method.likelihood) = (digits ? 8 : 2, .gaussian)
    method.networks.hidden = [128]
    method.networks.architecture = .mlp
    method.training = training(chosen, digits, isChoosing: rate != nil)
    let network = try lab.fit(method, source, seed: rate == nil ? seed : Seed(0), as: "vae")
    let batch = try source.train.batch(Array(0..<source.train.count))
    let known = Self.auxiliary(batch, digits)
    let (centre, scale) = (known.mean(over: 0), known.standardDeviation(over: 0))
    let process = try withoutGradients {
      try ProcessRegression((known - centre) / scale, network.encode(batch.x).to(.float64))
    }
    func codes(_ batch: Batch) -> Normal {
      process((Self.auxiliary(batch, digits) - centre) / scale)
    }
    let predictor: Predictor = { batch, random in
      let codes = codes(batch)
      return (0..<32).map { draw in
        network.likelihood(network.decoder(codes.sample(random.child(draw)).to(.float32)))
      }
    }
    return Fitted(predictor: predictor) {
      codes($0).mean
    } plain: {
      network.encode($0.x)
    }
  }

  /// A variational autoencoder with processes in it.
  func processes(_ source: Source, _ digits: Bool, _ rate: Double?) throws -> Fitted {
    let chosen = try rate ?? self.rate("svgp-vae", digits, of: Self.adamRates, processes)
    var method = ProcessArm()
    (method.latents, method.inducing) = (digits ? 8 : 2, lab.isQuick ? 16 : 64)
    (method.length, method.auxiliary) = digits ? (1, []) : (0.2, [1])
    method.networks.hidden = [128]
    method.networks.architecture = .mlp
    method.training = training(chosen, digits, isChoosing: rate != nil)
    let network = try lab.fit(method, source, seed: rate == nil ? seed : Seed(0), as: "svgp-vae")
    let all = try source.train.batch(Array(0..<source.train.count))
    let posterior = withoutGradients { network.posterior(all, share: 1) }
    let predictor: Predictor = { batch, random in
      let codes = network.codes(batch, given: posterior)
      return (0..<32).map { draw in
        network.likelihood(network.decoder(codes.sample(random.child(draw))))
      }
    }
    return Fitted(predictor: predictor) { network.codes($0, given: posterior).mean }
  }

  private static func auxiliary(_ batch: Batch, _ digits: Bool) -> Tensor {
    let all = (batch.factors ?? Tensor.zeros([0, 1])).to(.float64)
    return digits ? all : all.sliced(1, 0, 1)
  }

  private func training(_ rate: Double, _ digits: Bool, isChoosing: Bool) -> Training {
    var training = Training()
    training.batch = Self.batch(digits)
    training.learningRate = rate
    training.epochs = lab.pick(full: isChoosing ? 150 : 600, quick: 6)
    return training
  }
}
