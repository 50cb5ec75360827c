import Evaluation
import Learning

extension ConceptDepth {
  /// Re-tests what Jin et al., 2025, say of the layers at which concepts can be read.
  static let check = Check(
    "S284",
    protocol: """
      A made language: up to three filler words, five words of feeling (12 in all), the mood that most have, a name of 8, \
      then relations, each of which leads from one person to another (4 random permutations), after each the name to which \
      they have led with probability one half, and always after four. A decoder like Llama of six blocks and width 64 learns \
      12,000 texts of 25 words in 8 passes; the matrices of its blocks start with deviation 1/√width. Tasks, ordered by \
      their construction: word (which half of the relations the last word is of; it is read there), mood (gathered from \
      five words), and chains of one to four steps (which half of the people they lead to; each step looks up what the one \
      before has given). 2,000 questions each, read at the last word before the answer, at the embedding (layer 0) and \
      after each block: three fifths to fit a logistic regression, two fifths to judge. A curve converges at the first \
      layer after which no layer changes its accuracy by 3% or more. Noise: a string of three letters alike, which no text \
      has, before each question. Bits: matrices of the blocks rounded to the nearest with a scale for each row, and no \
      training after it. Reached: the first layer with 97% of the best accuracy of the model as it is, 7 where none has; the \
      mean of chains of two to four steps. Accuracy: the mean over layers and those chains. Shuffled: labels of other \
      questions, a mean over tasks and layers. Untrained: the same model before it has learned. Sizes, starting weights and \
      the share of names that are told were chosen in a prototype in Python by whether a model learns its answers. There \
      noise broke all chains where texts always began at the same place, and changed hardly anything where one text in 20 \
      began with it; here texts begin at places that vary, and none with noise. Margins were set after that prototype \
      (four seeds, one of them with noise as it is here) and before any run of this program.
      """,
    minutes: 15, seeds: 5,
    claims: [
      Claim(
        "The hardest task converges deeper than the simple ones", at: "abstract",
        metric: converging, system: "four steps", over: "word and mood", margin: 1),
      Claim(
        "A chain of four steps converges deeper than one of two", at: "abstract",
        metric: converging, system: "four steps", over: "two steps", margin: 1),
      Claim(
        "And that of two deeper than one of one step", at: "abstract", metric: converging,
        system: "two steps", over: "one step", margin: 1),
      Claim(
        "Noise before a text puts off what is reached to deeper layers", at: "abstract",
        metric: reached, system: "noise", over: "as it is", margin: 0.2),
      Claim(
        "Weights of 4 bits put it off", at: "the row's check", metric: reached, system: "4 bits",
        over: "as it is", margin: 0.2),
      Claim(
        "Weights of 8 bits put it off", at: "abstract: quantised weights", metric: reached,
        system: "8 bits", over: "as it is", margin: 0.2),
      Claim(
        "Weights of 3 bits put it off", at: "ours: coarser than the paper's", metric: reached,
        system: "3 bits", over: "as it is", margin: 0.2),
      Claim(
        "Noise lowers the accuracy of layers", at: "abstract", metric: accuracy,
        system: "as it is", over: "noise", margin: 0.01),
      Claim(
        "Weights of 4 bits lower it too", at: "the row's check", metric: accuracy,
        system: "as it is",
        over: "4 bits", margin: 0.01),
      Claim(
        "Shuffled labels are read no better than by chance, to 0.05", at: "ours: a control",
        metric: control, system: "chance and 0.05", over: "labels shuffled"),
      Claim(
        "Training makes the chains readable", at: "ours: a control", metric: best,
        system: "as it is", over: "untrained", margin: 0.2),
      Claim(
        "The model knows where four steps lead", at: "ours: a control", metric: answers,
        system: "model", over: "chance", margin: 0.5),
    ],
    trial: { lab, seed in
      var study = ConceptDepth()
      if lab.isQuick {
        (study.texts, study.epochs, study.blocks) = (640, 1, 2)
        (study.width, study.probed) = (16, 100)
      }
      var board = Scoreboard()
      try study.judge(lab, seed, &board)
      return board
    })

  static let converging = Claim.Metric("converging layer", unit: "blocks", .higher)
  static let reached = Claim.Metric("layer at which chains are reached", unit: "blocks", .higher)
  static let accuracy = Claim.Metric("accuracy of chains over layers", unit: "share", .higher)
  static let control = Claim.Metric("accuracy without anything to read", unit: "share", .higher)
  static let best = Claim.Metric("best accuracy of chains", unit: "share", .higher)
  static let answers = Claim.Metric("right answers", unit: "share", .higher)
}
