import Files
import Torch

/// A published network that makes vectors of pictures: a residual network or a vision transformer, with weights by the
/// names of timm, torchvision or Hugging Face.
///
/// Its form follows from the tensors; `config.json` and `preprocessor_config.json` beside them say how pictures are
/// brought to its levels and how many heads attend. Without them levels are ImageNet's and heads have 64 units.
public struct PublishedPictureModel: Sendable {
  /// Numbers of a vector.
  public let width: Int
  /// Channels of a picture.
  public let channels: Int
  /// Pixels along a side of a picture.
  public let side: Int
  private let network: Network
  private let mean: Tensor
  private let deviation: Tensor

  private enum Network: Sendable {
    case residual(ResNet)
    case transformer(VisionTransformer)
  }

  /// Opens a folder with `model.safetensors`, or a `.safetensors` file.
  ///
  /// - Throws: `UserError` in one sentence: tensors of a network that is not known, missing, of another shape or too many.
  public init(opening path: String) throws {
    let file = try CheckpointTensors(path)
    let settings = try PictureSettings(beside: path)
    let shapes = Dictionary(
      file.tensors.map { (PictureTensorNames.plain($0.key), $0.value.shape) }
    ) { $1 }
    func assembled(_ places: [TensorPlace], _ what: String) throws -> [String: Tensor] {
      try file.assembled(
        places, plain: PictureTensorNames.plain, as: what, ignoring: PictureTensorNames.isIgnored)
    }
    func refuse(_ name: String, _ value: String?, unless wanted: String) throws {
      try require(
        value ?? wanted == wanted,
        "\(path)/config.json: the \(name) \(value ?? "") is not known here for such a network")
    }
    if let form = ResNetForm(shapes) {
      try refuse("global_pool", settings.pool, unless: "avg")
      try refuse("hidden_act", settings.activation, unless: "relu")
      let weights = try assembled(form.places, "ResNet")
      let resnet = ResNet(form, RandomStream(0))
      try resnet.load(weights)
      network = .residual(resnet)
      (width, channels, side) = (resnet.features, form.inputs, settings.side ?? 224)
    } else if var form = VisionTransformerForm(shapes) {
      try refuse("global_pool", settings.pool, unless: form.hasClassToken ? "token" : "avg")
      try refuse("hidden_act", settings.activation, unless: "gelu")
      try require(
        settings.heads != nil || form.width % 64 == 0,
        "\(path): a width of \(form.width) is no multiple of 64, so a config.json has to say how many heads there are"
      )
      form.heads = settings.heads ?? form.heads
      form.epsilon = settings.epsilon ?? form.epsilon
      try require(
        form.heads > 0 && form.width % form.heads == 0,
        "\(path): a width of \(form.width) is no multiple of \(form.heads) heads")
      let isJoined = shapes["blocks.0.attn.qkv.weight"] != nil
      let weights = try assembled(form.places(isJoined: isJoined), "vision transformer")
      let transformer = VisionTransformer(form, RandomStream(0))
      try transformer.load(weights)
      network = .transformer(transformer)
      (width, channels, side) = (form.width, form.inputs, form.side)
    } else {
      throw UserError(
        "\(file.path) holds no network of pictures that is known here: a ResNet or a vision transformer, by the names of "
          + "timm, torchvision or Hugging Face")
    }
    try require(
      settings.mean.count == channels && settings.deviation.count == channels,
      "\(path) says how \(settings.mean.count) channels are read, and its network has \(channels)")
    mean = Tensor(settings.mean).reshaped(channels, 1, 1)
    deviation = Tensor(settings.deviation).reshaped(channels, 1, 1)
  }

  /// Stages of a residual network, or blocks of a transformer.
  public var stages: Int {
    switch network {
    case .residual(let resnet): resnet.stages.count
    case .transformer(let transformer): transformer.blocks.count
    }
  }

  /// Vectors of pictures with levels from 0 to 1, `[n, channels, h, w]` to `[n, width]`; a picture is brought to the
  /// network's size as a whole, and a grey one is every channel.
  ///
  /// - Throws: `UserError` for another number of channels; `TensorError`.
  public func callAsFunction(_ pictures: Tensor) throws -> Tensor {
    try read(pictures) { x in
      switch network {
      case .residual(let resnet): resnet(x)
      case .transformer(let transformer): transformer(x)
      }
    }
  }

  /// What the first `count` stages or blocks put out, place by place, `[n, channels, h, w]` to `[n, units, h', w']`.
  ///
  /// - Throws: `UserError` for another number of channels, or where there are fewer stages; `TensorError`.
  public func maps(of pictures: Tensor, after count: Int) throws -> Tensor {
    try require(
      1...stages ~= count, "the network has stages from 1 to \(stages), and no stage \(count)")
    return try read(pictures) { x in
      switch network {
      case .residual(let resnet): resnet.maps(x, after: count)
      case .transformer(let transformer): transformer.maps(x, after: count)
      }
    }
  }

  private func read(_ pictures: Tensor, _ body: (Tensor) -> Tensor) throws -> Tensor {
    let given = pictures.size(1)
    try require(
      given == channels || given == 1,
      "pictures have \(given) channels, and this network reads \(channels)")
    return try withoutGradients {
      let x = (fitted(pictures) - mean) / deviation
      return try Runtime.training(false) { body(x) }.checked()
    }
  }

  /// Area averages where a picture is larger than the network's, linear interpolation where it is smaller.
  private func fitted(_ x: Tensor) -> Tensor {
    let size = [x.size(2), x.size(3)], small = size.map { min($0, side) }
    let shrunk = small == size ? x : x.averagePooled(to: small)
    return small == [side, side] ? shrunk : shrunk.interpolated(to: [side, side], by: .linear)
  }
}
