import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// One seed of learning from scenes.
struct SceneTrial {
  private let lab: Lab
  private let seed: Seed
  private let known: ObjectScenes
  private let judged: ObjectScenes
  private let source: Source
  private let segmentation: PatchSegmentation

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    let pictures = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")])
    let kinds = lab.pick(full: [1, 2, 5, 8, 9], quick: [0, 1, 2, 3, 4])
    var layout = ObjectScenes.Layout()
    (layout.size, layout.sides, layout.ground) = (24, 9...11, 0.3)
    func scenes(_ examples: Examples, _ count: Int, _ name: String) throws -> ObjectScenes {
      let batch = try examples.prefix(5000).batch(Array(0..<min(5000, examples.count)))
      let labels = try examples.prefix(5000).labels() ?? []
      let places = labels.indices.filter { kinds.contains(labels[$0]) }
      return try ObjectScenes(
        of: batch.x.indexSelect(0, Tensor(places.map(Int64.init))),
        labels: places.compactMap { kinds.firstIndex(of: labels[$0]) }, count: count,
        layout: layout, seed: seed.child(name))
    }
    known = try scenes(pictures.train, lab.pick(full: 1500, quick: 64), "train")
    judged = try scenes(pictures.test, lab.pick(full: 150, quick: 16), "test")
    let (train, test) = try (Examples(given: known.images), Examples(given: judged.images))
    source = try Source(
      given: "scenes", Domain(shape: [1, layout.size, layout.size], support: .unit), train: train,
      validation: train.prefix(0), test: test)
    segmentation = PatchSegmentation(classes: kinds.count + 1)
  }

  func run(_ board: inout Scoreboard) throws {
    let whole = method
    var (within, global, free, untrained) = (whole, whole, whole, whole)
    within.objects.across = 0
    (global.objects.within, global.objects.across) = (0, 0)
    free.objects.cycle = false
    untrained.training = whole.training.untouched
    for (arm, method) in [
      ("cribo", whole), ("within", within), ("global", global), ("no cycle", free),
      ("untrained", untrained),
    ] {
      let network = try lab.fit(method, source, seed: seed, as: arm)
      try judge(arm, &board) { network.student.reader($0) }
    }
    let grid = PatchGrid.fitting(source.domain.shape, side: whole.patch)
    try judge("pixels", &board) { grid.patches($0) }
  }

  /// The method as all arms have it but for what they leave out.
  private var method: CrIBo {
    var method = CrIBo()
    (method.width, method.depth) = (32, 2)
    (method.middle, method.deviation) = (0.25, 0.25)
    (method.views.smallestCrop, method.views.jitter) = (0.3, 0.5)
    (method.objects.slots, method.objects.placeWeight, method.objects.memory) = (8, 0.5, 2048)
    method.distillation.projection = 64
    (method.distillation.bottleneck, method.distillation.prototypes) = (32, 128)
    method.distillation.targetDecay = 0.98
    method.training = lab.training(epochs: 16, batch: 16)
    method.training.learningRate = 0.002
    // What collapses is to be seen to.
    method.collapse = 0
    return method
  }

  /// Scores of `arm` by the vectors that `read` gives the patches of images, `[n, p, width]`.
  private func judge(
    _ arm: String, _ board: inout Scoreboard, _ read: (Tensor) -> Tensor
  ) throws {
    func vectors(_ scenes: ObjectScenes, _ count: Int) -> (x: Tensor, labels: Tensor) {
      let images = scenes.images.sliced(0, 0, count)
      let x = withoutGradients {
        Tensor.concatenate(
          (0..<(count + 49) / 50).map {
            read(images.sliced(0, 50 * $0, min(50 * $0 + 50, count))).flattened(from: 0, through: 1)
          })
      }
      let labels = scenes.patchClasses(side: 4, classes: segmentation.classes)
      return (x, labels.sliced(0, 0, count).flattened())
    }
    let (test, wanted) = vectors(judged, judged.images.size(0))
    func score(_ count: Int, _ find: (Tensor, Tensor) throws -> Tensor) throws -> [Double] {
      let (x, labels) = vectors(known, count)
      let found = try find(x, labels).places()
      return [
        ClassOverlap.ofEachClass(
          found: found, truth: try wanted.places(), classes: segmentation.classes
        ).mean
      ]
    }
    let counts = lab.pick(full: (200, 20, 100), quick: (32, 8, 32))
    board[CrIBo.neighbours.name, arm] = try score(counts.0) {
      segmentation.nearest(test, among: $0, $1)
    }
    board[CrIBo.few.name, arm] = try score(counts.1) {
      segmentation.nearest(test, among: $0, $1)
    }
    board[CrIBo.linear.name, arm] = try score(counts.2) {
      try segmentation.linear(test, taught: $0, $1)
    }
    guard arm == "within" else { return }
    board[CrIBo.linear.name, "within, less 0.01"] = board[CrIBo.linear.name, arm].map { $0 - 0.01 }
  }
}
