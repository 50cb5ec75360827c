import Datasets
import Files
import Foundation
import Language
import SelfSupervised

/// The encoders that a source's texts or pictures may be read with.
enum Encoders {
  /// Tells the data which encoders have names, and how they are opened.
  static func introduce() {
    ExampleEncoders.open(names: ["minilm"]) { name in
      if name == "minilm" {
        guard let folder = SentenceEncoder.installed() else {
          throw UserError("the text encoder \(name) is not installed; make encoder brings it")
        }
        return try SentenceEncoder(opening: folder)
      }
      let readsTexts = FileManager.default.fileExists(atPath: name + "/tokenizer.json")
      return readsTexts ? try SentenceEncoder(opening: name) : try PictureEncoder(opening: name)
    }
  }
}
