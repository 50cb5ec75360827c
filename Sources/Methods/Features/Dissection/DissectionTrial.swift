import Datasets
import Evaluation
import Learning
import Torch

/// Scenes to learn from, scenes to dissect on, and networks that are trained on the first.
///
/// Scenes to learn from have one thing, whose shape, colour and texture are told; scenes to dissect on have two.
struct DissectionTrial {
  let scenes: PartScenes
  let masks: ConceptMasks
  private let learned: PartScenes
  /// Of the same kind as those that are learned from.
  private let held: PartScenes
  private let source: Source
  private let lab: Lab
  private let seed: Seed

  init(_ study: NetworkDissection, _ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    var single = PartScenes.Layout()
    (single.size, single.things) = (study.pixels, 1)
    learned = PartScenes(count: study.examples, layout: single, seed: seed.child("learned"))
    held = PartScenes(count: study.scenes, layout: single, seed: seed.child("held"))
    scenes = PartScenes(
      count: study.scenes, layout: study.layout, seed: seed.child("dissected"))
    masks = ConceptMasks(scenes)
    var options = SourceOptions()
    options.validation = 0
    source = try Source.made(
      "scenes", train: MadeExamples(learned.pictures, factors: learned.causes),
      test: MadeExamples(held.pictures, factors: held.causes), support: .unit,
      factors: [PartScenes.Kind.shape, .colour, .texture].map {
        Factor($0.rawValue, values: $0.names.count)
      }, options)
  }

  /// The network of a recipe, trained.
  func trained(_ recipe: SceneRecipe, as arm: String) throws -> SceneRecipe.Network {
    try lab.fit(recipe, source, seed: seed.child("start"), as: arm)
  }

  /// The network of a recipe as its training starts.
  func untrained(_ recipe: SceneRecipe) throws -> SceneRecipe.Network {
    // What a fit starts from.
    let random = RandomStream(seed.child("start").child("network"), device: lab.device)
    return try SceneRecipe.Network.whole { recipe.makeNetwork(source.domain, random) }
  }

  /// What the last convolution puts out on the scenes to dissect on, `[n, units, h, w]`.
  func maps(_ network: SceneRecipe.Network) throws -> Tensor {
    try Self.read(scenes.pictures) { network.maps($0) }
  }

  /// Share of new scenes of one thing whose cause the network tells; nothing where it tells none.
  func accuracy(_ network: SceneRecipe.Network, _ task: SceneTask) throws -> Double? {
    guard let column = task.column else { return nil }
    let told = try Self.read(held.pictures) { network.logits($0).argmax(over: 1) }.places()
    return try zip(told, Self.labels(held, column)).map { $0 == $1 ? 1.0 : 0 }.mean
  }

  /// Share of new scenes of one thing whose shape a linear probe tells from the means of the maps, in the axes of
  /// `rotation` where there is one.
  func probed(_ network: SceneRecipe.Network, in rotation: AxisRotation? = nil) throws -> Double {
    func means(_ pictures: Tensor) throws -> Tensor {
      let pooled = try Self.read(pictures) { network.maps($0).mean(over: 2, 3) }.to(.float64)
      return rotation.map { pooled.matmul($0.matrix().transposed()) } ?? pooled
    }
    let count = min(1500, learned.pictures.size(0))
    return try LinearProbe().hits(
      train: means(learned.pictures[..<count]), Array(Self.labels(learned, 0)[..<count]),
      test: means(held.pictures), Self.labels(held, 0),
      classes: PartScenes.Kind.shape.names.count
    ).mean
  }

  private static func labels(_ scenes: PartScenes, _ column: Int) throws -> [Int] {
    try scenes.causes.selected(1, column).to(.int64).places()
  }

  /// What `body` makes of pictures, some at a time, as one tensor.
  static func read(_ pictures: Tensor, _ body: (Tensor) throws -> Tensor) throws -> Tensor {
    try withoutGradients {
      try Runtime.training(false) {
        let parts = try stride(from: 0, to: pictures.size(0), by: 64).map { start in
          try body(pictures[start..<min(start + 64, pictures.size(0))])
        }
        return try Tensor.concatenate(parts).checked()
      }
    }
  }
}
