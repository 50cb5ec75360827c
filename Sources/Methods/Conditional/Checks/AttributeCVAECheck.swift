import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension AttributeCVAE {
  /// Re-tests what Debbagh, 2023, says of autoencoders that are told attributes.
  static let check = Check(
    "S405",
    protocol: """
      Fashion-MNIST at 14×14 (else the 8×8 digits); each picture is thinned, left or thickened by a pixel, turned by \
      −25°, 0° or 25° and dimmed to 40, 70 or 100 % of its light, drawn evenly and independently: four attributes with \
      the class. Conditional VAEs, told all four, with a learned prior and weights 0.25, 1 and 4 on the KL term, or \
      with a standard prior and weight 1, and a VAE that is told nothing with weight 1, train on the same 4,000 \
      pictures: 196-256-16 and back, Adam at 0.002, batches of 64, 10 epochs; nothing else is tuned. The VAE's attributes are set by latent shifts: to a code is \
      added the difference of the mean training codes of two values of an attribute, times 1, 1.5, 2 or 3, whichever \
      serves best on 300 validation pictures, for drawing and for swapping apart. Four classifiers, one for each \
      attribute, train on 4,000 other pictures with other draws. Drawn: 1,000 pictures with attributes chosen evenly; \
      the score is the share of the four attributes that the classifiers find. Swapped: in each of 1,000 test \
      pictures one attribute is given another value; the score is whether its classifier finds that, and for the \
      others whether theirs find what was there before. Sample distance: Fréchet distance of 1,000 draws with the \
      attributes of the test pictures to these, in the features of the classifier of classes.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "Pictures drawn with chosen attributes show them more often than with latent shifts of a VAE",
        at: "abstract", metric: drawn, system: "cvae-1", over: "shift-1", margin: 0.05),
      Claim(
        "An attribute swapped on an inferred code shows more often than with a latent shift",
        at: "abstract", metric: swapped, system: "cvae-1", over: "shift-1", margin: 0.05),
      Claim(
        "So it does with a standard prior, under which codes need not tell of attributes",
        at: "abstract", metric: swapped, system: "cvae-standard", over: "shift-1", margin: 0.05),
      Claim(
        "A swap leaves the other attributes as they were at least as well", at: "abstract",
        metric: kept, system: "cvae-1", over: "shift-1"),
      Claim(
        "A larger weight brings draws nearer to the data", at: "abstract", metric: distance,
        system: "cvae-4", over: "cvae-0.25"),
      Claim(
        "A larger weight lets chosen attributes show more often", at: "abstract", metric: drawn,
        system: "cvae-4", over: "cvae-0.25"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try AttributeTrial(lab, seed).run(&board)
      return board
    })

  static let drawn = Claim.Metric("attributes shown by drawn pictures", unit: "share", .higher)
  static let swapped = Claim.Metric("swapped attributes shown", unit: "share", .higher)
  static let kept = Claim.Metric("other attributes kept", unit: "share", .higher)
  static let distance = Claim.Metric("sample distance", unit: "Fréchet distance", .lower)
}

/// One seed of conditional autoencoders against latent shifts.
struct AttributeTrial {
  let lab: Lab
  let seed: Seed
  let source: Source
  let tested: AttributePictures
  let validated: AttributePictures
  let judges: AttributeJudges

  init(_ lab: Lab, _ seed: Seed, of names: [String] = ["fashion-mnist", "digits"]) throws {
    self.lab = lab
    self.seed = seed
    let n = lab.pick(full: 4000, quick: 400)
    var options = SourceOptions()
    options.size = lab.pick(full: [14, 14], quick: nil)
    options.limit = lab.pick(full: 2 * n + 900, quick: nil)
    let plain = try lab.source(lab.pick(full: names, quick: ["digits"]), options)
    func pictures(_ examples: Examples, _ start: Int, _ count: Int, _ name: String) throws
      -> AttributePictures
    {
      try AttributePictures(examples, from: start, count: count, seed.child(name))
    }
    let half = min(n, plain.train.count / 2)
    let mine = try pictures(plain.train, 0, half, "train")
    let theirs = try pictures(plain.train, half, half, "judges")
    validated = try pictures(plain.validation, 0, 300, "validation")
    tested = try pictures(plain.test, 0, 1000, "test")
    source = try Source(
      given: plain.name, AttributePictures.domain(plain.domain), train: mine.examples(),
      validation: validated.examples(), test: tested.examples())
    judges = try AttributeJudges(lab, plain, training: theirs, validated, seed)
  }

  func run(_ board: inout Scoreboard) throws {
    for (name, beta) in [("cvae-0.25", 0.25), ("cvae-1", 1), ("cvae-4", 4), ("cvae-standard", 1)] {
      var told = AttributeCVAE()
      (told.latents, told.beta, told.networks.hidden) = (16, beta, [256])
      told.prior = name == "cvae-standard" ? .standard : .conditional
      told.training = training
      let network = try lab.fit(told, source, seed: seed, as: name)
      try score(ToldArm(network: network), name, &board)
    }
    var plain = BetaVAE()
    (plain.latents, plain.networks.hidden, plain.training) = (16, [256], training)
    let network = try lab.fit(plain, source, seed: seed, as: "shift-1")
    try score(ShiftArm(network, source.train, validated, judges, seed), "shift-1", &board)
  }

  private var training: Training {
    var training = Training()
    (training.epochs, training.batch) = (lab.pick(full: 10, quick: 2), 64)
    training.learningRate = 0.002
    return training
  }

  private func score(_ arm: some AttributeArm, _ name: String, _ board: inout Scoreboard) throws {
    let wishes = judges.wishes(count: lab.pick(full: 1000, quick: 100), seed.child("wishes"))
    board[AttributeCVAE.drawn.name, name] = try judges.shown(
      arm.draw(wishes, seed.child("draws")), wishes)
    let swaps = judges.swaps(tested.values, seed.child("swaps"))
    let edited = try arm.edited(tested, swaps.wanted)
    let (new, old) = try judges.shown(edited, after: swaps)
    board[AttributeCVAE.swapped.name, name] = new
    board[AttributeCVAE.kept.name, name] = old
    // With the test pictures' own attributes, draws differ from them by the network alone.
    let alike = try arm.draw(tested.values, seed.child("samples"))
    board[AttributeCVAE.distance.name, name] = [
      try FrechetDistance.between(judges.features(tested.x), judges.features(alike))
    ]
  }
}
