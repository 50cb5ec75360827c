/// A colour on the screen (sRGB).
public struct Colour: Equatable, Sendable {
  /// Intensities, 0 to 255.
  public let red, green, blue: UInt8

  /// The colour written `0xRRGGBB`.
  public init(_ hex: UInt32) {
    red = UInt8(hex >> 16 & 0xFF)
    green = UInt8(hex >> 8 & 0xFF)
    blue = UInt8(hex & 0xFF)
  }

  /// The colour written `#rrggbb`, for style sheets.
  public var css: String {
    let digits = Array("0123456789abcdef")
    return [red, green, blue].reduce(into: "#") {
      $0.append(digits[Int($1 >> 4)])
      $0.append(digits[Int($1 & 15)])
    }
  }

  /// The colour a `fraction` of the way to `other`.
  func mixed(with other: Colour, _ fraction: Double) -> Colour {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt32 {
      UInt32((Double(a) + (Double(b) - Double(a)) * min(1, max(0, fraction))).rounded())
    }
    return Colour(
      mix(red, other.red) << 16 | mix(green, other.green) << 8 | mix(blue, other.blue))
  }
}

/// Colours that stay apart for colour-blind readers, on light ground and on dark.
public enum Palette {
  /// Ten colours for classes and series.
  ///
  /// After Petroff, *Accessible Color Sequences for Data Visualization*, arXiv:2107.02270; red and
  /// purple are lighter here, for contrast on dark ground.
  public static let classes: [Colour] = [
    0x3F90DA, 0xFFA90E, 0xD0341A, 0x94A4A2, 0x9A4FD0,
    0xA96B59, 0xE76300, 0xB9AC70, 0x717581, 0x92DADD,
  ].map(Colour.init)

  /// The colour of class or series number `index`; they repeat after ten.
  public static func colour(_ index: Int) -> Colour {
    classes[(index % classes.count + classes.count) % classes.count]
  }

  /// Viridis at nine places: lightness rises evenly, so it also reads in grey.
  static let ramp: [Colour] = [
    0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725,
  ].map(Colour.init)

  /// The colour of a magnitude, `fraction` from 0 (dark) to 1 (bright).
  public static func magnitude(_ fraction: Double) -> Colour {
    guard fraction.isFinite else { return Colour(0x808080) }
    let place = min(1, max(0, fraction)) * Double(ramp.count - 1)
    let index = min(ramp.count - 2, Int(place))
    return ramp[index].mixed(with: ramp[index + 1], place - Double(index))
  }
}
