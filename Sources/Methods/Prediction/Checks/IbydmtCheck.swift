import Evaluation
import Learning
import Torch

extension Ibydmt {
  /// Re-tests what Teneggi & Sulam, 2024, say of tests by betting.
  static let check = Check(
    "S168",
    protocol: """
      Generated: 8 standard normal concepts; the prediction is a logistic function of their sum with weights 2, 1, 0.5, 0.25 \
      and four of 0, in a random order, with noise of deviation 0.01 as in the paper. Conditional tests: neighbours in the order \
      correlate at 0.6 and others by its powers; 1,000 rows for the test, and draws of a concept given all others from the \
      known normal distribution, or from a kernel density of 1,000 other rows with 50 effective neighbours, or from a linear regression on the others and its residuals, which is right in this world \
      and was added after a look at two seeds, in which the kernel density found 41% of the nulls. Global tests: \
      independent concepts, 500 pairs of rows. Level 5%; ten worlds for each seed. False positives are of the concepts \
      of weight 0, found ones of the others; each test by itself rejects at wealth 20. Permutation importance: boosted \
      trees (60 of depth 3, rate 0.1) learn from the rows of the kernel density; a concept counts as important where the \
      mean rise of the squared error on the 1,000 test rows over 20 permutations is above two of its deviations, which is \
      scikit-learn's example. Rank: the correlation over the 8 concepts of the order of rejection (those that never \
      reject last, together) with the order of the weights. False discoveries: the share of nulls among the global \
      findings, by the falling bound and by the one bound of 20. Fashion-MNIST: a logistic regression of 2,000 images, \
      whose probability of a class is the prediction; concepts are logistic probes, of 2,000 other images, of footwear \
      (classes 5, 7, 9), upper body with long sleeves (2, 4, 6), trousers, dress, bag, and three that hold the first \
      three's scores of other images; 800 further images, 400 pairs, and each of classes 2, 4, 5, 6, 7 and 9 in turn, \
      whose own concept is to reject first.
      """,
    minutes: 4, seeds: 5,
    claims: [
      Claim(
        "The conditional test finds what is not there in less than the asked 5%",
        at: "§3.2, proposition 2",
        metric: wrong, system: "conditional", over: "5%"),
      Claim(
        "Thresholds on permutation importance exceed what the conditional test keeps", at: "§1",
        metric: wrong, system: "conditional", over: "permutation importance", margin: 0.05),
      Claim(
        "So does the test with draws from a kernel density keep the 5%", at: "§4.1, appendix C",
        metric: wrong, system: "conditional, kernel density", over: "5%"),
      Claim(
        "And so it does with draws from a linear regression", at: "ours, after a first look",
        metric: wrong, system: "conditional, regression", over: "5%"),
      Claim(
        "The global test finds what is not there in less than 5%", at: "§3.1, proposition 1",
        metric: wrong,
        system: "global", over: "5%"),
      Claim(
        "The conditional test finds what is there", at: "§4.1", metric: right,
        system: "conditional",
        over: "5%", margin: 0.3),
      Claim(
        "The order of rejection ranks concepts by their weights", at: "§4.1", metric: rank,
        system: "conditional", over: "any order", margin: 0.5),
      Claim(
        "With the falling bound at most 5% of the findings are false", at: "§3.4",
        metric: discoveries,
        system: "falling bound", over: "5%"),
      Claim(
        "On images, the class's own concept rejects first more often than by chance", at: "§4.2",
        metric: first, system: "global", over: "chance", margin: 0.3),
      Claim(
        "And concepts of other images are found in less than 5%", at: "§4.2", metric: shuffled,
        system: "global", over: "5%"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try ConceptTrial(lab, seed).run(&board)
      try FashionTrial(lab, seed).run(&board)
      return board
    })

  static let wrong = Claim.Metric("false positives", unit: "share", .lower)
  static let right = Claim.Metric("relevant concepts found", unit: "share", .higher)
  static let rank = Claim.Metric("rank correlation with the weights", unit: "", .higher)
  static let discoveries = Claim.Metric("false discoveries", unit: "share", .lower)
  static let first = Claim.Metric("own concept first, images", unit: "share", .higher)
  static let shuffled = Claim.Metric("false positives, images", unit: "share", .lower)
}
