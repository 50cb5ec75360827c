import Files

/// The names of published networks of pictures: those of timm and torchvision, and those of Hugging Face as these.
enum PictureTensorNames {
  /// A tensor's name as timm has it.
  static func plain(_ name: String) -> String {
    var name = name
    for prefix in ["vit.", "dinov2.", "resnet."] where name.hasPrefix(prefix) {
      name = String(name.dropFirst(prefix.count))
    }
    if let known = starts[name] { return known }
    var steps = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if name.hasPrefix("embedder.embedder."), steps.count == 4 {
      return "\(steps[2] == "convolution" ? "conv1" : "bn1").\(steps[3])"
    }
    if name.hasPrefix("encoder.stages."), steps.count > 6, let stage = Int(steps[2]) {
      let block = "layer\(stage + 1).\(steps[4])", leaf = steps[steps.count - 1]
      let isNorm = steps[steps.count - 2] == "normalization"
      if steps[5] == "shortcut" { return "\(block).downsample.\(isNorm ? 1 : 0).\(leaf)" }
      return "\(block).\(isNorm ? "bn" : "conv")\((Int(steps[6]) ?? 0) + 1).\(leaf)"
    }
    if name.hasPrefix("encoder.layer."), steps.count > 4 {
      let leaf = steps.removeLast()
      let part = steps[3...].joined(separator: ".")
      guard let known = parts[part] else { return name }
      return "blocks.\(steps[2]).\(known)" + (known.hasSuffix("gamma") ? "" : ".\(leaf)")
    }
    return name
  }

  private static let starts = [
    "embeddings.cls_token": "cls_token", "embeddings.position_embeddings": "pos_embed",
    "embeddings.patch_embeddings.projection.weight": "patch_embed.proj.weight",
    "embeddings.patch_embeddings.projection.bias": "patch_embed.proj.bias",
    "layernorm.weight": "norm.weight", "layernorm.bias": "norm.bias",
  ]

  private static let parts = [
    "layernorm_before": "norm1", "norm1": "norm1", "layernorm_after": "norm2", "norm2": "norm2",
    "attention.attention.query": "attn.q", "attention.attention.key": "attn.k",
    "attention.attention.value": "attn.v", "attention.output.dense": "attn.proj",
    "intermediate.dense": "mlp.fc1", "output.dense": "mlp.fc2", "mlp.fc1": "mlp.fc1",
    "mlp.fc2": "mlp.fc2", "layer_scale1": "ls1.gamma", "layer_scale2": "ls2.gamma",
  ]

  /// Whether a tensor of that plain name belongs to a classifier on top, or counts batches.
  static func isIgnored(_ name: String) -> Bool {
    name.hasSuffix("num_batches_tracked") || name == "embeddings.mask_token"
      || ["fc.", "head.", "classifier.", "pooler."].contains { name.hasPrefix($0) }
  }
}

extension ResNetForm {
  /// The form that tensors of these plain names have; nothing where they are not those of a residual network.
  ///
  /// - Parameter shapes: Of the tensors, by plain name.
  init?(_ shapes: [String: [Int]]) {
    // A tensor without numbers may claim any shape.
    guard let first = shapes["conv1.weight"], let next = shapes["layer1.0.conv1.weight"],
      first.count == 4, next.count == 4, (first + next).allSatisfy({ 1...65_536 ~= $0 })
    else { return nil }
    (inputs, stem, channels) = (first[1], first[0], next[0])
    isBottleneck = shapes["layer1.0.conv3.weight"] != nil
    blocks = []
    while shapes["layer\(blocks.count + 1).0.conv1.weight"] != nil {
      let stage = "layer\(blocks.count + 1)"
      blocks.append((1...).first { shapes["\(stage).\($0).conv1.weight"] == nil } ?? 1)
      // No network has so many, and widths double.
      if blocks.count > 8 { return nil }
    }
  }

  var places: [TensorPlace] {
    var (found, width) = (layer("stem", "conv1", "bn1", [stem, inputs, 7, 7]), stem)
    for (stage, count) in blocks.enumerated() {
      for block in 0..<count {
        let (ours, theirs) = ("stages.\(stage).\(block)", "layer\(stage + 1).\(block)")
        let (inputs, outputs, first) = (width, outputs(stage), block == 0)
        width = outputs
        let middle = isBottleneck ? outputs / 4 : outputs
        let size = isBottleneck ? 1 : 3
        found += layer(
          "\(ours).first", "\(theirs).conv1", "\(theirs).bn1", [middle, inputs, size, size])
        found += layer(
          "\(ours).second", "\(theirs).conv2", "\(theirs).bn2", [middle, middle, 3, 3])
        if isBottleneck {
          found += layer(
            "\(ours).third", "\(theirs).conv3", "\(theirs).bn3", [outputs, middle, 1, 1])
        }
        if first, stage > 0 || inputs != outputs {
          found += layer(
            "\(ours).shortcut", "\(theirs).downsample.0", "\(theirs).downsample.1",
            [outputs, inputs, 1, 1])
        }
      }
    }
    return found
  }

  private func layer(_ ours: String, _ convolution: String, _ norm: String, _ shape: [Int])
    -> [TensorPlace]
  {
    let numbers = [
      ("weight", "weight"), ("bias", "bias"), ("runningMean", "running_mean"),
      ("runningVariance", "running_var"),
    ]
    return [TensorPlace("\(ours).convolution.weight", "\(convolution).weight", shape)]
      + numbers.map { TensorPlace("\(ours).norm.\($0.0)", "\(norm).\($0.1)", [shape[0]]) }
  }
}

extension VisionTransformerForm {
  /// The form that tensors of these plain names have, with heads of 64 units; nothing where they are not those of a vision
  /// transformer.
  init?(_ shapes: [String: [Int]]) {
    guard let embedding = shapes["patch_embed.proj.weight"], embedding.count == 4,
      embedding[2] == embedding[3], let positions = shapes["pos_embed"], positions.count == 3,
      let middle = shapes["blocks.0.mlp.fc1.weight"], middle.count == 2,
      (embedding + positions + middle).allSatisfy({ 1...1_000_000 ~= $0 })
    else { return nil }
    (width, inputs, patch, hidden) = (embedding[0], embedding[1], embedding[2], middle[0])
    hasClassToken = shapes["cls_token"] != nil
    hasLayerScale = shapes["blocks.0.ls1.gamma"] != nil
    blocks = (1...).first { shapes["blocks.\($0).mlp.fc1.weight"] == nil } ?? 1
    heads = max(1, width / 64)
    let patches = positions[1] - (hasClassToken ? 1 : 0)
    side = Int(Double(max(0, patches)).squareRoot().rounded()) * patch
  }

  /// - Parameter isJoined: Whether queries, keys and values are one tensor.
  func places(isJoined: Bool) -> [TensorPlace] {
    func pair(_ ours: String, _ theirs: String, _ shape: [Int]) -> [TensorPlace] {
      [
        TensorPlace("\(ours).weight", "\(theirs).weight", shape),
        TensorPlace("\(ours).bias", "\(theirs).bias", [shape[0]]),
      ]
    }
    var found = pair("embedding", "patch_embed.proj", [width, inputs, patch, patch])
    if hasClassToken { found.append(TensorPlace("classToken", "cls_token", [1, 1, width])) }
    found.append(TensorPlace("positions", "pos_embed", [1, tokens, width]))
    for block in (0..<blocks).map({ "blocks.\($0)" }) {
      found += pair("\(block).attentionNorm", "\(block).norm1", [width])
      if isJoined {
        found += pair("\(block).queriesKeysValues", "\(block).attn.qkv", [3 * width, width])
      } else {
        for (kind, shape) in [("weight", [width, width]), ("bias", [width])] {
          let parts = ["q", "k", "v"].map { ("\(block).attn.\($0).\(kind)", shape) }
          found.append(TensorPlace("\(block).queriesKeysValues.\(kind)", joining: parts))
        }
      }
      found += pair("\(block).output", "\(block).attn.proj", [width, width])
      found += pair("\(block).mlpNorm", "\(block).norm2", [width])
      found += pair("\(block).mlp.layers.0", "\(block).mlp.fc1", [hidden, width])
      found += pair("\(block).mlp.layers.1", "\(block).mlp.fc2", [width, hidden])
      if hasLayerScale {
        found.append(TensorPlace("\(block).attentionScale", "\(block).ls1.gamma", [width]))
        found.append(TensorPlace("\(block).mlpScale", "\(block).ls2.gamma", [width]))
      }
    }
    return found + pair("norm", "norm", [width])
  }
}
