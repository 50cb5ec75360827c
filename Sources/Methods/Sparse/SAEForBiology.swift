import Autoencoding
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Whether a sparse autoencoder makes sense of embeddings: how well its units follow the variables behind them,
/// beside the embeddings' own numbers, principal and independent components, and a supervised probe, and what its
/// units are named by.
///
/// - Source: Schuster, *Can sparse autoencoders make sense of latent representations?*, 2024, arXiv:2410.11468 (later
///   *Can sparse autoencoders make sense of gene expression latent variable models?*, MLCB 2025).
/// - Departs: the world is smaller, programs form trees, and counts follow from them through an exponential and
///   negative binomial noise; the k largest units stand for an L1 penalty, which the check has beside them; names
///   come of the hypergeometric test of the 20 genes that are higher.
public struct SAEForBiology: Study {
  public static let card = Card(
    id: "sae-for-biology", title: "Sense of embeddings by sparse autoencoders",
    source:
      "Schuster, Can sparse autoencoders make sense of latent representations?, 2024, arXiv:2410.11468",
    system: "S111",
    summary:
      "Embeddings hold more variables than numbers, as mixtures; a sparse autoencoder's units follow single ones "
      + "better than the numbers do, and are named by annotations and gene sets. Of your own embeddings with --data, or of "
      + "simulated cells.")
  public static let inputs: [StudyInput] = []

  /// Files of your own, separated by commas, with embeddings and columns of what lies behind them; world makes cells.
  public var data = "world"
  /// In your own files the matrix of embeddings, or its columns, separated by commas.
  public var embeddings = "embeddings"
  /// Columns of your own files to leave out, separated by commas.
  public var without = ""
  /// A file of your own with the expression of genes in the same examples, to name units by; none where empty.
  public var expression = ""
  /// Gene sets to name units by, a .gmt file; none where empty.
  public var sets = ""
  /// Trees of programs in the world; each has 1, 2 and 4 programs on its three levels.
  public var trees = 8
  /// Genes of the world.
  public var genes = 300
  /// Cells of the world, a quarter of which judge.
  public var cells = 8000
  /// Numbers of an embedding in the world, each in turn.
  public var widths = [64, 32, 16, 8]
  /// Widths of the hidden layers that embed the world's cells.
  public var hidden = [256]
  /// Passes of the embedding over the world's cells.
  public var epochs = 40
  /// Units of a dictionary.
  public var latents = 256
  /// Units that are active at once in it.
  public var active = 8
  /// Updates of a dictionary, in batches of 256.
  public var steps = 1000
  /// Learning rates of which a dictionary takes the best, by error on examples kept aside.
  public var rates = [0.003, 0.01, 0.03]
  /// Share of the examples that count as those in which a unit is large, when it is named.
  public var share = 0.05
  /// Genes that stand for what is higher there.
  public var top = 20

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    guard data == "world" else { return try ofOwn(room, lab) }
    let trial = try ProgramTrial(self, lab, room.seed)
    let embeddings = ProgramTrial.Embedding.allCases.flatMap { kind in
      widths.map { (kind: kind, width: $0) }
    }
    let arms = HiddenTrial.Arm.shown
    let rows = try embeddings.enumerated().map { place, embedding in
      let each = try trial.trial(embedding.kind, embedding.width)
      var row = WorldFindings.Row(embedding: embedding.kind, width: embedding.width)
      for (index, arm) in arms.enumerated() {
        if room.shouldStop() { throw TrainingError.stopped(step: place, steps: embeddings.count) }
        let codes = try each.codes(arm)
        row.correlations[arm] = try each.correlations(arm, codes)
        if arm != .probe { row.named[arm] = try trial.named(each, codes).mean }
        room.progress(place * arms.count + index + 1, embeddings.count * arms.count)
      }
      return row
    }
    return WorldFindings(rows: rows, heights: trial.world.heights).findings
  }

  private func ofOwn(_ room: StudyRoom, _ lab: Lab) throws -> Findings {
    let own = try OwnEmbeddings(self, room.seed)
    let trial = try HiddenTrial(own.vectors, self, lab, room.seed, as: "embeddings")
    let arms = own.vectors.names.isEmpty ? [.sparse] : HiddenTrial.Arm.shown
    var found = OwnFindings(own: own, naming: naming)
    for (place, arm) in arms.enumerated() {
      if room.shouldStop() { throw TrainingError.stopped(step: place, steps: arms.count) }
      let codes = try trial.codes(arm)
      if arm == .sparse { found.units = try found.names(codes.train) }
      if !own.vectors.names.isEmpty {
        found.correlations[arm] = try trial.correlations(arm, codes)
      }
      room.progress(place + 1, arms.count)
    }
    return found.findings
  }

  /// The simulated cells with these settings.
  func world(_ seed: Seed) -> ProgramTree {
    var world = ProgramTree(seed: seed)
    (world.trees, world.genes) = (trees, genes)
    return world
  }

  /// How units are named with these settings.
  var naming: UnitNaming { UnitNaming(share: share, top: top) }

  private func validate() throws {
    try require(1...1000 ~= trees, "--trees \(trees): must be from 1 to 1000")
    try require(2...100_000 ~= genes, "--genes \(genes): must be from 2 to 100000")
    try require(200...10_000_000 ~= cells, "--cells \(cells): must be from 200 to 10 million")
    try require(
      !widths.isEmpty && widths.allSatisfy { 2...genes ~= $0 },
      "--widths: must be from 2 to --genes, which is \(genes)")
    try AutoencoderSettings.validate(widths: [("hidden", hidden)])
    try require(epochs >= 1, "--epochs \(epochs): at least 1 pass is needed")
    try require(2...10_000_000 ~= latents, "--latents \(latents): at least 2 units are needed")
    try require(
      (1...latents) ~= active, "--active \(active): must be from 1 to --latents, \(latents)")
    try require(steps >= 1, "--steps \(steps): at least 1 update is needed")
    try require(
      !rates.isEmpty && rates.allSatisfy { $0 > 0 }, "--rates: every rate must be above 0")
    try require(share > 0 && share <= 0.5, "--share \(share): must be above 0, up to 0.5")
    try require(top >= 1, "--top \(top): at least 1 gene is needed")
  }
}
