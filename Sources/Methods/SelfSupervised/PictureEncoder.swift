import Datasets
import Files
import Foundation
import Networks
import Torch

/// Pictures as the vectors that a published network makes of them, such as a ResNet or a vision transformer of timm.
public struct PictureEncoder: PictureEncoding {
  private let model: PublishedPictureModel
  /// Names the weights, and how pictures are read.
  public let fingerprint: String

  /// Opens the network at `path`, a folder with `model.safetensors` or a `.safetensors` file.
  ///
  /// - Throws: `UserError` in one sentence where it is none.
  public init(opening path: String) throws {
    model = try PublishedPictureModel(opening: path)
    let names = ["model.safetensors", "model.safetensors.index.json", "config.json"]
    let files =
      path.hasSuffix(".safetensors")
      ? [path]
      : (names + ["preprocessor_config.json"]).map { "\(path)/\($0)" }
        .filter(FileManager.default.fileExists)
    var digest = Digest()
    for file in files { digest.add(try Digest.of(file: file)) }
    fingerprint = digest.hex()
  }

  /// Numbers of a vector.
  public var width: Int { model.width }

  public func vectors(of pictures: Tensor) throws -> Tensor { try model(pictures) }
}
