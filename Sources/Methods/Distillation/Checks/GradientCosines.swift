import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// Dual-head distillation by a teacher that is there already.
struct Student: Recipe {
  static var card: Card { DHKD.card }

  var method = DHKD()
  /// Not a setting: without it nothing is learned.
  var teacher: Classifier.Network?

  init() {}

  init(method: DHKD, teacher: Classifier.Network) {
    self.method = method
    self.teacher = teacher
  }

  init(from decoder: any Swift.Decoder) throws { method = try DHKD(from: decoder) }
  func encode(to encoder: any Swift.Encoder) throws { try method.encode(to: encoder) }

  func validate(for domain: Domain) throws { try method.validate(for: domain) }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Classifier.Network {
    method.makeNetwork(domain, random)
  }

  func fit(_ network: Classifier.Network, _ run: FitRun) throws -> FitResult {
    guard let teacher else { return FitResult() }
    return try method.fit(network, by: teacher, run)
  }
}

extension HeadsTrial {
  /// Scores how the gradients of labels and of logits, both in the head of `student`, point.
  func cosines(
    _ student: Classifier.Network, _ teacher: Classifier.Network, _ method: DHKD,
    _ board: inout Scoreboard
  ) throws {
    let lesson = DHKD.Lesson(
      teacher: Fixed(teacher), auxiliary: MLP([1, 1], RandomStream(seed.child("unused"))))
    let last = student.head.parameters, below = student.encoder.parameters
    var cosines: [[Double]] = [[], []]
    for chunk in source.train.chunks(of: 500).prefix(8) {
      let loss = method.loss(student, lesson, try source.train.batch(chunk))
      for (index, part) in [last, below].enumerated() {
        let both = try loss.terms.map { try $0.mean.gradients(for: part, keepGraph: true) }
        let lengths = both[0].jointNorm * both[1].jointNorm + 1e-30
        cosines[index].append(try (both[0].inner(both[1]) / lengths).value())
      }
    }
    board[DHKD.opposition.name, "last layer"] = cosines[0]
    board[DHKD.opposition.name, "right angle"] = cosines[0].map { _ in 0 }
    board[DHKD.agreement.name, "below"] = cosines[1]
    board[DHKD.agreement.name, "right angle"] = cosines[1].map { _ in 0 }
  }
}
