import Evaluation

extension ITDA {
  /// Re-tests what Leask, Nanda & Al Moubayed, 2025, say of dictionaries of activations.
  static let check = Check(
    "S145",
    protocol: """
      For each seed three classifiers of Fashion-MNIST, of 6 residual blocks on 64 numbers, from other starts, trained \
      for 4 passes over 12,000 images; where the paper has language models these stand for them. Matching: the layers' \
      activations of the same 3,000 images, in the same order, go through ITDA with 8 active atoms, a threshold of \
      0.004 and at most 1,000 atoms; a layer's likest layer of another model, over 36 layers of 6 ordered pairs, \
      counts as found when it has the same depth. CKA, SVCCA (99% of the variance) and relative representations (250 \
      anchors) read 1,000 of these images. Sizes of dictionaries: the smaller over the larger number of atoms, a control \
      that was added after a copy whose atoms did not name their examples had matched as many layers. Reconstruction, \
      after block 3 of the first model: ITDA with at most 256 atoms sees 1,200 images once; the top-k autoencoder, 256 \
      units, 8 active, learning rate 0.003, sees 12,000 images ten times, in batches of 128. Error is the share of the \
      variance of 3,000 test images that is left; loss recovered is what the classifier keeps when it goes on from the \
      reconstruction, 0 where the layer's mean stands \
      in its place. Seconds are those of fitting.
      """,
    minutes: 3, seeds: 3,
    claims: [
      Claim(
        "Dictionaries of activations match layers of two models more often than CKA", at: "§5",
        metric: matched, system: "itda", over: "cka", margin: 0.02),
      Claim(
        "… than SVCCA", at: "§5", metric: matched, system: "itda", over: "svcca", margin: 0.02),
      Claim(
        "… than relative representations", at: "§5", metric: matched, system: "itda",
        over: "relative representations", margin: 0.02),
      Claim(
        "… than the numbers of their atoms alone", at: "our control of §5", metric: matched,
        system: "itda", over: "sizes of dictionaries", margin: 0.02),
      Claim(
        "They are made in less than a tenth of the autoencoder's time, of a hundredth of its examples",
        at: "abstract, which says 1%", metric: seconds, system: "itda", over: "a tenth of topk"),
      Claim(
        "They keep nine tenths of what the layer brings", at: "§4", metric: recovered,
        system: "itda", over: "nine tenths"),
      Claim(
        "The trained autoencoder still leaves less error", at: "§4", metric: TopKSAE.error,
        system: "topk", over: "itda", margin: 0.002),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try ITDATrial(lab, seed).run(&board)
      return board
    })

  static let matched = Claim.Metric("layers matched", unit: "share", .higher)
  static let seconds = Claim.Metric("seconds of fitting", unit: "s", .lower)
  static let recovered = Claim.Metric("loss recovered", unit: "share", .higher)
}
