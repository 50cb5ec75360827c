import Datasets
import Evaluation
import Files
import Learning
import Torch

/// At which layer of a language model a label of its texts can first be read as well as it ever can: logistic probes,
/// layer by layer, of tasks from simple to hard; with noise before the texts, and with weights of few bits.
///
/// - Source: Jin et al., *Exploring concept depth: how large language models acquire knowledge and concept at different
///   layers?*, COLING 2025, arXiv:2404.07066.
/// - Departs: one small model of a made language, or a person's own; what blocks leave is read, after the embedding;
///   vectors are scaled first; weights are rounded row by row.
public struct ConceptDepth: Study {
  public static let card = Card(
    id: "concept-depth", title: "Exploring concept depth",
    source:
      "Jin, Yu, Huang, Zeng, Wang, Hua, Zhao, Mei, Meng, Ding, Yang, Du & Zhang, Exploring Concept Depth: How Large "
      + "Language Models Acquire Knowledge and Concept at Different Layers?, COLING 2025, arXiv:2404.07066",
    system: "S284",
    summary:
      "Logistic probes of each layer of a language model tell where the accuracy of a task jumps and where it converges; "
      + "harder tasks converge at deeper layers, and noise or weights of few bits make that later.")
  public static let inputs = [
    StudyInput("text", "Texts that the model of --model reads.", optional: true),
    StudyInput("label", "What is to be read of each, a word or a whole number.", optional: true),
    StudyInput(
      "task", "The task of each text and label; all are of one where not given.", optional: true),
  ]

  /// A folder with the language model that reads your texts: a published decoder, or a space of the method lm.
  public var model = ""
  /// Most texts of a task that are probed, three fifths to learn from.
  public var probed = 2000
  /// Strings of three letters that are put before each text, compared with none.
  public var noise = 1
  /// Bits of the weights, compared with weights as they are.
  public var bits = [8, 4, 3]
  /// Most look-ups in a row that a text of the world without files asks for.
  public var steps = 4
  /// Texts of that world that its model learns.
  public var texts = 12_000
  /// Passes over them.
  public var epochs = 8
  /// Blocks of the model.
  public var blocks = 6
  /// Numbers that stand for a token inside it.
  public var width = 64

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let arms: [DepthProbes.Arm] = changes + [.shuffled]
    var found: [(name: String, curves: [DepthCurve])] = []
    func probe(_ reader: HookedLanguageModel, _ tasks: [DepthTask]) throws {
      let probes = DepthProbes(
        tasks: tasks, seed: room.seed.child("probes"), shouldStop: room.shouldStop)
      for arm in arms {
        found.append((arm.name, try probes.curves(reader, arm)))
        room.progress(found.count, arms.count)
      }
    }
    if Self.inputs.contains(where: { room.inputs.has($0.name) }) {
      let reader = try opened()
      let tasks = try DepthTask.given(
        room.inputs, reader, noise: noise, most: probed, room.seed.child("texts"))
      try probe(reader, tasks)
      return findings(tasks, found)
    }
    try require(model.isEmpty, "--model \(model): a file with texts and labels for it is needed")
    // The last word of a question has to stay in the context.
    try require(
      3 * noise <= 2 * steps + 5, "--noise \(noise): too many strings for texts of \(steps) steps")
    let (world, tasks) = world(room.seed)
    try probe(trained(world, lab, room.seed), tasks)
    return findings(tasks, found)
  }

  /// A model as it is, after noise, and with weights of few bits.
  var changes: [DepthProbes.Arm] {
    [.plain, .noised] + bits.map { DepthProbes.Arm.rounded(bits: $0) }
  }

  /// The language of a seed, and questions of it.
  func world(_ seed: Seed) -> (world: RelationChains, tasks: [DepthTask]) {
    let world = RelationChains(steps: steps, seed.child("world"))
    return (world, world.depthTasks(probed, noise: noise, seed.child("questions")))
  }

  /// The model of a language, or the same before it has learned.
  func trained(
    _ world: RelationChains, _ lab: Lab, _ seed: Seed, isTrained: Bool = true
  ) throws -> HookedLanguageModel {
    try world.model(
      texts, epochs: isTrained ? epochs : 0, blocks: blocks, width: width, lab,
      seed.child("model"))
  }

  /// The model that a person named.
  private func opened() throws -> HookedLanguageModel {
    try require(!model.isEmpty, "name the model that is to read the texts: --model FOLDER")
    guard !HookedLanguageModel.isPublished(model) else {
      return try HookedLanguageModel(opening: model)
    }
    let space = try Space(opening: model, methods: [LanguageModel.self])
    guard let network = space.network as? LanguageModel.Network else {
      throw UserError("\(model) holds no language model")
    }
    let reader = HookedLanguageModel(network)
    try require(reader.readsTexts, "\(model) reads numbers, and not texts")
    return reader
  }

  private func validate() throws {
    try require(
      (100...1_000_000).contains(probed), "--probed \(probed): must be from 100 to 1000000")
    try require((0...4).contains(noise), "--noise \(noise): must be from 0 to 4 strings")
    try require(
      Set(bits).count == bits.count && bits.allSatisfy { (2...16).contains($0) },
      "--bits: must be different numbers from 2 to 16")
    try require((2...10).contains(steps), "--steps \(steps): must be from 2 to 10 look-ups")
    try require((64...10_000_000).contains(texts), "--texts \(texts): at least 64 are needed")
    try require((1...10_000).contains(epochs), "--epochs \(epochs): must be at least 1")
    try require((1...100).contains(blocks), "--blocks \(blocks): must be from 1 to 100")
    try require(width >= 8 && width % 8 == 0, "--width \(width): must be a multiple of 8")
  }
}
