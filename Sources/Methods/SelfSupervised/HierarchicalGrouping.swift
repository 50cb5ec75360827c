import Datasets
import Files
import Foundation
import Learning
import Networks
import Torch

/// Contrast of pixels by a tree of regions: contours cut an image into regions, weak borders are merged first, and a
/// network puts pixels the nearer to each other the lower in the tree their regions meet.
///
/// - Source: Zhang & Maire, *Self-supervised visual representation learning from hierarchical grouping*, NeurIPS
///   2020, arXiv:2012.03044, by its abstract; the tree as in Arbeláez et al., *Contour detection and hierarchical
///   image segmentation*, PAMI 2011.
/// - Departs: contours are gradients and not learned from drawings; all drawn pixels count, as much as they are near
///   or not, where the paper draws positives and negatives; a small U-Net and no ResNet-50; Adam. Trees are made anew
///   at each step.
public struct HierarchicalGrouping: LossRecipe {
  public static let card = Card(
    id: "hierarchical-grouping", title: "Contrast by hierarchical grouping",
    source:
      "Zhang & Maire, Self-Supervised Visual Representation Learning from Hierarchical Grouping, NeurIPS 2020, "
      + "arXiv:2012.03044",
    system: "S035",
    summary:
      "Gradients cut an image into regions, which merge into a tree; a small U-Net learns a vector for each pixel so "
      + "that pixels whose regions meet low in the tree are alike, and those of other images are not."
  )

  /// Which pixels of an image belong together.
  public enum Grouping: String, Codable, CaseIterable, Sendable {
    /// The more, the lower their regions meet in the tree.
    case tree
    /// Those of one region, once the tree is cut at one height.
    case flat
  }

  /// Which pixels of an image belong together: tree, the more the nearer in it, or flat, those of one region.
  public var grouping = Grouping.tree
  /// Distance in the tree at which being together has fallen to 1/e, as a share of the greatest of the image.
  public var reach = 0.2
  /// Height at which flat regions are cut from the tree, as such a share; 1 leaves one region.
  public var cut = 0.6
  /// Deviation of the blur before gradients are taken, in pixels.
  public var blur = 0.7
  /// Pixels that are drawn of each view.
  public var pixels = 16
  /// Channels of the network at its finest size, a multiple of 8.
  public var channels = 24
  /// How often the network halves the image on its way down.
  public var depth = 2
  /// Widths of the head; what is compared has the last.
  public var projection = [64, 32]
  /// Temperature of the similarities.
  public var temperature = 0.1
  public var views = Views()
  public var training = Training()

  public init() {
    views.smallestCrop = 0.4
    training.batch = 32
    training.learningRate = 2e-3
  }

  /// What gives vectors of pixels, and the head through which it is taught.
  public struct Network: Module, Encoding, PixelEncoding {
    let reader: UNet
    let head: ProjectionHead

    /// The mean of the vectors of all pixels, `[n, c, h, w]` to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { reader.pooled(x) }
    /// Vectors of all pixels before the head, `[n, c, h, w]` to `[n, k, h, w]`.
    public func pixelVectors(_ x: Tensor) -> Tensor { reader.vectors(x) }
  }

  public func validate(for domain: Domain) throws {
    try UNet.validate(channels: channels, depth: depth, for: domain)
    try views.validate()
    try require(reach > 0 && reach.isFinite, "--reach \(reach): must be above 0")
    try require(0...1 ~= cut, "--cut \(cut): must be a share from 0 to 1")
    try require(0...10 ~= blur, "--blur \(blur): must be 0 to 10 pixels")
    try require(1...1024 ~= pixels, "--pixels \(pixels): must be 1 to 1024")
    try require(
      !projection.isEmpty && projection.allSatisfy { 1...100_000 ~= $0 },
      "--projection \(projection.map(\.description).joined(separator: ",")): must be widths of at "
        + "least 1")
    try require(
      temperature > 0 && temperature.isFinite, "--temperature \(temperature): must be above 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let reader = UNet(domain.shape, channels: channels, depth: depth, random.child("reader"))
    return Network(
      reader: reader, head: ProjectionHead([reader.features] + projection, random.child("head")))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let (both, places) = views.placed(batch.x, side: 1, step.random)
    let pairs = withoutGradients {
      GroupingPairs(
        batch.x, places, count: pixels, blur: blur, step.random, nearness: nearness)
    }
    let vectors = network.reader.vectors(both, at: pairs.pixels)  // [2 n, q, k]
    let codes = network.head(vectors.flattened(from: 0, through: 1))
      .reshaped(2, batch.x.size(0), pixels, -1)
    let (a, b) = (codes.selected(0, 0), codes.selected(0, 1))  // [n, q, m]
    return Loss(
      .term(
        "contrast",
        a.groupingContrast(with: b, nearness: pairs.nearness, temperature: temperature)))  // nats
  }

  /// How much two leaves of a tree belong together, from 0 to 1.
  private func nearness(_ tree: RegionTree) -> (Int, Int) -> Double {
    switch grouping {
    case .tree: { exp(-tree.distance($0, $1) / reach) }
    case .flat: { tree.distance($0, $1) <= cut ? 1 : 0 }
    }
  }
}

/// Gives each pixel of an image a vector.
public protocol PixelEncoding {
  /// Vectors of all pixels, `[n, c, h, w]` to `[n, k, h, w]`.
  func pixelVectors(_ x: Tensor) -> Tensor
}
