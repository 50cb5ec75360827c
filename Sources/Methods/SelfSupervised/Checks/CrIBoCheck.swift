import Evaluation

extension CrIBo {
  /// Re-tests what Lebailly et al., 2024, say of objects that are learned across images.
  static let check = Check(
    "S014",
    protocol: """
      Scenes of 24×24: two to four trousers, pullovers, sandals, bags and boots of Fashion-MNIST, 9 to 11 pixels high, on a \
      cloudy ground of at most 0.3; objects of 5,000 training images in 1,500 scenes that are learned from without their \
      masks, objects of test images in 150 scenes that are judged. All arms: a transformer of two blocks of width 32 over \
      patches of 4×4, levels less 0.25 over 0.25, two views of 30 to 100% of a scene, mirrored or not, brightness and \
      contrast changed by up to 0.4, Adam at 0.002 along half a cosine, batches of 16, 16 passes, heads of width 64, 32 and \
      128 prototypes, temperatures 0.1 and 0.04, target decay 0.98 that rises to 1; rates and sizes are one for all arms, \
      chosen after pilots of one seed in Python, in which positions that start large hid what patches show. global: \
      images alone are distilled, as DINO does. within: objects besides, 8 slots, places by 0.5, each predicted from the \
      other view of its scene. cribo: also from the nearest of 2,048 objects of earlier scenes, after the first pass, where \
      the way back ends at it. no cycle: from the nearest in any case. untrained: a pass at a rate of 1e-12. pixels: the \
      patches themselves. A patch is of the class with most of its pixels, the ground's among them. \
      Neighbours: 10 of the patches of 200 training scenes whose masks are known, or of \
      20, vote by e to the power of their cosine over 0.05. Linear: logistic regression on the standardised vectors of \
      the patches of 100 training scenes. Mean intersection over union over six classes, the ground's among them.
      """,
    minutes: 12, seeds: 3,
    claims: [
      Claim(
        "Neighbours of patches say what lies there better than after distilling whole images",
        at: "abstract: in-context learning by nearest neighbours", metric: neighbours,
        system: "cribo", over: "global"),
      Claim(
        "Objects of other images teach more than those of the same image alone",
        at: "abstract: cross-image bootstrapping", metric: neighbours, system: "cribo",
        over: "within"),
      Claim(
        "Neighbours say it better than by the untrained network", at: "our control",
        metric: neighbours, system: "cribo", over: "untrained", margin: 0.01),
      Claim(
        "So with a tenth of the known scenes", at: "section 4, in-context with few labels",
        metric: few, system: "cribo", over: "global"),
      Claim(
        "A linear layer segments not worse, by more than 0.01, than after objects of the same image alone",
        at: "abstract: highly competitive in standard segmentation", metric: linear,
        system: "cribo", over: "within, less 0.01"),
      Claim(
        "Only neighbours that lead back should teach", at: "section 3.3, cycle consistency",
        metric: neighbours, system: "cribo", over: "no cycle"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try SceneTrial(lab, seed).run(&board)
      return board
    })

  static let neighbours = Claim.Metric("mIoU by neighbours", unit: "share", .higher)
  static let few = Claim.Metric("mIoU by neighbours in a tenth", unit: "share", .higher)
  static let linear = Claim.Metric("mIoU of a linear layer", unit: "share", .higher)
}
