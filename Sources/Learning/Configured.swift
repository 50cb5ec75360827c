/// A value whose stored properties are settings: flags, help and saved settings follow from them and from
/// their comments.
public protocol Configured: Codable, Sendable {
  /// What it is, for lists and help.
  static var card: Card { get }
  /// The defaults.
  init()
}
