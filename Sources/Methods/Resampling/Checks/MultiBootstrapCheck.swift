import Evaluation

extension MultiBootstrapStudy {
  /// Re-tests what Sellam et al., 2022, say of judging procedures by several seeds.
  static let check = Check(
    "S003",
    protocol: """
      Trained: 24 classifiers, 64-32-10 with ReLU, of the same 300 images of the 8×8 digits by Adam at 0.003 for 30 \
      passes in batches of 30, which differ in their seed alone; their hits on the other 1,437 images are the scores. \
      400 times they are parted at random into two arms of 12, between which there is no true difference; each \
      procedure rejects at 5%. The multi-bootstrap (500 replicates, seeds unpaired) sees both arms, the bootstrap \
      over items one classifier of each. Student's reading of the multi-bootstrap, which is not the paper's and has no \
      claim, is printed beside. Simulated: two arms of 25 paired seeds by 200 items with normal effects of \
      seed (deviation 0.02), item (0.3), their interaction (0.2), and a true difference of 0.01; 300 worlds. The \
      bootstrap over items has the first seed of each. Own domains: differences of 25 paired seeds by 200 items \
      with normal effects of seed (0.2), item (0.5) and their interaction (0.2), around 0.01, so that seeds and items \
      bring about as much; 1,500 worlds. The bootstrap over items is asked for the mean of its own seed's differences, \
      over new items. In a first form seeds brought little (0.05), and a copy that did not resample them kept its claim.
      """,
    minutes: 2, seeds: 5,
    claims: [
      Claim(
        "Between arms of the same recipe the multi-bootstrap's rate of rejection is nearer to 5% than that of a "
          + "bootstrap over items of one checkpoint each",
        at: "§3 and §4", metric: falsePositives, system: "multi-bootstrap", over: "items only",
        margin: 0.05),
      Claim(
        "Its 95% interval of a known difference covers nearer to 95% of the time",
        at: "§3", metric: coverage, system: "multi-bootstrap", over: "items only", margin: 0.05),
      Claim(
        "In its domain, 25 seeds and scores whose own noise is small beside seeds and items, its 95% interval covers "
          + "within two points of 95%",
        at: "ours", metric: ownCoverage, system: "multi-bootstrap", over: "two points"),
      Claim(
        "So does Student's reading of it", at: "ours", metric: ownCoverage,
        system: "multi-bootstrap, Student's reading", over: "two points"),
      Claim(
        "So does the bootstrap over items, of what it is made for: one checkpoint, and new items",
        at: "ours",
        metric: ownCoverage, system: "items only", over: "two points"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try SeedsTrial(lab, seed).run(&board)
      return board
    })

  static let falsePositives = Claim.Metric(
    "distance of the false positive rate from 5%", unit: "share", .lower)
  static let coverage = Claim.Metric("distance of the coverage from 95%", unit: "share", .lower)
  static let ownCoverage = Claim.Metric(
    "distance of the coverage from 95%, each in its own domain", unit: "share", .lower)
}
