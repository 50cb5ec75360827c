import Foundation

/// A number as one reads it: whole, or with four significant digits.
func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e6
    ? String(format: "%.0f", value) : String(format: "%.4g", value)
}
