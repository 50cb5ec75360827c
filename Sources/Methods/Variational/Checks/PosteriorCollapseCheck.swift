import Datasets
import Evaluation
import Learning
import Torch

extension PosteriorCollapse {
  /// Re-tests what Dang et al., 2024, say of posterior collapse.
  static let check = Check(
    "S070",
    protocol: """
      Linear models: the settings of the lab (`latent lab posterior-collapse`) with decoder noise of 0.5 and weights of \
      0.4 and 2.5, 17 of them: data of width 8 whose deviations fall from 2.25 to 0.45, 400 rows, 6 latent dimensions, \
      one reparameterised draw a row and step, 1,200 steps of Adam on all rows from a rate of 0.02 down a cosine. The \
      closed form takes the sample's own spectrum, of \
      conditional models that of what a linear map of the condition leaves. Another model's formula is: of a \
      conditional model that of the plain one, of a plain one that of the other kind of encoder variance, of two levels \
      that of the other kind of second variance. A dimension is in use where the decoder's singular value is above \
      0.1, of the second level where there are two. Nothing is tuned. Nonlinear models: MNIST (else Fashion-MNIST), \
      4,000 training pictures, 16 latent units, one hidden layer of 200 ReLU units on either side (also between the \
      levels), decoder noise of variance 0.25, Adam at 0.001 down a cosine in batches of 128 for 6 passes. Weights 4, \
      8 and 16; with a weight of 4 the lower half of a picture given its upper half, or given another's; two levels with \
      a second weight of 2 and encoder deviations of 0.6, the second's learnt or fixed. A unit is active where its code \
      varies by more than 0.01 over 1,000 test pictures or more. No prediction lies \
      at a threshold. Two other forms were seen first with one seed each: weights of 0.25, 1 and 4 with 2,000 steps (error \
      of singular values 0.007) and with 1,000 (0.022, most of it at a weight of 0.25, where training had not settled); \
      and nonlinear weights of 1 and 4, at both of which all 16 units were active.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "Singular values of trained linear decoders are those of the closed form, to 0.02 of the largest deviation",
        at: "abstract: experiments match the theory", metric: error, system: "closed form",
        over: "tolerance"),
      Claim(
        "At least 9 in 10 linear models use as many dimensions as predicted",
        at: "abstract: detecting collapse", metric: agreement, system: "closed form",
        over: "tolerance"),
      Claim(
        "Another model's formula is further off",
        at: "§4: conditional and hierarchical models differ",
        metric: rival, system: "closed form", over: "another model's", margin: 0.05),
      Claim(
        "No training finds a loss more than 0.001 nats below the closed form's",
        at: "§4: global minima",
        metric: excess, system: "trained", over: "tolerance"),
      Claim(
        "A condition that correlates with the output makes conditional models collapse",
        at: "abstract", metric: active, system: "correlation 0.85", over: "correlation 0.0",
        margin: 1),
      Claim(
        "A learnt variance of the second encoder makes the second level collapse", at: "abstract",
        metric: active, system: "second variance learnt", over: "second variance fixed", margin: 1),
      Claim(
        "On pictures, too, fewer units are active at a weight of 8 than at 4",
        at: "§5: nonlinear models", metric: units, system: "weight 8", over: "weight 4", margin: 1),
      Claim(
        "And fewer at a weight of 16 than at 8", at: "§5: nonlinear models", metric: units,
        system: "weight 16", over: "weight 8", margin: 1),
      Claim(
        "Half a picture uses fewer units given its own other half than given another's",
        at: "§5: nonlinear models", metric: units, system: "own upper half",
        over: "another's upper half", margin: 1),
      Claim(
        "On pictures, too, a learnt second variance leaves the second level fewer units",
        at: "§5: nonlinear models", metric: units, system: "second variance learnt",
        over: "second variance fixed", margin: 1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try CollapseTrial(lab: lab, seed: seed).run(&board)
      return board
    })

  static let error = Claim.Metric(
    "error of singular values", unit: "of the largest deviation", .lower)
  static let agreement = Claim.Metric("models as predicted", unit: "share", .higher)
  static let rival = Claim.Metric(
    "error of singular values against other formulas", unit: "of the largest deviation", .lower)
  static let excess = Claim.Metric("least excess of the loss", unit: "nats", .higher)
  static let active = Claim.Metric("dimensions in use", unit: "dimensions", .lower)
  static let units = Claim.Metric("active units", unit: "units", .lower)
}
