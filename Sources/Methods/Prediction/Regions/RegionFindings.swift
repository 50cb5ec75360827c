import Evaluation
import Files
import Torch

/// What regions of several kinds hold and how large they are.
struct RegionFindings {
  /// One kind of regions.
  struct Arm {
    let name: String
    let fitted: CalibratedRegions
    /// 1 for each judged row whose response is in its region, else 0.
    let covered: [Double]
    /// The same before calibration.
    let before: [Double]
    /// Areas in standardised units.
    let areas: [Double]
  }

  let table: ResponseTable
  let grid: Grid
  let level: Double
  let arms: [Arm]

  /// What one standardised area is in the responses' own units.
  private var unit: Double { table.scaleY.scales.reduce(1, *) }

  /// - Throws: `TensorError`.
  func findings() throws -> Findings {
    guard let own = arms.first, let boxes = arms.last else {
      throw UserError("no regions were fitted")
    }
    let covered = try Estimate.mean(of: own.covered)
    let ratio = own.areas.mean / max(boxes.areas.mean, 1e-12)
    let share = "\(plain((100 * covered.value).rounded()))%"
    var findings = Findings(
      "The regions hold the responses of \(share) of the rows left out, where "
        + "\(plain((100 * level).rounded()))% were asked, and are "
        + "\(plain((100 * ratio).rounded()))% as large as calibrated boxes."
        + (own.fitted.radius.isFinite
          ? "" : " There are too few rows to calibrate on: the region is everything."))
    findings.add("coverage", covered, unit: "share")
    findings.add("area", try scaled(own.areas))
    findings.add("area over that of boxes", ratio)
    findings.add("radius", own.fitted.radius, unit: "standard deviations")
    findings.add("rows judged by", Double(own.covered.count))
    findings.add(
      table: "Regions, each calibrated",
      ["made from", "coverage", "coverage before", "mean area", "median area", "radius"],
      arms.map { arm in
        [
          .word(arm.name), .number(arm.covered.mean), .number(arm.before.mean),
          .number(arm.areas.mean * unit), .number(arm.areas.median * unit),
          .number(arm.fitted.radius),
        ]
      })
    if !table.asked.isEmpty { try add(regions: own.fitted, to: &findings) }
    return findings
  }

  private func scaled(_ areas: [Double]) throws -> Estimate {
    try Estimate.mean(of: areas.map { $0 * unit })
  }

  /// The region of each row without responses: its area, and how far it reaches along each response.
  private func add(regions: CalibratedRegions, to findings: inout Findings) throws {
    let names = table.y.names
    let width = names.count
    let places = try grid.places.values(as: Double.self)
    let shown = Array(table.asked.prefix(200))
    let rows = table.scaleX(table.x.rows(shown)).tensor(.float32)
    var cells: [[Findings.Cell]] = []
    for (place, row) in shown.enumerated() {
      let members = try regions.members(grid, at: rows.sliced(0, place, place + 1))
      let inside = members.indices.filter { members[$0] }
      let area = grid.volume * Double(inside.count) / Double(members.count) * unit
      var line: [Findings.Cell] = [.word("\(row + 1)"), .number(area)]
      for response in 0..<width {
        let reached = inside.map { places[$0 * width + response] }
        for end in [reached.min(), reached.max()] {
          let own = end.map { $0 * table.scaleY.scales[response] + table.scaleY.means[response] }
          line.append(own.map { .number($0) } ?? .word(""))
        }
      }
      cells.append(line)
    }
    findings.add(
      table: "Regions of rows without responses",
      ["row, from 1", "area"] + names.flatMap { ["\($0) from", "\($0) to"] }, cells)
  }
}
