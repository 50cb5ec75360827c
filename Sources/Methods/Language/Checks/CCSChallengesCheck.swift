import Evaluation
import Learning

extension CCSChallenges {
  /// Re-tests what Farquhar et al., 2023, say of knowledge that is found without labels.
  static let check = Check(
    "S325",
    protocol: """
      A made language of statements about 24 things (2 relations, 4 values), what one of 4 speakers says of each, the \
      answer yes or no, true four times in five, and a word after it: with probability 0.3 whether the answer is true, \
      with that of an arm, 0 or 0.6, whether it is what was said, else nothing; a third of the texts are true statements \
      alone. A decoder of 3 blocks and width 64 learns 12,000 texts of each arm in 48 passes. 800 statements, those of half of the values to learn from and the others to \
      judge, answered with yes and with no; what the last block leaves at the answer, each half centred and scaled. \
      Readers: contrast-consistent search (10 starts of 500 steps of Adam at 0.01, the best by its own loss), the first \
      principal direction of the differences, two clusters of them, and a logistic regression on them that is told the \
      truth. Agreement: the share of answers that are right, or that are what was said; the better of both signs \
      where a reader cannot know its own. Nothing is tuned. The world and the passes were set by whether the models know \
      the facts: without true statements alone, in runs of 8 and 48 passes, they did not on two and on one seed of three, \
      and both runs were set aside.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "Where an opinion stands out, contrast-consistent search finds it rather than the truth",
        at: "abstract; §4.2", metric: agreement, system: "ccs, opinion", over: "ccs, truth",
        margin: 0.1),
      Claim(
        "So do principal components", at: "§4.2", metric: agreement, system: "pca, opinion",
        over: "pca, truth", margin: 0.1),
      Claim(
        "So do two clusters", at: "§4.2", metric: agreement, system: "k-means, opinion",
        over: "k-means, truth", margin: 0.1),
      Claim(
        "Where no text goes on with an opinion, contrast-consistent search finds the truth rather",
        at: "§4.1: without the distractor", metric: plain, system: "ccs, truth",
        over: "ccs, opinion", margin: 0.1),
      Claim(
        "The truth is there all the same: a supervised reader finds it beside an opinion that stands out",
        at: "§4.2: logistic regression", metric: agreement, system: "supervised, truth",
        over: "ccs, truth", margin: 0.1),
      Claim(
        "It finds it as often as where no opinion stands out, to 0.1", at: "the row's check",
        metric: agreement, system: "supervised, truth",
        over: "supervised without opinions, less 0.1"),
      Claim(
        "The model knows the facts", at: "ours: a control", metric: agreement,
        system: "model's answers", over: "chance", margin: 0.3),
    ],
    trial: { lab, seed in
      var study = CCSChallenges()
      if lab.isQuick {
        (study.texts, study.epochs, study.width, study.steps) = (1000, 1, 32, 50)
      }
      var board = Scoreboard()
      for (share, metric) in [(0.0, plain), (0.6, agreement)] {
        let (train, test, known) = try study.world(share, lab, seed)
        for reading in try study.readings(train, test, seed, lab.shouldStop) {
          board[metric.name, "\(reading.name), truth"] = [reading.truth]
          board[metric.name, "\(reading.name), opinion"] = [reading.distractor ?? 0]
          if share == 0, reading.name == "supervised" {
            board[agreement.name, "supervised without opinions, less 0.1"] = [reading.truth - 0.1]
          }
        }
        if share > 0 {
          board[agreement.name, "model's answers"] = [known]
          board[agreement.name, "chance"] = [0.5]
        }
      }
      return board
    })

  static let agreement = Claim.Metric("agreement beside an opinion", unit: "share", .higher)
  static let plain = Claim.Metric("agreement without opinions", unit: "share", .higher)
}
