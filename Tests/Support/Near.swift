/// Whether two numbers agree to `tolerance`, relative where they are large.
public func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-10) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(b))
}
