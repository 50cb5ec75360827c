import Evaluation

extension MatrixSubspaceProjection {
  /// Re-tests what Li et al., 2020, say of editing attributes by a projection.
  static let check = Check(
    "S042",
    protocol: """
      Fashion-MNIST at 14×14 (else the 8×8 digits) with four attributes as in S405: the class, and thickness, tilt and \
      brightness of three values each, drawn evenly and independently. Four ways to change them train on the same 4,000 \
      pictures: matrix subspace projection with its authors' weight; a conditional VAE with a learned prior; a VAE whose codes \
      are shifted by differences of mean codes; and a Fader network, whose adversary of 64 units learns in every step, with \
      weights 1 and 10 of the confusion, as two arms. All have 196-256-32 and back, Adam at 0.002, batches of 64, 20 passes. \
      Each chooses its strength of 1, 1.5, 2 and 3 on 300 validation pictures: the matrix by the attributes it writes, told \
      networks by how far the condition goes beyond the new one, shifts by their length. In each of 1,000 test pictures one \
      attribute is given another value. Classifiers of each attribute, of 4,000 other pictures, say whether the new value \
      shows, and of the others which are kept; the worth of an edit is the share kept where it shows, 0 where it does not. \
      Rest: how far above chance, over what there is above it, a linear probe finds the four attributes in codes: of the \
      projection less what it reads, and of the others' whole. Reconstruction: squared error per pixel.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "Edits by projection are worth more than shifts by differences of means", at: "§4",
        metric: worth, system: "projection", over: "shift", margin: 0.02),
      Claim(
        "Edits by projection are worth more than those of the better Fader network", at: "§4.1",
        metric: worth, system: "projection", over: "better fader", margin: 0.02),
      Claim(
        "Edits by projection are worth no less than those of a conditional VAE, 0.02 apart",
        at: "§4",
        metric: worth, system: "projection", over: "conditional, less 0.02"),
      Claim(
        "New values show no less often than by a conditional VAE, 0.02 apart", at: "§4",
        metric: shown, system: "projection", over: "conditional, less 0.02"),
      Claim(
        "Across the projection little is left of the attributes: a tenth of what there is",
        at: "§3",
        metric: rest, system: "projection", over: "a tenth"),
      Claim(
        "It reconstructs as well as a plain VAE, to a tenth of its error", at: "abstract",
        metric: reconstruction, system: "projection", over: "shift, and a tenth"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try SubspaceTrial(lab, seed).run(&board)
      return board
    })

  static let worth = Claim.Metric("worth of edits", unit: "share", .higher)
  static let shown = Claim.Metric("swapped attributes shown", unit: "share", .higher)
  static let kept = Claim.Metric("other attributes kept", unit: "share", .higher)
  static let rest = Claim.Metric("attributes left in the rest", unit: "share", .lower)
  static let reconstruction = Claim.Metric(
    "reconstruction", unit: "squared error per pixel", .lower)
}
