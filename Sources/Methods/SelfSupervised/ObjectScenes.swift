import Files
import Torch

/// Scenes of a few objects on a cloudy ground, with the class and the object of every pixel.
///
/// Objects are grey pictures on black, such as clothes or digits: a pixel from ``Layout/edge`` on belongs to its object
/// and hides what lies under it. They are scaled to a drawn side and put where boxes overlap little.
public struct ObjectScenes: Sendable {
  /// How scenes are made.
  public struct Layout: Sendable {
    /// Pixels along a side of a scene, s.
    public var size = 32
    /// Fewest and most objects of a scene.
    public var objects = 2...4
    /// Fewest and most pixels along a side of an object's picture.
    public var sides = 13...15
    /// Largest share of its own box that an object lays over earlier ones, where a place for that is found.
    public var overlap = 0.15
    /// Brightest that the ground is; 0 leaves it black.
    public var ground = 0.4
    /// Difference between the darkest and the brightest lines of a grating that is laid on the ground; 0 leaves it out.
    public var texture = 0.0
    /// Level from which a pixel of a picture belongs to its object.
    public var edge: Float = 0.1

    public init() {}
  }

  /// Grey levels from 0 to 1, `[n, 1, s, s]`.
  public let images: Tensor
  /// Class of each pixel, from 1, and 0 for the ground, int64 `[n, s, s]`.
  public let masks: Tensor
  /// Which of the scene's objects each pixel belongs to, from 1, and 0 for the ground, int64 `[n, s, s]`.
  public let objects: Tensor

  /// `count` scenes of objects drawn from `pictures`, `[m, 1, h, w]` from 0 to 1, whose classes are `labels`, from 0.
  ///
  /// - Throws: ``UserError`` where pictures and labels do not match or a scene has no room; the tensor's error.
  public init(
    of pictures: Tensor, labels: [Int], count: Int, layout: Layout = Layout(), seed: Seed
  ) throws {
    let pictures = try pictures.checked().to(.float32)
    try require(
      pictures.rank == 4 && pictures.size(1) == 1 && pictures.size(0) == labels.count
        && !labels.isEmpty,
      "scenes are made of grey pictures with labels, and \(labels.count) labels came with shape "
        + "\(pictures.shape)")
    try require(
      layout.sides.lowerBound >= 1 && layout.sides.upperBound <= layout.size
        && layout.objects.lowerBound >= 0,
      "objects of \(layout.sides) pixels do not fit into scenes of \(layout.size)")
    let scaled = try layout.sides.map { side in
      try pictures.averagePooled(to: [side, side]).values(as: Float.self)
    }
    var canvas = SceneCanvas(size: layout.size, count: count)
    for scene in 0..<count {
      var random = SplitMix(seed.child("scenes").child(scene))
      canvas.begin(scene, brightest: layout.ground, &random)
      if layout.texture > 0 { canvas.weave(layout.texture, &random) }
      var taken: [SceneBox] = []
      for object in 0..<layout.objects.drawn(&random) {
        let picture = (0...labels.count - 1).drawn(&random)
        let side = layout.sides.drawn(&random)
        let box = layout.place(side, beside: taken, &random)
        taken.append(box)
        let start = picture * side * side
        canvas.put(
          scaled[side - layout.sides.lowerBound][start..<start + side * side], in: box,
          from: layout.edge, label: labels[picture] + 1, object: object + 1)
      }
    }
    let s = layout.size
    images = Tensor(canvas.levels, shape: [count, 1, s, s])
    masks = Tensor(canvas.labels, shape: [count, s, s])
    objects = Tensor(canvas.owners, shape: [count, s, s])
  }

  /// The class with the most pixels in each patch of `side`, row by row, int64 `[n, p]`, of `classes` with the ground's;
  /// the lowest of those with equally many.
  public func patchClasses(side: Int, classes: Int) -> Tensor {
    let (n, s) = (masks.size(0), masks.size(1))
    let rows = s / side
    let counts = masks.oneHot(classes).to(.float32)
      .reshaped(n, rows, side, rows, side, classes).sum(over: 2, 4)
    return counts.argmax(over: 3).reshaped(n, rows * rows)
  }
}
