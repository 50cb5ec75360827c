import Evaluation

/// Codes from which data can be reconstructed, without a distribution over them.
public enum Reconstruction {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(Autoencoder.self),
    Method(WAE.self),
  ]
}
