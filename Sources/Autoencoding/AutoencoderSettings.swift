import Datasets
import Files
import Networks
import Probability

/// Which settings of autoencoders make sense.
public enum AutoencoderSettings {
  /// Refuses codes, networks or likelihoods that do not suit the data.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  public static func validate(
    _ domain: Domain, _ latents: Int, _ networks: EncoderDecoder, _ likelihood: LikelihoodFamily
  ) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      (1...100_000) ~= latents, "--latents \(latents): must be from 1 to 100000 latent units")
    try require(
      !networks.hidden.isEmpty && networks.hidden.allSatisfy { (1...1_000_000) ~= $0 },
      "--hidden \(networks.hidden.map(\.description).joined(separator: ",")): must be widths of at least 1"
    )
    try require(
      networks.architecture.suits(domain.shape),
      "--architecture convolution needs images of at least 4×4, and the source has shape "
        + "\(domain.shape); --architecture mlp takes any")
    try require(
      Likelihood.suits(likelihood, isUnit: domain.isUnit),
      "--likelihood \(likelihood.rawValue) is for data in 0…1, and the source holds other numbers; "
        + "--likelihood gaussian takes any")
  }

  /// Refuses less than one sample.
  ///
  /// - Throws: `UserError`.
  public static func validate(samples: Int) throws {
    try require(samples >= 1, "--samples \(samples): at least 1 sample of the posterior is needed")
  }

  /// Refuses networks, by flag, without a layer or with a layer without a unit.
  ///
  /// - Throws: `UserError`.
  public static func validate(widths: [(flag: String, value: [Int])]) throws {
    for (flag, value) in widths {
      let text = value.map(\.description).joined(separator: ",")
      try require(
        !value.isEmpty && value.allSatisfy { (1...1_000_000) ~= $0 },
        "--\(flag) \(text): must be widths of at least 1")
    }
  }

  /// Refuses weights of a loss, by flag, that are below 0.
  ///
  /// - Throws: `UserError`.
  public static func validate(weights: [(flag: String, value: Double)]) throws {
    for (flag, value) in weights {
      try require(value >= 0, "--\(flag) \(value): a weight must be at least 0")
    }
  }

  /// Refuses a negative weight of the KL term, and a share of the training that is none.
  ///
  /// - Throws: `UserError`.
  public static func validate(beta: Double, annealing: Double) throws {
    try require(beta >= 0, "--beta \(beta): the weight of the KL term must be at least 0")
    try require(0...1 ~= annealing, "--annealing \(annealing): must be a share from 0 to 1")
  }
}

extension Domain {
  /// Whether all inputs lie in `[0, 1]`.
  public var isUnit: Bool { support == .unit || support == .binary }
}
