import Datasets
import Files
import Language

/// The text encoders that a source's texts may be read with.
enum Encoders {
  /// Tells the data which encoders have names, and how they are opened.
  static func introduce() {
    TextEncoders.open(names: ["minilm"]) { name in
      guard name == "minilm" else { return try SentenceEncoder(opening: name) }
      guard let folder = SentenceEncoder.installed() else {
        throw UserError("the text encoder \(name) is not installed; make encoder brings it")
      }
      return try SentenceEncoder(opening: folder)
    }
  }
}
