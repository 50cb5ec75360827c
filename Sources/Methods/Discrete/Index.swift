import Evaluation

/// Codes that are one of so many, and gradients through the choice.
public enum Discrete {
  /// The family's methods.
  public static let methods: [Method] = []
}
