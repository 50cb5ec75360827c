import CTorch

/// How images are changed into other views of the same thing: what share of them each change befalls, and how far it
/// goes at most.
public struct ImageChanges: Sendable {
  /// Share of the area that a crop keeps, from and up to; its sides are from 3 : 4 to 4 : 3 of the image's.
  public var crop = 1.0...1.0
  /// Share of images that are mirrored.
  public var flipped = 0.0
  /// Share of images whose colours are changed.
  public var jittered = 0.0
  /// Largest change of brightness, contrast and saturation, as shares, and of hue, in turns.
  public var brightness = 0.0
  public var contrast = 0.0
  public var saturation = 0.0
  public var hue = 0.0
  /// Share of images that lose their colours.
  public var grey = 0.0
  /// Share of images that are blurred, by a deviation of 0.1 to 2 pixels.
  public var blurred = 0.0
  /// Share of images of which a rectangle is set to 0.
  public var erased = 0.0
  /// What values are kept within.
  public var range = -Double.infinity...Double.infinity

  public init() {}

  /// Numbers that the changes of one image follow from.
  public static var draws: Int { Int(ct_view_draws) }
}

extension Tensor {
  /// A changed copy of each image, `[n, c, h, w]` to the same, outside any graph; `draws`, uniform on `[0, 1)`,
  /// `[n, ImageChanges.draws]`, say how.
  public func changed(by changes: ImageChanges, draws: Tensor) -> Tensor {
    var view = ct_view(
      smallest_crop: changes.crop.lowerBound, largest_crop: changes.crop.upperBound,
      flipped: changes.flipped, jittered: changes.jittered, brightness: changes.brightness,
      contrast: changes.contrast, saturation: changes.saturation, hue: changes.hue,
      grey: changes.grey, blurred: changes.blurred, erased: changes.erased,
      low: changes.range.lowerBound, high: changes.range.upperBound)
    return op("changed", self, draws) { ct_views($0, $1, &view) }
  }
}
