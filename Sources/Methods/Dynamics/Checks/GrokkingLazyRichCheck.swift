import Evaluation

extension GrokkingLazyRich {
  /// Re-tests what Kumar et al., 2024, say of lazy and rich training.
  static let check = Check(
    "S441",
    protocol: """
      Networks of 200 neurons with 40 inputs learn (β·x)²/2 by full-batch gradient descent without weight decay, with a \
      step of 0.5 for each neuron's share, until the losses on the examples and on 1,000 new ones are below a tenth of \
      the target's variance, or 30,000 epochs; one target, sample and start a seed, the same for all arms of as many \
      examples. Scales of 1/8, 1/2, 2 and 4 at a curvature of 0.25 and 6 examples an input; at scale 2 also a \
      curvature of 1, and 12 and 24 examples an input. The gap is generalising less fitting in epochs, and the ratio \
      of the two in decades of time; a student that never generalises counts with the horizon. The mean field is \
      that of another sample. Sums modulo 13: two layers with squares, 150 neurons, 85% of the sums known, steps of \
      0.004, scales of 0.03 and 0.1, until 95% are right or 5,000 epochs. What such students do in 30 dimensions, and \
      sums with one seed, was seen before the arms and margins were fixed. Images: networks 784-200-200-200-10 learn \
      1,000 images of MNIST (LATENT_DATA) by Adam at 0.03 in batches of 200 on the squared error to indicators of the \
      classes, without weight decay, first weights 150 times He's, scales of 0.001, 0.005 and 0.01, until 80% of the \
      images and of 1,000 test images are right, or 1,000 epochs. The notebook that a public repository has from the \
      authors decays weights by 0.01 and takes steps of 0.001, 250,000 of them. A draft in PyTorch with two other \
      seeds was seen before rate, accuracy, scales and margins were fixed.
      """,
    minutes: 8, seeds: 5,
    claims: [
      Claim(
        "A lazier output scale makes the gap longer, in epochs", at: "abstract, condition 3",
        metric: gap,
        system: "scale 4", over: "scale 0.125", margin: 0.5),
      Claim(
        "A lazier output scale makes the gap longer in relation to the time of fitting, too",
        at: "abstract, condition 3", metric: ratio, system: "scale 4", over: "scale 0.125",
        margin: 0.1),
      Claim(
        "At the rich scale there is next to no gap: less than a tenth of a decade",
        at: "abstract, condition 3",
        metric: rest, system: "scale 0.125", over: "0.1"),
      Claim(
        "First features that are less aligned with the target make the gap longer, in epochs",
        at: "abstract, condition 1", metric: gap, system: "curvature 0.25", over: "curvature 1",
        margin: 0.3
      ),
      Claim(
        "First features that are less aligned make the gap longer in relation to the time of fitting, too",
        at: "abstract, condition 1", metric: ratio, system: "curvature 0.25", over: "curvature 1",
        margin: 0.1),
      Claim(
        "With many examples the loss on new ones goes along with that on the known",
        at: "abstract, condition 2",
        metric: ratio, system: "ratio 6", over: "ratio 24", margin: 0.2),
      Claim(
        "The tangent kernel turns to the target between fitting and generalising",
        at: "§5 and figure 1b",
        metric: alignment, system: "generalised", over: "fitted", margin: 0.05),
      Claim(
        "Kernel regression with the first features does not generalise where the network does",
        at: "§5 and figure 1b", metric: ends, system: "network", over: "first features", margin: 0.5
      ),
      Claim(
        "The mean field predicts the times of generalising over all arms, with a correlation above 0.95",
        at: "abstract, mean field theory", metric: correlation, system: "mean field", over: "0.95"),
      Claim(
        "On modular addition, too, a lazier scale generalises later after it fits",
        at: "abstract: more general settings", metric: sums, system: "scale 0.1",
        over: "scale 0.03", margin: 0.3),
      Claim(
        "On a thousand images of MNIST, too, a lazier scale makes the gap longer, in epochs",
        at: "abstract: more general settings", metric: imageGap, system: "scale 0.005",
        over: "scale 0.001", margin: 0.3),
      Claim(
        "The laziest scale makes the gap on MNIST longer in relation to the time of fitting, too",
        at: "abstract: more general settings", metric: imageRatio, system: "scale 0.01",
        over: "scale 0.001", margin: 0.3),
      Claim(
        "The laziest network, too, has 80% of the test images right in the end, without weight decay",
        at: "abstract: more general settings", metric: imageEnds, system: "scale 0.01", over: "0.8"),
    ],
    trial: { lab, seed in try LazyRichTrial(lab, seed).scores() })

  static let gap = Claim.Metric("gap", unit: "decades of epochs", .higher)
  static let ratio = Claim.Metric("generalising over fitting", unit: "decades", .higher)
  static let rest = Claim.Metric(
    "generalising over fitting at the rich scale", unit: "decades", .lower)
  static let alignment = Claim.Metric("kernel alignment, scale 2", unit: "", .higher)
  static let ends = Claim.Metric("loss on new examples at the end, scale 2", unit: "log10", .lower)
  static let sums = Claim.Metric(
    "generalising over fitting, sums modulo 13", unit: "decades", .higher)
  static let imageGap = Claim.Metric("gap, images", unit: "decades of epochs", .higher)
  static let imageRatio = Claim.Metric(
    "generalising over fitting, images", unit: "decades", .higher)
  static let imageEnds = Claim.Metric(
    "share of test images right at the end", unit: "", .higher)
  static let correlation = Claim.Metric(
    "correlation of log times of generalising", unit: "", .higher)
}
