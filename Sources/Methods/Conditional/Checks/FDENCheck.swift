import Evaluation

extension FDEN {
  /// Re-tests what Yoon, Roh & Suk, 2021, say of factors of codes.
  static let check = Check(
    "S088",
    protocol: """
      MNIST at 14×14 (else Fashion-MNIST, or the 8×8 digits) with a thickness, tilt and brightness of three values each, as in S405; 4,000 pictures, of a \
      tenth of which the class is used. A variational autoencoder, 196-256-32 and back, Gaussian with a learned scale, learns in 60 passes by Adam at 0.001 along half a cosine, in \
      batches of 128, and stays. Its factors, of 10 units for the class and 16 for the rest, by layers of 128, learn in 200 passes in the same \
      way. The weight of what factors say of each other is that of 1, 3 and 10 whose swaps are worth most on 300 validation pictures \
      with seed 0; the weight of the class is 10. no correlation: the same without the first weight, and with that of 1, 3 and 10 for the \
      class which is chosen in the same way; the autoencoder is the same to the bit. Nothing else is tuned. Three runs \
      were set aside. In the first, on Fashion-MNIST, the autoencoder learned beside the factors in 25 passes and the class weighed a \
      hundredth of this; a trial in PyTorch on plain pictures showed that factors of so weakly told classes do not part. The second, on the \
      same pictures, and the third were as here, with a likelihood of levels under which codes hold little: they told classes to 0.59 and \
      0.50, which is no test of what factors leave out. The class was found in the rest by 0.49 and 0.43, and without the weight by 0.54 \
      and 0.46. Class found: accuracy of a logistic regression on the standardised \
      factor, or on the autoencoder's codes, learned from the labelled 4,000 and judged on 1,000 test pictures; a tenth is chance. Swaps: each \
      of these takes the class's factor of the next one of another class. Classifiers of each attribute, of 4,000 other pictures, say whether the \
      class of the donor shows, and of the other three attributes which are kept; the worth of a swap is the share kept where it \
      shows, 0 where it does not. half of the units: 16 of the autoencoder's 32 units are swapped. Reconstruction: squared error per pixel.
      """,
    minutes: 15, seeds: 3,
    claims: [
      Claim(
        "Less of the class is found in the rest than where factors may share it",
        at: "abstract: mutually independent factors", metric: leak, system: "fden",
        over: "no correlation", margin: 0.1),
      Claim(
        "It is found little more often than by chance: less than one time in five", at: "abstract",
        metric: leak, system: "fden", over: "0.2"),
      Claim(
        "The class's factor tells the class as well as the whole code, to 0.03", at: "abstract",
        metric: found, system: "fden", over: "codes, less 0.03"),
      Claim(
        "Swaps of the class's factor are worth more than where factors may share the class",
        at: "abstract: changing styles, while keeping the identity", metric: worth,
        system: "fden", over: "no correlation", margin: 0.02),
      Claim(
        "They are worth more than swaps of half of the code", at: "abstract", metric: worth,
        system: "fden", over: "half of the units", margin: 0.05),
      Claim(
        "Split and joined codes reconstruct as well as whole ones, to a tenth of the error",
        at: "abstract: without modifying the original trained models", metric: reconstruction,
        system: "fden", over: "codes, and a tenth"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try FactorTrial(lab, seed).run(&board)
      return board
    })

  static let leak = Claim.Metric("class found in the rest", unit: "share", .lower)
  static let found = Claim.Metric("class found in the class's factor", unit: "share", .higher)
  static let worth = Claim.Metric("worth of swaps", unit: "share", .higher)
  static let reconstruction = Claim.Metric(
    "reconstruction", unit: "squared error per pixel", .lower)
}
