import Evaluation

/// Autoencoders that are told something of each example: attributes, another view, what is missing.
public enum Conditional {
  /// The family's methods.
  public static let methods: [Method] = []
}
