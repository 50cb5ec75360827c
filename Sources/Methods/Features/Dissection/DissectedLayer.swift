import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// The layer that a study dissects: what its units put out on pictures whose masks are known.
struct DissectedLayer {
  /// `[n, units, h, w]`.
  let maps: Tensor
  let masks: ConceptMasks
  /// Levels from 0 to 1, `[n, 1 or 3, h, w]`; nothing where they were not given.
  let pictures: Tensor?
  /// What the network put out before its training; nothing where it was trained elsewhere.
  var untrained: Tensor?
  /// Share of new scenes that the network tells rightly, for a task that has labels.
  var accuracy: Double?

  /// The layer that the inputs and settings of `study` name.
  init(_ study: NetworkDissection, _ room: StudyRoom) throws {
    if room.inputs.names.isEmpty {
      self = try study.network.isEmpty ? Self(trained: study, room) : Self(scenes: study, room)
    } else {
      self = try Self(given: study, room)
    }
  }

  private init(maps: Tensor, masks: ConceptMasks, pictures: Tensor?) {
    (self.maps, self.masks, self.pictures) = (maps, masks, pictures)
  }

  /// A network that is trained here.
  private init(trained study: NetworkDissection, _ room: StudyRoom) throws {
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let trial = try DissectionTrial(study, lab, room.seed)
    let network = try trial.trained(study.recipe, as: study.task.rawValue)
    self.init(
      maps: try trial.maps(network), masks: trial.masks, pictures: trial.scenes.pictures)
    untrained = try trial.maps(trial.untrained(study.recipe))
    accuracy = try trial.accuracy(network, study.task)
  }

  /// A published network on scenes.
  private init(scenes study: NetworkDissection, _ room: StudyRoom) throws {
    let scenes = PartScenes(
      count: study.scenes, layout: study.layout, seed: room.seed.child("dissected"))
    self.init(
      maps: try Self.published(study, scenes.pictures, room), masks: ConceptMasks(scenes),
      pictures: scenes.pictures)
  }

  /// A person's masks, with the activations of a layer or with pictures for a published network.
  private init(given study: NetworkDissection, _ room: StudyRoom) throws {
    let inputs = room.inputs
    try require(
      inputs.has("masks"),
      "a file called masks, or --columns masks=NAME, must say which pixels show which concepts")
    try require(
      inputs.has("activations") != !study.network.isEmpty,
      "units are read from activations or by --network, from one of the two")
    func tensor(_ name: String) throws -> Tensor {
      let (values, shape) = try inputs.numbers(name)
      return Tensor(values.map { Float($0) }, shape: shape)
    }
    let pictures = try inputs.has("images") ? Self.levels(tensor("images")) : nil
    let names = study.concepts.split(separator: ",").map(String.init)
    let masks = try ConceptMasks(tensor("masks"), names: names)
    try require(
      pictures.map { $0.size(0) == masks.pictures } ?? true,
      "there are masks of \(masks.pictures) pictures, and \(pictures?.size(0) ?? 0) images")
    if inputs.has("activations") {
      self.init(maps: try tensor("activations"), masks: masks, pictures: pictures)
    } else {
      guard let pictures else {
        throw UserError("--network reads pictures, and a file called images must hold them")
      }
      self.init(
        maps: try Self.published(study, pictures, room), masks: masks, pictures: pictures)
    }
  }

  /// Pictures as levels from 0 to 1, `[n, h, w]` or `[n, c, h, w]` to `[n, c, h, w]`.
  static func levels(_ images: Tensor) throws -> Tensor {
    let images = images.rank == 3 ? images.unsqueezed(1) : images
    try require(
      images.rank == 4 && [1, 3].contains(images.size(1)) && images.count > 0,
      "images have shape \(images.shape), and [pictures, 1 or 3 channels, height, width] is needed")
    try require(
      images.min().value() >= 0, "images have levels below 0; from 0 to 1 or to 255 are read")
    return try images.max().value() > 1 ? images / 255 : images
  }

  private static func published(
    _ study: NetworkDissection, _ pictures: Tensor, _ room: StudyRoom
  ) throws -> Tensor {
    let model = try PublishedPictureModel(opening: study.network)
    let stage = study.stage == 0 ? model.stages : study.stage
    return try DissectionTrial.read(pictures) { part in
      if room.shouldStop() { throw TrainingError.stopped(step: 0, steps: pictures.size(0)) }
      return try model.maps(of: part, after: stage)
    }
  }
}
