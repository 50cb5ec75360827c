import Evaluation
import Foundation
import Torch

extension PretrainingAdvantage {
  /// Lays measured risks over what Ge, Tang, Fan & Jin, 2024, bound, in factor models, mixtures and by contrast.
  static let check = Check(
    "S083",
    protocol: """
      Factor models of 100 inputs and five latents of four times the noise's variance each, and a response with noise \
      of 0.5 that is linear in the latents; a seed averages ten worlds. The factor model is fitted to 300, 1,000, \
      3,000, 10,000 and 30,000 unlabelled examples by maximum likelihood, and the head to 20, 50, 150, 500, 1,500 and \
      5,000 labelled ones by least squares. Learning from labels alone is ridge regression on all inputs with the \
      penalty of 29 from 0.001 to 10,000 that generalised cross-validation chooses. Excess risks are exact. Few labels \
      are 20, 50 and 150, many unlabelled examples 10,000 and 30,000. Distances of powers and of logarithms to base \
      ten are held against tolerances of 0.1. The power of the unlabelled is that of the risk of the best head, which \
      labels without end would find. (A first form took the head's predicted term off the risk with 5,000 labels, \
      whose own scatter is larger than what 30,000 unlabelled examples leave; the power was unclear.)

      Mixtures of five normals with unit covariance in 100 dimensions, equally likely, any two means 4 apart; a \
      response with noise of 0.5 whose means by component have variance 1. Sizes, worlds, few, many and tolerances are \
      those of the factor model. Weights and means are fitted by expectation maximisation to a change of 1e-7 nats: \
      the likeliest of ten starts of k-means++, which race on the first 3,000 examples. The head is least squares on \
      the responsibilities, with a tenth of an example in each component at the mean response; its risk is the mean \
      over ten sets of labels, of which labels alone have the first. Labels alone have two ways: the composite of \
      responsibilities and head, by descent on the squared error (three starts, two of them k-means of the labelled \
      inputs; rates of 0.001 and 0.01, penalties of 0 and 0.01, up to 200 steps of Adam, all chosen on a held-out \
      fifth and then run on all labels), and ridge regression as above. They are given the better of both at each \
      size, by its risk. Excess risks are means over 20,000 inputs of their own, against the true posterior. Theory is \
      of first order: its constants are those of the information matrix of the true mixture, and powers and constants \
      are for 1,000 unlabelled examples and 50 labels or more. For the power of the labelled the measured risk of the \
      best head is taken off.

      The factor model seen in pairs, half of which share their latents (6,000, 12,000, 24,000 and 48,000 pairs; many \
      are the last two): a linear encoder by maximum likelihood of which do, whose odds are the codes' inner product \
      less a fitted multiple of their squared lengths. Head, rival and sizes of labels are the factor model's; theory \
      and sets of labels are as in mixtures, from 12,000 pairs on.

      Sizes, the distance of 4 and the rival's rates were chosen after pilots with other seeds, two to six worlds \
      each, which saw the risk of the representation fall as 1/m from 1,000 examples or 12,000 pairs on, and more \
      steeply before. The paper bounds general losses by roots of 1/m and 1/n; the powers of −1 are asymptotic theory \
      for the squared error, and what the catalogue asks for. (A first record had one set of labels, and five worlds \
      of pairs. The power of the labelled in mixtures and both by contrast were unclear, 0.10, 0.08 and 0.09 from −1, \
      since single heads scatter; the other claims held. Tolerances, sizes and arms are as they were.)
      """,
    minutes: 10, seeds: 5,
    claims: factorClaims + mixtureClaims + contrastClaims,
    trial: { lab, seed in
      var board = Scoreboard()
      try PretrainingTrial.factor(lab).run(lab, seed, &board)
      try PretrainingTrial.mixture(lab).run(lab, seed.child("mixtures"), &board)
      try PretrainingTrial.contrastive(lab).run(lab, seed.child("contrast"), &board)
      return board
    })

  private static let factorClaims: [Claim] = {
    let trial = PretrainingTrial.factor(Lab(quick: true))
    return [
      wins(
        "With few labels and many unlabelled examples, pretraining has the lower excess risk", trial
      ),
      tolerated(
        "The excess risk falls as one over the unlabelled examples where labels are without end",
        at: "the catalogue, after the abstract", trial.overUnlabelled),
      tolerated(
        "It falls as one over the labels where unlabelled examples abound",
        at: "the catalogue, after the abstract", trial.overLabelled),
      tolerated(
        "It is the sum of a term of the representation and one of the head, with their constants",
        at: "derived here, after the abstract", trial.prediction),
      loses("With 300 unlabelled examples and 5,000 labels, labels alone do better", trial),
    ]
  }()

  private static let mixtureClaims: [Claim] = {
    let trial = PretrainingTrial.mixture(Lab(quick: true))
    return [
      wins(
        "In mixtures too, with few labels and many unlabelled examples, pretraining has the lower excess risk",
        trial)
    ] + theory("In mixtures", trial) + [
      loses(
        "In mixtures too, with 300 unlabelled examples and 5,000 labels, labels alone do better",
        trial)
    ]
  }()

  private static let contrastClaims: [Claim] = {
    let trial = PretrainingTrial.contrastive(Lab(quick: true))
    return [
      wins(
        "With few labels and many unlabelled pairs, pretraining by contrast has the lower excess risk",
        trial)
    ] + theory("By contrast", trial)
  }()

  private static func theory(_ place: String, _ trial: PretrainingTrial) -> [Claim] {
    [
      tolerated(
        "\(place) the excess risk falls as one over the unlabelled examples where labels are without end",
        at: "the catalogue, after the abstract", trial.overUnlabelled),
      tolerated(
        "\(place) it falls as one over the labels where unlabelled examples abound",
        at: "the catalogue, after the abstract", trial.overLabelled),
      tolerated(
        "\(place) it is the sum of a term of the representation and one of the head, with their constants",
        at: "derived here, after the abstract", trial.prediction),
    ]
  }

  private static func wins(_ statement: String, _ trial: PretrainingTrial) -> Claim {
    Claim(
      statement, at: "abstract", metric: trial.risk, system: "pretrained", over: "labels alone",
      margin: 0.1)
  }

  private static func loses(_ statement: String, _ trial: PretrainingTrial) -> Claim {
    Claim(
      statement, at: "the catalogue, after the abstract", metric: trial.reversed,
      system: "labels alone", over: "pretrained", margin: 0.1)
  }

  private static func tolerated(
    _ statement: String, at place: String, _ metric: Claim.Metric
  ) -> Claim {
    Claim(statement, at: place, metric: metric, system: "measured", over: "tolerance of 0.1")
  }
}
