import Files
import Foundation

/// A source that can be opened by name.
public struct KnownSource: Codable, Equatable, Sendable {
  /// The name to open it by.
  public let name: String
  /// What its examples are.
  public let what: String
  /// How many and how large.
  public let size: String
  /// The terms it may be used under.
  public let licence: String
  /// Who made it.
  public let origin: String
  /// How a person gets it.
  public let how: String
  /// Whether it can be opened now.
  public let isHere: Bool
}

extension Source {
  /// All sources that have a name, on this machine or not.
  public static func known() -> [KnownSource] {
    let worlds = Plane.allCases.map {
      KnownSource(
        name: $0.rawValue, what: $0.about, size: "10,000 points by default",
        licence: "Apache-2.0", origin: "Latent", how: "made on demand", isHere: true)
    }
    let texts = TextWorlds.all.map {
      KnownSource(
        name: $0.name, what: $0.about, size: "20,000 by default", licence: "Apache-2.0",
        origin: "Latent", how: "made on demand", isHere: true)
    }
    return [
      KnownSource(
        name: "fashion-mnist", what: "grey pictures of clothes, 1x28x28, 10 classes",
        size: "60,000 + 10,000", licence: "MIT", origin: "Xiao, Rasul, Vollgraf 2017 (Zalando)",
        how: "make setup", isHere: Places.fashion != nil),
      KnownSource(
        name: "digits", what: "grey pictures of handwritten digits, 1x8x8, 10 classes",
        size: "1,797", licence: "CC BY 4.0",
        origin: "Alpaydin and Kaynak 1998 (UCI), by scikit-learn",
        how: "make setup", isHere: Places.digits != nil),
      KnownSource(
        name: "sprites", what: "one white shape with five known factors, 1x32x32",
        size: "20,000 of 92,160 by default", licence: "Apache-2.0", origin: "Latent",
        how: "made on demand", isHere: true),
      KnownSource(
        name: "sentences",
        what: "English clauses of a small grammar with seven known factors, 31 bytes",
        size: "20,000 of 301,056 by default", licence: "Apache-2.0", origin: "Latent",
        how: "made on demand", isHere: true),
      KnownSource(
        name: Superposition.name,
        what: "vectors of 64 numbers, each a sum of few of 256 known directions",
        size: "20,000 by default", licence: "Apache-2.0", origin: "Latent",
        how: "made on demand", isHere: true),
    ] + texts + worlds + Manifest.known()
  }
}
