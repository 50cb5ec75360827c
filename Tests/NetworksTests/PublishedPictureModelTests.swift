import Files
import Foundation
import GoldenFixtures
import Testing
import Torch

@testable import Networks

/// A small network of pictures of timm or Hugging Face, whose weights follow from their names, and what it makes of two.
struct PictureCase: Decodable, Sendable, CustomStringConvertible {
  let name: String
  let files: [String: JSONValue]
  let tensors: [String: [Int]]
  let vectors: GoldenArray

  var description: String { name }

  private struct File: Decodable { let cases: [PictureCase] }
  static let all = (try? golden("pictures", as: File.self).cases) ?? []

  /// By the formula of `pictures.py`.
  static let levels = (LanguageCase.tensor("pictures", [2, 3, 32, 32]) + 0.4) / 0.8

  /// A folder as it is published, with `change` made to its tensors.
  func folder(
    _ change: (inout [String: Tensor]) -> Void = { _ in },
    configuration: (inout JSONValue) -> Void = { _ in }
  ) throws -> String {
    let folder = NSTemporaryDirectory() + "pictures-" + UUID().uuidString
    try makeFolder(folder)
    for (file, given) in files {
      var content = given
      if file == "config.json" { configuration(&content) }
      try AtomicFile.write(JSONEncoder().encode(content), to: "\(folder)/\(file)")
    }
    var all: [String: Tensor] = [:]
    for (name, shape) in tensors {
      let tensor = LanguageCase.tensor(name, shape)
      all[name] = name.hasSuffix("running_var") ? tensor.abs() + 0.5 : tensor
    }
    change(&all)
    try Safetensors(all).write(to: folder + "/model.safetensors")
    return folder
  }
}

@Suite struct PublishedPictureModelTests {
  @Test func thereAreCases() { #expect(PictureCase.all.count == 8) }

  @Test(arguments: PictureCase.all)
  func vectorsAreThoseOfThePackages(_ known: PictureCase) throws {
    let folder = try known.folder()
    let model = try PublishedPictureModel(opening: folder)
    #expect(model.side == 32 && model.channels == 3)
    let found = try model(PictureCase.levels).values(as: Double.self)
    let wanted = known.vectors.values
    #expect(found.count == wanted.count && model.width == found.count / 2)
    let largest = wanted.map(abs).max() ?? 1
    let miss = zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
    #expect(miss < 1e-4 * max(1, largest), "\(miss) of \(largest)")
  }

  @Test(arguments: PictureCase.all)
  func mapsAreWhatVectorsAreMadeOf(_ known: PictureCase) throws {
    let model = try PublishedPictureModel(opening: known.folder())
    let maps = try model.maps(of: PictureCase.levels, after: model.stages)
    #expect(maps.rank == 4 && maps.size(0) == 2 && maps.size(1) == model.width)
    #expect(maps.size(2) == maps.size(3))
    let first = try model.maps(of: PictureCase.levels, after: 1)
    #expect(first.size(2) >= maps.size(2))
    if known.name.contains("resnet") {
      let miss = try (maps.mean(over: 2, 3) - model(PictureCase.levels)).abs().max().value()
      #expect(miss < 1e-5)
    }
    #expect(throws: UserError.self) {
      try model.maps(of: PictureCase.levels, after: model.stages + 1)
    }
  }

  private var known: PictureCase {
    get throws { try #require(PictureCase.all.first { $0.name == "resnet-basic" }) }
  }

  @Test func aFileAloneIsReadWithTheLevelsOfImageNet() throws {
    let model = try PublishedPictureModel(opening: known.folder() + "/model.safetensors")
    #expect(model.side == 224)
    let grey = Tensor.full([1, 1, 28, 40], 0.5)
    #expect(try model(grey).shape == [1, 32])
    let wide = Tensor.full([1, 3, 300, 230], 0.5)
    let same = try (model(wide) - model(grey)).abs().max().value()
    #expect(same < 1e-4, "an even picture is even at any size")
  }

  @Test(arguments: [
    ("layer1.0.bn1.running_var", "lacks layer1.0.bn1.running_var"),
    ("conv1.weight", "no network of pictures"),
  ])
  func whatIsMissingIsNamed(_ lost: String, _ sentence: String) throws {
    let folder = try known.folder { $0[lost] = nil }
    #expect {
      try PublishedPictureModel(opening: folder)
    } throws: {
      "\($0)".contains(sentence)
    }
  }

  @Test(arguments: [
    ("resnet-basic", ["global_pool"], JSONValue.string("max"), "global_pool max"),
    ("vit", ["global_pool"], .string("avg"), "global_pool avg"),
    ("vit", ["model_args"], .null, "how many heads"),
    ("vit", ["model_args", "num_heads"], .integer(3), "multiple of 3"),
    ("vit", ["model_args", "act_layer"], .string("quick_gelu"), "act_layer quick_gelu"),
    ("hf-vit", ["hidden_act"], .string("silu"), "hidden_act silu"),
    ("hf-resnet", ["downsample_in_bottleneck"], .bool(true), "downsample_in_bottleneck"),
    (
      "vit", ["pretrained_cfg", "std"], .array([.integer(0), .integer(1), .integer(1)]),
      "not above 0"
    ),
    (
      "vit", ["pretrained_cfg", "input_size"], .array([.integer(3), .integer(1), .integer(-1)]),
      "-1 pixels"
    ),
  ])
  func whatTheTensorsDoNotShowIsRefusedByName(
    _ name: String, _ place: [String], _ value: JSONValue, _ sentence: String
  ) throws {
    let known = try #require(PictureCase.all.first { $0.name == name })
    let folder = try known.folder(configuration: { $0[place] = value })
    #expect {
      try PublishedPictureModel(opening: folder)
    } throws: {
      "\($0)".contains(sentence)
    }
  }

  @Test func whatIsNotOfTheNetworkOrOfAnotherShapeIsNamed() throws {
    let deep = try known.folder { $0["conv1.3.weight"] = Tensor.zeros([2]) }
    let wide = try known.folder { $0["layer2.0.conv1.weight"] = Tensor.zeros([8, 4, 5, 5]) }
    for (folder, sentence) in [(deep, "holds conv1.3.weight"), (wide, "of shape [8, 4, 5, 5]")] {
      #expect {
        try PublishedPictureModel(opening: folder)
      } throws: {
        "\($0)".contains(sentence)
      }
    }
    #expect(throws: UserError.self) { try PublishedPictureModel(opening: "/nowhere") }
    let vast = try known.folder { $0["conv1.weight"] = Tensor.zeros([1 << 40, 0, 7, 7]) }
    #expect(throws: UserError.self) { try PublishedPictureModel(opening: vast) }
    let model = try PublishedPictureModel(opening: known.folder())
    #expect(throws: UserError.self) { try model(Tensor.zeros([1, 2, 32, 32])) }
  }
}
