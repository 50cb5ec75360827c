import Evaluation
import Learning
import Torch

extension Titok {
  /// Re-tests what Yu et al., 2024, say of few learned tokens in place of a grid.
  static let check = Check(
    "S230",
    protocol: """
      Fashion-MNIST at 28×28: 2,500 training images, 1,000 for choosing, 2,000 of the test images. All tokenisers: \
      transformers of width 48 with 2 blocks and 4 heads from patches of 7×7 to the tokens and back, unit vectors of \
      4 numbers, codebooks learned by gradients with revival, the Bernoulli likelihood alone, Adam, batches of 32, \
      8 passes, 100 steps of warm-up and a cosine, in one stage. A grid's tokens are the means of the encoder's \
      outputs over the patches of a cell, and each patch of the decoder reads that of its cell; learned tokens stand \
      beside the patches, so that their transformers read 20 or 24 vectors where the grids' read 16. The learning \
      rate is the better of 0.0015 and 0.003, for learned tokens and for grids, by squared error on the images for \
      choosing after 3 passes with 4 tokens of 256 and seed 0. Bits: 4 tokens of 256 have 32, 8 of 256 and the grid \
      of 4×4 of 16 have 64. The grid of 7×7 of 256, with patches of 4×4, has 392 and half of the passes, which take as \
      long. Generators: masked transformers of width 48, 2 blocks, 8 passes; 1,000 samples in 1, 2, 4, 8 and 16 \
      steps, as far as there are tokens; the noise of the choice is the best of 1, 4.5, 20 and 100 at 4 steps, by \
      the distance of 500 samples to the images for choosing. Distances are Fréchet's in the features of a \
      classifier of 128 units trained on the same images. What is to be reached is the grid's best distance times \
      1.05; who never reaches it counts as with twice its most steps and twice their time. Time includes decoding \
      and the judge's features. Pilots with seed 1 chose passes and sizes; in them the learned tokens were behind. A \
      first run was stopped after seed 1, in which noises of 0.5 and 4.5 made the fine grid's samples worse with \
      more steps; larger ones were added, and passes were cut for time.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "At 32 bits learned tokens reconstruct better than a grid of as many", at: "abstract",
        metric: error, system: "4 learned of 256", over: "grid 2×2 of 256", margin: 0.0005),
      Claim(
        "At 64 bits half as many learned tokens reconstruct better than a grid", at: "abstract",
        metric: error, system: "8 learned of 256", over: "grid 4×4 of 16", margin: 0.0005),
      Claim(
        "Samples reach the distance of a grid of equal bits in fewer steps", at: "abstract",
        metric: steps("grid 4×4 of 16"), system: "8 learned of 256", over: "grid 4×4 of 16",
        margin: 0.5),
      Claim(
        "And in less time", at: "abstract", metric: seconds("grid 4×4 of 16"),
        system: "8 learned of 256", over: "grid 4×4 of 16", margin: 0.5),
      Claim(
        "Samples reach the distance of a fine grid in fewer steps", at: "abstract",
        metric: steps("grid 7×7 of 256"), system: "8 learned of 256", over: "grid 7×7 of 256",
        margin: 0.5),
      Claim(
        "And in less time", at: "abstract", metric: seconds("grid 7×7 of 256"),
        system: "8 learned of 256", over: "grid 7×7 of 256", margin: 0.5),
      Claim(
        "Samples at their best are nearer to the data than the fine grid's", at: "abstract",
        metric: distance, system: "8 learned of 256", over: "grid 7×7 of 256", margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try TitokTrial(lab, seed).run(&board)
      return board
    })

  static let error = Claim.Metric("squared error", unit: "per input", .lower)
  static let distance = Claim.Metric("Fréchet distance of samples", unit: "", .lower)
  static let reconstructed = Claim.Metric(
    "Fréchet distance of reconstructions", unit: "", .lower)

  static let noise = Claim.Metric("noise of the choice", unit: "", .lower)

  static func steps(_ grid: String) -> Claim.Metric {
    Claim.Metric("steps to the distance of \(grid)", unit: "doublings", .lower)
  }

  static func seconds(_ grid: String) -> Claim.Metric {
    Claim.Metric("time to the distance of \(grid)", unit: "doublings", .lower)
  }
}
