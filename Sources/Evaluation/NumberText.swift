import Foundation

/// A number as a person writes it, exactly: without a point where it is whole.
public func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
}

/// A number as one reads it: whole, or with four digits that matter.
public func brief(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e6
    ? String(format: "%.0f", value) : String(format: "%.4g", value)
}
