import Datasets
import Evaluation
import Torch

extension LatentVectorField {
  /// Re-tests what Fumero, Moschella, Rodolà & Locatello, 2025, say of the flow on codes.
  static let check = Check(
    "S065",
    protocol: """
      Autoencoders by squared error, 784-256-k and back with ReLU and a sigmoid at the end, AdamW at 0.001, batches of 100; \
      nothing is tuned. Memory: MNIST (else Fashion-MNIST), 500 pictures for 200 passes, k of 2, 8, 32 and 128 with a decay \
      of 0 and of 0.1; 300 training codes move until a move is shorter than 1e-4 or for 300 moves; memorisation is the mean \
      cosine of what their ends decode to with the nearest training picture, and its correlation with the test error is \
      Spearman's over the eight. Strangers: 5,000 pictures of MNIST or of Fashion-MNIST, k = 16, decay 0.1, 20 passes; 1,000 \
      test pictures of the same and 1,000 of the other source, both ways round. Trajectory: the mean distance, over 30 moves, \
      to the nearest of the ends of 1,000 training codes; neighbours: the distance to the tenth nearest of all training codes; \
      error: the squared error. Dictionary: the attractors of 1,000 codes drawn from the standard normal with the deviation \
      of no data at all, 1; what five of them, by orthogonal matching pursuit, leave of the codes of 1,000 test pictures, \
      over their squared length; "random" are as many normal directions.
      """,
    minutes: 6, seeds: 3,
    claims: [
      Claim(
        "The more attractors are like training pictures, the worse new pictures are reconstructed: a correlation above 0.5",
        at: "abstract (i); §4", metric: trend, system: "memorisation", over: "0.5"),
      Claim(
        "Attractors of narrow bottlenecks lie nearer to training pictures than those of wide ones",
        at: "abstract (i); §4", metric: memory, system: "2 units", over: "128 units", margin: 0.02),
      Claim(
        "Ways through the field tell strangers better than neighbours of codes do",
        at: "abstract (iii)", metric: detection, system: "trajectory", over: "neighbours",
        margin: 0.01),
      Claim(
        "Ways through the field tell strangers better than the error does", at: "abstract (iii)",
        metric: detection, system: "trajectory", over: "error", margin: 0.01),
      Claim(
        "Attractors found without data are a better dictionary of the data's codes than random directions",
        at: "abstract (ii)", metric: dictionary, system: "attractors", over: "random", margin: 0.02),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try remember(lab, seed, &board)
      try tellStrangers(lab, seed, &board)
      return board
    })

  static let trend = Claim.Metric(
    "correlation of memorisation and test error", unit: "rank correlation", .higher)
  static let memory = Claim.Metric("likeness to training pictures", unit: "cosine", .higher)
  static let detection = Claim.Metric("detection of strangers", unit: "area", .higher)
  static let dictionary = Claim.Metric("left by five atoms", unit: "share", .lower)

  private static func remember(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    var study = LatentVectorField()
    (study.examples, study.epochs) = (
      lab.pick(full: 500, quick: 100), lab.pick(full: 200, quick: 3)
    )
    (study.starts, study.steps) = (lab.pick(full: 300, quick: 20), lab.pick(full: 300, quick: 10))
    study.hidden = lab.pick(full: [256], quick: [32])
    var options = SourceOptions()
    options.limit = study.examples
    let source = try lab.source(
      lab.pick(full: ["mnist", "fashion-mnist"], quick: ["digits"]), options)
    var found: [(memory: Double, error: Double)] = []
    for (place, (units, decay)) in study.cells.enumerated() {
      let trial = study.trial(source, units, decay)
      let fitted = try trial.fitted(
        lab, seed.child("memory").child(place), as: "\(units) units, decay \(decay)")
      found.append((try trial.memorisation(fitted), try trial.errors(fitted).test))
      board[memory.name, "\(units) units"] += [found[place].memory]
    }
    board[trend.name, "memorisation"] = [
      rankCorrelation(found.map(\.memory), found.map(\.error), still: 0)
    ]
    board[trend.name, "0.5"] = [0.5]
  }

  private static func tellStrangers(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 200)
    let names = lab.pick(full: ["mnist", "fashion-mnist"], quick: ["digits", "digits"])
    let sources = try names.map { try lab.source([$0], options) }
    for (place, source) in sources.enumerated() {
      var study = LatentVectorField()
      study.epochs = lab.pick(full: 20, quick: 1)
      study.hidden = lab.pick(full: [256], quick: [32])
      study.starts = lab.pick(full: 1000, quick: 50)
      study.steps = lab.pick(full: 300, quick: 10)
      let trial = study.trial(source, 16, 0.1)
      let fitted = try trial.fitted(lab, seed.child(names[place]), as: "\(names[place]), 16 units")
      let count = lab.pick(full: 1000, quick: 100)
      for (name, area) in try trial.detection(fitted, sources[1 - place].test, count: count) {
        board[detection.name, name] += [area]
      }
      let random = RandomStream(seed.child("noise").child(place))
      let noise = random.normal([study.starts, 16])
      let flow = try fitted.field.follow(noise)
      let rested = try Attractors(flow, radius: 0.05)
      let atoms = rested.counts.isEmpty ? flow.ends[0..<1] : rested.places
      let codes = try Scores(source.test.prefix(count), seed: seed).codes(fitted.network)
      board[dictionary.name, "attractors"] += try OrthogonalPursuit(atoms).residual(codes, count: 5)
      board[dictionary.name, "random"] += try OrthogonalPursuit(
        random.child("directions").normal(atoms.shape)
      ).residual(codes, count: 5)
    }
  }
}
