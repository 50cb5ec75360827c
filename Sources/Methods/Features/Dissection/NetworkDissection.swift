import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Which units of a network of pictures detect a concept, such as a colour or a part of a thing, and whether that is more
/// than what the same space shows along random axes.
///
/// - Source: Bau, Zhou, Khosla, Oliva & Torralba, *Network dissection: quantifying interpretability of deep visual
///   representations*, CVPR 2017, arXiv:1704.05796.
/// - Departs: drawn scenes stand for the pictures with labels; small networks, with the largest value of a map in place of
///   fully connected layers; a unit is active above its level, so that one that is silent is nowhere active.
public struct NetworkDissection: Study {
  public static let card = Card(
    id: "network-dissection", title: "Network dissection",
    source:
      "Bau, Zhou, Khosla, Oliva & Torralba, Network Dissection: Quantifying Interpretability of Deep Visual "
      + "Representations, CVPR 2017, arXiv:1704.05796",
    system: "S294",
    summary:
      "Names each unit of a layer by the concept whose pixels it is most active at, and counts the concepts that have a "
      + "unit, beside random rotations of the layer's axes and the network before its training.")

  public static let inputs = [
    StudyInput(
      "masks", "Which pixels show which concepts [pictures, concepts, height, width], 0 or 1.",
      optional: true),
    StudyInput(
      "activations", "What units put out on the pictures [pictures, units, height, width].",
      optional: true),
    StudyInput(
      "images", "The pictures [pictures, channels, height, width], for --network and to be shown.",
      optional: true),
  ]

  /// A published network, a folder with model.safetensors or that file; without it one is trained on drawn scenes.
  public var network = ""
  /// Stage of the network (of a transformer, block) that is dissected, counted from 1; 0 is the last.
  public var stage = 0
  /// Names of the masks' concepts with commas, each with its kind before a colon if it has one, such as colour:red.
  public var concepts = ""
  /// What the network that is trained here learns: shapes, colours, textures, turns or reconstruction.
  public var task = SceneTask.shapes
  /// Maps of the last layer of the network that is trained here.
  public var units = 128
  /// Whether the network that is trained here has batch normalisation.
  public var normed = false
  /// Share of the last maps that are left out in training.
  public var dropout = 0.0
  /// Scenes that the network learns from.
  public var examples = 4000
  /// Passes over the scenes.
  public var epochs = 8
  /// Scenes that units are read on.
  public var scenes = 500
  /// Pixels along a side of a scene.
  public var pixels = 48
  /// Share of the places at which a unit counts as active.
  public var quantile = 0.005
  /// Overlap with a concept that makes a unit its detector.
  public var overlap = 0.04
  /// Random rotations of the axes.
  public var rotations = 3
  /// Detectors whose pictures are shown.
  public var shown = 12

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let layer = try DissectedLayer(self, room)
    let own = try dissected(layer.maps, layer.masks)
    let shares = [0.2, 0.4, 0.6, 0.8, 1]
    let steps = shares.count * rotations
    let axes = try (0..<rotations).map { index in
      try AxisRotation(layer.maps.size(1), seed: room.seed.child("axes").child(index))
    }
    var turned: [[UnitDissection]] = []
    for (place, share) in shares.enumerated() {
      let found = try axes.enumerated().map { index, rotation in
        let done = place * rotations + index
        if room.shouldStop() { throw TrainingError.stopped(step: done, steps: steps) }
        room.progress(done, steps)
        return try dissected(rotation(layer.maps, share), layer.masks)
      }
      turned.append(found)
    }
    var findings = DissectionFindings(layer: layer, own: own, shares: shares, turned: turned)
    findings.chance = try dissected(layer.maps, layer.masks.ofOthers())
    findings.untrained = try layer.untrained.map { try dissected($0, layer.masks) }
    room.progress(steps, steps)
    return try findings.findings(showing: shown)
  }

  /// What units of these maps detect.
  func dissected(_ maps: Tensor, _ masks: ConceptMasks) throws -> UnitDissection {
    try UnitDissection(maps, masks, share: quantile, least: overlap)
  }

  /// How scenes to dissect on are made.
  var layout: PartScenes.Layout {
    var layout = PartScenes.Layout()
    layout.size = pixels
    return layout
  }

  /// The network that is trained here.
  var recipe: SceneRecipe {
    var recipe = SceneRecipe()
    (recipe.task, recipe.units, recipe.isNormed, recipe.dropout) = (task, units, normed, dropout)
    (recipe.training.epochs, recipe.training.batch) = (epochs, 64)
    (recipe.training.optimiser, recipe.training.schedule) = (.adamw, .cosine)
    (recipe.training.learningRate, recipe.training.weightDecay) = (0.003, 0.1)
    return recipe
  }

  private func validate() throws {
    try require((0...1000).contains(stage), "--stage \(stage): must be from 1, or 0 for the last")
    try require((2...4096).contains(units), "--units \(units): must be from 2 to 4096")
    try require((0..<1).contains(dropout), "--dropout \(dropout): must be from 0 and below 1")
    try require(examples >= 64, "--examples \(examples): at least 64 scenes are needed")
    try require(epochs >= 1, "--epochs \(epochs): must be at least 1")
    try require(scenes >= 4, "--scenes \(scenes): at least 4 are needed")
    try require(
      (16...1024).contains(pixels) && pixels % 8 == 0,
      "--pixels \(pixels): must be a multiple of 8 from 16 to 1024")
    try require(
      quantile > 0 && quantile < 1, "--quantile \(quantile): must be above 0 and below 1")
    try require((0..<1).contains(overlap), "--overlap \(overlap): must be from 0 and below 1")
    try require((1...100).contains(rotations), "--rotations \(rotations): must be from 1 to 100")
    try require(shown >= 0, "--shown \(shown): must be at least 0")
  }
}
