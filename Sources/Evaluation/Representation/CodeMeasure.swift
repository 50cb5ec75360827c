/// What can be measured of each code among all codes of a space, to colour a map by.
public enum CodeMeasure: String, CaseIterable, Sendable {
  /// Log density by the distance of the tenth neighbour.
  case density
  /// The local outlier factor.
  case outlier
  /// The cluster by k-means.
  case cluster
}
