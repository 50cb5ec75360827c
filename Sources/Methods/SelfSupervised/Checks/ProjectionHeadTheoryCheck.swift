import Evaluation
import Torch

extension ProjectionHeadTheory {
  /// Re-tests what Xue et al., 2024, say of projection heads.
  static let check = Check(
    "S428",
    protocol: """
      Linear: the world of the lab (`latent lab projection-head-theory`) as it stands, 20 features of variance 1 whose views \
      agree with coefficients of 1 down to 0.02, two layers from 0.1 times the identity, the second being the head, and the same with \
      random entries of deviation 0.1/√20 of that besides. Tasks: one feature from 15 labels with noise of 0.3, heads with a penalty chosen by \
      leaving one out, mean error of 50 sets of labels; disturbed features are the five of least agreement, kept ones the five of \
      most. Images: 1,500 training images of Fashion-MNIST, each tinted in one of four colours that say nothing of the class; SimCLR of this project \
      (temperature 0.5) with views that change colours strongly (jitter 1, a half in grey), a residual network of 8, 16 and 32 channels, \
      8 epochs in batches of 128, Adam at 0.001 down a cosine: with a head (64-32), without one, and without one on \
      features divided by the powers of 1.1. Probes: logistic regression on standardised features of the 1,500, judged on 1,000 \
      test images, on the features below the head and after it, of colours, which the views disturb, and of classes.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "Squared weights of features are those of the closed form in both layers, to 0.1 of their logs",
        at: "theorem 3.2", metric: error, system: "aligned start", over: "tolerance"),
      Claim(
        "Weights are more unequal after the head than below it", at: "§3.2: progressive weighting",
        metric: inequality, system: "after the head", over: "below the head", margin: 0.2),
      Claim(
        "From random first weights, too", at: "§3.2", metric: inequality,
        system: "after the head, random", over: "below the head, random", margin: 0.2),
      Claim(
        "Features that views disturb are learned better below the head", at: "§3.3: theorem 3.4",
        metric: task, system: "disturbed, below", over: "disturbed, after", margin: 0.02),
      Claim(
        "Features that views keep are learned better after it", at: "§3.3: the interplay",
        metric: task, system: "kept, after", over: "kept, below", margin: 0.02),
      Claim(
        "On images, colours that views disturb are read better below the head than after it",
        at: "§5: experiments", metric: colour, system: "head, below", over: "head, after",
        margin: 0.02),
      Claim(
        "Better than without a head", at: "§5: experiments", metric: colour,
        system: "head, below", over: "no head", margin: 0.01),
      Claim(
        "Fixed weights in place of a head keep more of the colours than no head", at: "§6",
        metric: colour, system: "fixed weights", over: "no head", margin: 0.01),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try HeadTrial(lab: lab, seed: seed).run(&board)
      return board
    })

  static let error = Claim.Metric("distance from the closed form", unit: "log weight", .lower)
  static let inequality = Claim.Metric("deviation of log weights", unit: "log", .higher)
  static let task = Claim.Metric("error of tasks", unit: "squared", .lower)
  static let colour = Claim.Metric("probe of colours", unit: "share", .higher)
  static let kind = Claim.Metric("probe of classes", unit: "share", .higher)
}
