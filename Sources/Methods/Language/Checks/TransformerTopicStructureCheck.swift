import Evaluation
import Foundation

extension TransformerTopicStructure {
  /// Re-tests what Li, Li & Risteski, 2023, say of topics in transformers.
  static let check = Check(
    "S274",
    protocol: """
      Documents of 64 words: of 10 topics of 10 words each a document mixes 3, all words alike. One layer of attention tells \
      15% of the words, of which eight in ten are hidden, one is replaced and one left, in 1,000 steps of 64 new documents by Adam at 0.01. Embeddings: vectors of 100 \
      numbers learn while attention is even; the mean cosine of two words of a topic less that of two of none in common. \
      Attention: keys with queries and values learn while vectors are one-hot; the logarithm of the ratio of the mean \
      attention between words of a topic to that between others, over 200 new documents. Overlapping: each topic shares 3 \
      of its words with the next. Shuffled: the same with documents whose every word is of a topic of its own. Early: after \
      250 steps. Texts of Wikipedia are left out.
      """,
    minutes: 4, seeds: 5,
    claims: [
      Claim(
        "Words of a topic get vectors that are more alike", at: "theorem 1 and figure 1",
        metric: cosine, system: "topics", over: "shuffled", margin: 0.3),
      Claim(
        "So do they where topics share words", at: "§6: beyond disjoint topics", metric: cosine,
        system: "overlapping", over: "shuffled", margin: 0.2),
      Claim(
        "Words of a topic attend to each other more", at: "theorem 3 and figure 3",
        metric: attention, system: "topics", over: "shuffled", margin: 0.2),
      Claim(
        "So do they where topics share words", at: "§6", metric: attention, system: "overlapping",
        over: "shuffled", margin: 0.1),
      Claim(
        "The contrast of vectors grows in training", at: "our control", metric: cosine,
        system: "topics", over: "untrained", margin: 0.3),
      Claim(
        "The contrast of attention grows in training", at: "our control", metric: attention,
        system: "topics", over: "untrained", margin: 0.2),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      for (arm, isMixed, shared) in [
        ("topics", true, 0), ("overlapping", true, 3), ("shuffled", false, 0),
      ] {
        var study = TransformerTopicStructure()
        study.shared = shared
        if lab.isQuick {
          (study.topics, study.words, study.steps, study.batch) = (4, 4, 20, 8)
          study.mixed = 2
        }
        for part in TopicTransformer.Part.allCases {
          lab.say("S274: \(arm), \(part.rawValue)")
          let course = try study.course(
            part, isMixed: isMixed, seed, checkpoints: [0, study.steps / 4, study.steps],
            shouldStop: lab.shouldStop)
          let metric = part == .embeddings ? cosine : attention
          let scores = course.map {
            part == .embeddings ? $0.together - $0.apart : log($0.together / max($0.apart, 1e-12))
          }
          board[metric.name, arm] = [scores[2]]
          if arm == "topics" {
            board[metric.name, "untrained"] = [scores[0]]
            board[metric.name, "early"] = [scores[1]]
          }
        }
      }
      return board
    })

  static let cosine = Claim.Metric(
    "cosine within a topic less that across", unit: "cosine", .higher)
  static let attention = Claim.Metric(
    "log ratio of attention within a topic to that across", unit: "nats", .higher)
}
