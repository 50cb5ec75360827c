import Evaluation
import Torch

extension NetworkDissection {
  /// Re-tests what Bau et al., 2017, say of units, random axes, tasks and regularisers, on drawn scenes.
  static let check = Check(
    "S294",
    protocol: """
      Drawn scenes of 48 × 48 pixels: a thing is one of 6 upper parts on one of 6 lower ones (36 shapes), in one of 8 \
      colours and 6 textures, on a grey ground with noise. Networks of four convolutions (16, 32, 48 and 128 maps, the last \
      of 12 × 12) learn for 8 epochs from 4,000 scenes of one thing (AdamW, rate 0.003 that falls along a cosine, decay 0.1, \
      batches of 64), all from the same start: to tell the shape from the largest value of each map; the same with batch \
      normalisation, and with half of these values dropped; to tell a quarter turn; to put the scene together from an \
      eighth of its numbers. The last maps are dissected on 500 other scenes of two things: active are the 0.5% highest places of \
      a unit, brought to 48 × 48; a detector has an intersection over union above 0.04 with one of 71 concepts (36 shapes, 8 \
      colours, 6 textures, 12 parts, 9 places of a thing in the picture). Random axes are the mean of three random \
      rotations. The probe is a logistic regression of the shape on the means of the maps, from 1,500 scenes. Accuracy is \
      of 500 new scenes of one thing; its change is the mean of those that batch normalisation and dropout make. Sizes \
      were chosen on one other seed in a prototype, in which layers of 32 and 48 units were no better than random axes.
      """,
    minutes: 11, seeds: 3,
    claims: [
      Claim(
        "Units detect more concepts than random axes of the same space", at: "§3.2 and figure 4",
        metric: unique, system: plain, over: "random axes", margin: 4),
      Claim(
        "Training makes detectors", at: "§3.5", metric: unique, system: plain,
        over: "before training", margin: 4),
      Claim(
        "They are of the concepts of their own pictures", at: "our control", metric: unique,
        system: plain, over: "masks of other scenes", margin: 4),
      Claim(
        "A network with labels has more detectors than one that learns quarter turns",
        at: "§3.4", metric: unique, system: plain, over: "quarter turns", margin: 2),
      Claim(
        "And more than one that puts scenes together", at: "§3.4", metric: unique, system: plain,
        over: "reconstruction", margin: 2),
      Claim(
        "Batch normalisation takes detectors away", at: "§3.5", metric: unique, system: plain,
        over: "batch normalisation", margin: 2),
      Claim(
        "Dropout makes detectors of whole shapes", at: "§3.5", metric: shapes,
        system: "dropout", over: plain, margin: 1),
      Claim(
        "Accuracy says little of that: it moves by less than five points",
        at: "abstract and §3.5", metric: change, system: "batch normalisation and dropout",
        over: "five points"),
      Claim(
        "Random axes tell as much: a probe loses less than a point by them", at: "§3.2",
        metric: lost, system: "random axes", over: "one point"),
    ],
    trial: { lab, seed in
      var study = NetworkDissection()
      if lab.isQuick {
        (study.examples, study.epochs, study.scenes) = (96, 1, 12)
        (study.pixels, study.units, study.rotations) = (32, 16, 1)
      }
      return try board(study, lab, seed)
    })

  /// The scores of one seed.
  private static func board(
    _ study: NetworkDissection, _ lab: Lab, _ seed: Seed
  ) throws -> Scoreboard {
    let trial = try DissectionTrial(study, lab, seed)
    func network(_ arm: String, _ change: (inout SceneRecipe) -> Void) throws
      -> SceneRecipe.Network
    {
      var recipe = study.recipe
      change(&recipe)
      return try trial.trained(recipe, as: arm)
    }
    let trained = try network(Self.plain) { _ in }
    let others = [
      ("batch normalisation", try network("batch normalisation") { $0.isNormed = true }),
      ("dropout", try network("dropout") { $0.dropout = 0.5 }),
      ("quarter turns", try network("quarter turns") { $0.task = .turns }),
      ("reconstruction", try network("reconstruction") { $0.task = .reconstruction }),
      ("before training", try trial.untrained(study.recipe)),
    ]
    let maps = try trial.maps(trained)
    let own = try study.dissected(maps, trial.masks)
    let chance = try study.dissected(maps, trial.masks.ofOthers())
    var board = Scoreboard()
    board[unique.name, Self.plain] = [Double(own.unique())]
    board[shapes.name, Self.plain] = [Double(own.unique("shape"))]
    board[unique.name, "masks of other scenes"] = [Double(chance.unique())]
    let axes = try (0..<study.rotations).map { index in
      try AxisRotation(study.units, seed: seed.child("axes").child(index))
    }
    board[unique.name, "random axes"] = [
      try axes.map { try Double(study.dissected($0(maps), trial.masks).unique()) }.mean
    ]
    let accuracy = try trial.accuracy(trained, .shapes) ?? .nan
    var changes: [Double] = []
    for (arm, network) in others {
      let found = try study.dissected(trial.maps(network), trial.masks)
      board[unique.name, arm] = [Double(found.unique())]
      board[shapes.name, arm] = [Double(found.unique("shape"))]
      guard ["batch normalisation", "dropout"].contains(arm) else { continue }
      let told = try trial.accuracy(network, .shapes) ?? .nan
      changes.append(abs(told - accuracy))
    }
    board[change.name, "batch normalisation and dropout"] = [changes.mean]
    board[change.name, "five points"] = [0.05]
    let (before, after) = (try trial.probed(trained), try trial.probed(trained, in: axes[0]))
    board[lost.name, "random axes"] = [before - after]
    board[lost.name, "one point"] = [0.01]
    return board
  }

  private static let plain = "units"

  static let unique = Claim.Metric("concepts with a detector", unit: "concepts", .higher)
  static let shapes = Claim.Metric("shapes with a detector", unit: "concepts", .higher)
  static let change = Claim.Metric("change of accuracy", unit: "accuracy", .lower)
  static let lost = Claim.Metric("accuracy of a probe lost", unit: "accuracy", .lower)
}
