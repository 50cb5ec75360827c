/// Parts numbered from 0 in the order in which they appear; −1, which is no part, stays.
func numbered(_ parts: [Int]) -> [Int] {
  var places: [Int: Int] = [-1: -1]
  return parts.map { part in
    if let place = places[part] { return place }
    places[part] = places.count - 1
    return places.count - 2
  }
}
