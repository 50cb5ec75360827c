import Foundation

/// A span of time as a person says it: `85 ms`, `4.2 s`, `42 s`, `3 min 12 s`, `2 h 05 min`, `3 d 4 h`.
public func format(duration seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "–" }
  if seconds < 0.0995 { return decimal(seconds * 1000, digits: 0) + " ms" }
  if seconds < 9.95 { return decimal(seconds, digits: 1) + " s" }
  let whole = Int(seconds.rounded())
  let (minutes, hours, days) = (whole / 60, whole / 3600, whole / 86_400)
  if minutes < 1 { return "\(whole) s" }
  if hours < 1 { return "\(minutes) min \(twoDigits(whole % 60)) s" }
  if days < 1 { return "\(hours) h \(twoDigits(minutes % 60)) min" }
  return "\(days) d \(hours % 24) h"
}

/// A rate with its unit: `54,210 images/s`, `3.2 steps/s`, `2.9 runs/min`.
public func format(rate: Double, unit: String) -> String {
  guard rate.isFinite, rate >= 0, rate < 1e15 else { return "– \(unit)/s" }
  if rate > 0, rate < 0.0995 {
    return decimal(rate * 60, digits: rate < 0.01 ? 2 : 1) + " \(unit)/min"
  }
  let digits = rate >= 99.5 ? 0 : rate >= 9.95 ? 1 : 2
  return (digits == 0 ? format(count: Int(rate.rounded())) : decimal(rate, digits: digits))
    + " \(unit)/s"
}

/// A size in memory or on disk, in powers of ten: `512 bytes`, `1.2 GB`.
public func format(bytes: Int) -> String {
  guard bytes.magnitude >= 1000 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
  var (value, unit) = (Double(bytes) / 1000, 0)
  let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
  while value.magnitude >= 999.5, unit + 1 < units.count {
    value /= 1000
    unit += 1
  }
  return decimal(value, digits: value.magnitude < 9.95 ? 1 : 0) + " " + units[unit]
}

/// A whole number with commas: `60,000`.
public func format(count: Int) -> String {
  var text = ""
  let digits = String(count.magnitude)
  for (place, digit) in digits.enumerated() {
    if place > 0, (digits.count - place) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return (count < 0 ? "-" : "") + text
}

/// A measured value to four digits that matter: `243.1`, `0.01235`, `1.2e-05`, `52,310`.
public func format(value: Double) -> String {
  if value.isNaN { return "NaN" }
  guard value.isFinite else { return value < 0 ? "-∞" : "∞" }
  let size = value.magnitude
  if size == 0 { return "0" }
  if size >= 1e9 || size < 1e-4 { return String(format: "%.3g", value) }
  if size >= 999.95 { return format(count: Int(value.rounded())) }
  let digits = max(0, 3 - Int(log10(size).rounded(.down)))
  return decimal(value, digits: digits)
}

/// A number with a fixed count of digits after the point.
func decimal(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
