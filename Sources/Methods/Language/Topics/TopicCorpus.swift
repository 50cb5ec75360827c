import Foundation
import Torch

/// Documents of words that are drawn from few of many topics, each topic with words of its own or shared with the next.
struct TopicCorpus {
  /// Topics, words of each, and topics of a document.
  let topics: Int
  let each: Int
  let mixed: Int
  /// Words that a topic shares with the next one.
  let shared: Int

  /// Number of different words.
  var words: Int { topics * each }

  /// The words of a topic: its own, and the first of the next where topics share words.
  private func words(of topic: Int) -> [Int] {
    (0..<each + shared).map { (topic * each + $0) % words }
  }

  /// Whether two words are both of one topic; `words × words`.
  var related: [Bool] {
    var related = [Bool](repeating: false, count: words * words)
    for topic in 0..<topics {
      for a in words(of: topic) { for b in words(of: topic) { related[a * words + b] = true } }
    }
    return related
  }

  /// `count` documents of `length` words, `[n, length]`, int64.
  ///
  /// With `isMixed` false every word of a document is of a topic of its own, so that words share no document more often
  /// than others.
  func documents(_ count: Int, length: Int, isMixed: Bool, _ seed: Seed) -> Tensor {
    var random = SplitMix(seed)
    var drawn: [Int64] = []
    for _ in 0..<count {
      let chosen = Array(0..<topics).shuffled(using: &random).prefix(mixed)
      for _ in 0..<length {
        let topic =
          isMixed
          ? chosen[Int(random.uniform() * Double(mixed))]
          : Int(random.uniform() * Double(topics))
        let all = words(of: topic)
        drawn.append(Int64(all[Int(random.uniform() * Double(all.count))]))
      }
    }
    return Tensor(drawn, shape: [count, length])
  }
}
