import Datasets
import Files
import Foundation
import Language
import Manual
import SelfSupervised

/// The encoders that a source's texts or pictures may be read with.
enum Encoders {
  /// Tells the data which encoders have names, how they are opened, and where to say how far they are.
  static func introduce(_ console: Console) {
    let telling: ExampleEncoders.Telling = { count in
      let line = console.progress("encode", total: count, unit: "examples")
      return { line.update(done: $0) }
    }
    ExampleEncoders.open(names: ["minilm"], telling: telling) { name in
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
