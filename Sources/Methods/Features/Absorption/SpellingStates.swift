import Datasets
import Evaluation
import Files
import Learning
import Networks
import Sparse
import Torch

/// A language model that spells, and what it keeps of words that it reads.
struct SpellingStates {
  let texts: SpellingTexts
  let network: SpellingModel.Network
  let block: Int
  let seed: Seed

  /// The model that `study` describes, trained or as it starts.
  ///
  /// - Throws: what fitting throws.
  init(_ study: SAEAbsorption, _ lab: Lab, _ seed: Seed, isTrained: Bool = true) throws {
    let texts = SpellingTexts(
      words: study.words, letters: study.letters, seed: seed.child("texts"))
    (self.texts, block, self.seed) = (texts, study.block, seed)
    var method = SpellingModel()
    (method.blocks, method.width, method.vocabulary) = (
      study.blocks, study.width, texts.vocabulary
    )
    method.training.epochs = study.epochs
    method.training.warmup = min(100, study.epochs * study.texts / 128 / 5)
    guard isTrained else {
      network = method.makeNetwork(
        Domain(shape: [SpellingTexts.length], support: .real),
        RandomStream(seed.child("untrained")))
      return
    }
    var options = SourceOptions()
    options.validation = 0
    func drawn(_ count: Int, _ part: String) -> MadeExamples {
      MadeExamples(
        texts.texts(count, spelled: 0.5, RandomStream(seed.child(part))).to(.float32))
    }
    let source = try Source.made(
      "spelling texts", train: drawn(study.texts, "train"), test: drawn(20, "spare"), options)
    network = try lab.fit(method, source, seed: seed.child("model"), as: "language model")
  }

  /// Refuses settings that make no lexicon or no model.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  static func validate(_ study: SAEAbsorption) throws {
    let most = SpellingTexts.consonants.count
    try require(
      (2...most).contains(study.letters), "--letters \(study.letters): must be from 2 to \(most)")
    try require(
      (20 * study.letters...5000).contains(study.words),
      "--words \(study.words): must be from \(20 * study.letters), 20 for each letter, to 5000")
    try require(study.texts >= 70, "--texts \(study.texts): at least 70 are needed")
    try require(study.epochs >= 1, "--epochs \(study.epochs): must be at least 1")
    try require(
      (8...4096).contains(study.width) && study.width % 8 == 0,
      "--width \(study.width): must be a multiple of 8, at most 4096")
    try require(
      (1...100).contains(study.blocks), "--blocks \(study.blocks): must be from 1 to 100")
    try require(
      (0..<study.blocks).contains(study.block),
      "--block \(study.block): must be from 0 to \(study.blocks - 1)")
  }

  /// Share of the words that the model spells rightly after two others that were.
  ///
  /// - Throws: `TensorError`.
  func spelled() throws -> Double {
    let words = Array(texts.words.indices)
    let rows = texts.contexts(words, at: 5, spelled: 1, RandomStream(seed.child("prompts")))
    let said = try withoutGradients {
      try network.transformer.logits(rows).selected(1, -1).argmax(over: 1).places()
    }
    return zip(said, texts.first).map { $0 == $1 + 1 ? 1.0 : 0.0 }.mean
  }

  /// States at words of running texts, with their first letters as concepts; where `redrawn`, with letters drawn anew.
  ///
  /// Three words in ten, each in three texts, judge; the others are what probes learn from.
  ///
  /// - Throws: `TensorError`, or what probes throw.
  func concepts(texts count: Int, redrawn: Bool = false) throws -> ProbedConcepts {
    let rows = texts.texts(count, spelled: 0, RandomStream(seed.child("running")))
    let width = network.transformer.form.width
    var states = try network.states(rows, after: block).sliced(1, 1, SpellingTexts.length)
      .reshaped(-1, width)
    let seen = try rows.sliced(1, 1, SpellingTexts.length).flattened().places()
      .map { texts.first[$0 - 1 - texts.letters] }

    var random = SplitMix(seed.child("split"))
    let order = Array(texts.words.indices).shuffled(using: &random)
    let cut = order.count * 3 / 10
    func part(_ words: ArraySlice<Int>, _ name: String) throws -> (x: Tensor, words: [Int]) {
      let all = Array(repeating: Array(words), count: 3).flatMap { $0 }
      let contexts = texts.contexts(
        all, at: 4, spelled: 0, RandomStream(seed.child("contexts").child(name)))
      return (try network.states(contexts, after: block).selected(1, -1).contiguous(), all)
    }
    var judged = try part(order[..<cut], "judged"), learned = try part(order[cut...], "learned")
    var classes = (
      judged: judged.words.map { texts.first[$0] }, learned: learned.words.map { texts.first[$0] }
    )
    if redrawn {
      let exchange = try ConceptExchange(learned.x, classes: classes.learned, of: texts.letters)
      states = try exchange.exchanged(states, classes: seen, seed.child("redrawn states")).x
      (judged.x, classes.judged) = try exchange.exchanged(
        judged.x, classes: classes.judged, seed.child("redrawn judged"))
      (learned.x, classes.learned) = try exchange.exchanged(
        learned.x, classes: classes.learned, seed.child("redrawn learned"))
    }
    return try ProbedConcepts(
      states: states,
      learned: LabelledConcepts(learned.x, classes: classes.learned, of: texts.letters),
      judged: LabelledConcepts(judged.x, classes: classes.judged, of: texts.letters),
      names: (
        SpellingTexts.consonants.prefix(texts.letters).map { String($0) },
        judged.words.map { texts.words[$0] }
      ))
  }
}
