/// An image cut along the ridges of a relief: every pixel belongs to the basin into which a drop of water runs from
/// it, each time to the lowest of the four pixels around.
///
/// - Source: Beucher & Lantuéjoul, *Use of watersheds in contour detection*, 1979; by steepest descent as in Cousty
///   et al., *Watershed cuts*, PAMI 2009.
struct Watershed {
  /// Basin of each pixel, row by row, numbered from 0 in the order of their lowest pixels.
  let basins: [Int]
  /// Number of basins.
  let count: Int
  let height: Int
  let width: Int

  /// The basins of a relief of `height` rows; of pixels equally low the one that comes first counts as the lower.
  init(_ relief: ArraySlice<Float>, height: Int, width: Int) {
    precondition(
      relief.count == height * width, "a relief of \(relief.count) for \(height)×\(width) pixels")
    let base = relief.startIndex
    func isLower(_ a: Int, _ b: Int) -> Bool {
      (relief[base + a], a) < (relief[base + b], b)
    }
    var next = Array(0..<height * width)
    for pixel in next.indices {
      let (row, column) = (pixel / width, pixel % width)
      if row > 0, isLower(pixel - width, next[pixel]) { next[pixel] = pixel - width }
      if row + 1 < height, isLower(pixel + width, next[pixel]) { next[pixel] = pixel + width }
      if column > 0, isLower(pixel - 1, next[pixel]) { next[pixel] = pixel - 1 }
      if column + 1 < width, isLower(pixel + 1, next[pixel]) { next[pixel] = pixel + 1 }
    }
    var basins = [Int](repeating: -1, count: next.count)
    var count = 0
    for pixel in next.indices where next[pixel] == pixel {
      basins[pixel] = count
      count += 1
    }
    for pixel in next.indices {
      var place = pixel
      while basins[place] < 0 { place = next[place] }
      // What was passed on the way runs into the same basin.
      let basin = basins[place]
      place = pixel
      while basins[place] < 0 {
        basins[place] = basin
        place = next[place]
      }
    }
    (self.basins, self.count, self.height, self.width) = (basins, count, height, width)
  }

  /// Calls `visit` with every two neighbouring pixels that lie in different basins.
  func forEachBorder(_ visit: (_ pixel: Int, _ neighbour: Int) -> Void) {
    for pixel in basins.indices {
      for neighbour in [pixel + 1, pixel + width]
      where neighbour < basins.count && (neighbour == pixel + width || neighbour % width > 0)
        && basins[neighbour] != basins[pixel]
      {
        visit(pixel, neighbour)
      }
    }
  }
}
