import Datasets

/// Texts as the words they hold: a column for each word that enough of the rows to learn from hold, and not most.
struct WordColumns: Sendable {
  /// The words, in their order.
  let words: [String]

  /// The words that at least `least` of the `texts` and at most half of them hold.
  init(_ texts: [String], least: Int = 5) {
    var counts: [String: Int] = [:]
    for text in texts { for word in Set(Self.words(of: text)) { counts[word, default: 0] += 1 } }
    words = counts.filter { $0.value >= least && 2 * $0.value <= texts.count }.keys.sorted()
  }

  /// The columns of texts: the same for each of a text's words, with squares that add up to 1.
  func callAsFunction(_ texts: [String]) -> FeatureMatrix {
    let places = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
    var values = Array(repeating: 0.0, count: texts.count * words.count)
    for (row, text) in texts.enumerated() {
      let held = Set(Self.words(of: text)).compactMap { places[$0] }
      for place in held { values[row * words.count + place] = 1 / Double(held.count).squareRoot() }
    }
    return FeatureMatrix(names: words, values: values, count: texts.count)
  }

  /// Runs of letters, in lower case.
  private static func words(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter }.map(String.init)
  }
}
