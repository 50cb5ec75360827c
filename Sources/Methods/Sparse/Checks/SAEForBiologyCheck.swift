import Evaluation
import Learning

extension SAEForBiology {
  /// Re-tests what Schuster, 2024, says of sparse autoencoders of embeddings.
  static let check = Check(
    "S111",
    protocol: """
      For each seed another world of 8,000 cells, 300 genes and 56 programs in 8 trees (1, 2 and 4 on three \
      levels): a program without one above it is active in 0.3 of the cells, one below another in half of those \
      in which that is; each moves a tenth of the genes, mostly up; counts are negative binomial about an \
      exponential of the sum, with a depth for each cell. Normalised log counts are embedded by an autoencoder \
      (256 hidden units, 40 passes) and by principal axes, in 64, 32, 16 and 8 numbers; 6,000 cells are learned \
      from, 2,000 judge. Dictionaries have 256 units with 8 active (about 7 programs are) and see 1,000 batches \
      of 256; their learning rate is the best of 0.003, 0.01 and 0.03 by error on 600 cells that are neither \
      trained on nor judged by, with seed 0; the L1 penalty is the one whose number of active units is nearest \
      to 8 and not below. For each program the unit that correlates with its activity most, in size, among the 6,000 cells \
      is chosen, of every arm in the same way, and judged by the size of its correlation among the 2,000. The \
      probe is a ridge regression on the 6,000. Random directions are 256, of which the 8 largest are kept. A \
      unit is named by the gene set most enriched (hypergeometric, adjusted for all sets, at most 0.05) among the \
      20 genes that are highest, by Welch's t, in the twentieth of the cells in which it is largest; a program is \
      named when its unit has its set, of 112, of which half belong to no program and a fifth of the genes of the \
      others are wrong. World, sizes and rates were fixed after a look at one world each of three seeds in another \
      program (PyTorch), in which nearly all arms could be seen, so that most claims were not blind; no run of this \
      program had been made.
      """,
    minutes: 12, seeds: 5,
    claims: [
      Claim(
        "Units of a sparse autoencoder follow single programs better than the numbers of the embedding do",
        at: "abstract", metric: followed, system: arm(.sparse), over: arm(.neurons),
        margin: 0.05),
      Claim(
        "They follow them worse than a supervised probe", at: "abstract: to some extent",
        metric: followed, system: arm(.probe), over: arm(.sparse), margin: 0.02),
      Claim(
        "Programs lie in the embedding as mixtures: a linear probe follows them better than single numbers",
        at: "abstract: superpositions", metric: followed, system: arm(.probe), over: arm(.neurons),
        margin: 0.05),
      Claim(
        "Units follow programs worse in 32 numbers than in 64", at: "abstract: completeness",
        metric: followed, system: arm(.sparse, 64), over: arm(.sparse), margin: 0.02),
      Claim(
        "And worse in 16 than in 32", at: "abstract: completeness", metric: followed,
        system: arm(.sparse), over: arm(.sparse, 16), margin: 0.02),
      Claim(
        "And worse in 8 than in 16", at: "abstract: completeness", metric: followed,
        system: arm(.sparse, 16), over: arm(.sparse, 8), margin: 0.02),
      Claim(
        "They follow programs better than principal components of the embedding", at: "the row",
        metric: followed, system: arm(.sparse), over: arm(.principal), margin: 0.05),
      Claim(
        "And better than independent components", at: "the row", metric: followed,
        system: arm(.sparse), over: arm(.independent), margin: 0.02),
      Claim(
        "Also in a narrow embedding of 16 numbers", at: "our control of the above",
        metric: followed, system: arm(.sparse, 16), over: arm(.independent, 16), margin: 0.02),
      Claim(
        "And better than as many random directions of which the largest are kept",
        at: "our control", metric: followed, system: arm(.sparse), over: arm(.random), margin: 0.05
      ),
      Claim(
        "With an L1 penalty units follow programs better than the numbers too",
        at: "the author's program",
        metric: followed, system: arm(.penalised), over: arm(.neurons), margin: 0.05),
      Claim(
        "In embeddings by principal axes units follow programs better than the axes", at: "the row",
        metric: followed, system: arm(.sparse, 32, .principal),
        over: arm(.neurons, 32, .principal), margin: 0.05),
      Claim(
        "And worse than a supervised probe there", at: "the row", metric: followed,
        system: arm(.probe, 32, .principal), over: arm(.sparse, 32, .principal), margin: 0.02),
      Claim(
        "More programs are named by their genes from units than from the numbers",
        at: "abstract, of single cells", metric: named, system: arm(.sparse), over: arm(.neurons),
        margin: 0.02),
    ],
    trial: { lab, seed in
      var study = SAEForBiology()
      if lab.isQuick {
        (study.trees, study.genes, study.cells, study.epochs) = (2, 80, 800, 10)
        (study.latents, study.active, study.steps, study.rates) = (64, 3, 100, [0.01])
        study.hidden = [32]
      }
      let world = try ProgramTrial(study, lab, seed)
      var board = Scoreboard()
      for kind in ProgramTrial.Embedding.allCases {
        for width in study.widths {
          let trial = try world.trial(kind, width)
          let isFirst = kind == .autoencoder && width == 32
          for each in isFirst ? HiddenTrial.Arm.allCases : HiddenTrial.Arm.shown {
            let codes = try trial.codes(each)
            board[followed.name, arm(each, width, kind)] = try trial.correlations(each, codes)
            if isFirst, each != .probe {
              board[named.name, arm(each)] = try world.named(trial, codes)
            }
          }
        }
      }
      return board
    })

  private static func arm(
    _ arm: HiddenTrial.Arm, _ width: Int = 32, _ kind: ProgramTrial.Embedding = .autoencoder
  ) -> String {
    "\(arm.rawValue), \(kind.rawValue) of \(width)"
  }

  static let followed = Claim.Metric("best-match correlation", unit: "correlation", .higher)
  static let named = Claim.Metric("programs named by their genes", unit: "share", .higher)
}
