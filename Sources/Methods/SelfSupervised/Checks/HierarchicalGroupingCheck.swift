import Evaluation
import Learning
import Torch

extension HierarchicalGrouping {
  /// Re-tests what Zhang & Maire, 2020, say of grouping as a teacher.
  static let check = Check(
    "S035",
    protocol: """
      Scenes of 32×32, made for each seed: two or three clothes of Fashion-MNIST, 18 to 20 pixels wide, on a ground \
      of clouds under a grating of random direction and period (3 to 7 pixels, contrast 0.2); 1,024 scenes of 10,000 \
      training pictures, 100 scenes of 2,000 others to choose by, 200 of the test pictures to judge by. All arms: a \
      U-Net of 24 to 96 channels that begins at half of the image's size, two views of each scene in a step (crops \
      of 40% to 100%, flips, brightness and contrast by up to 40%), Adam along half a cosine, batches of 32, 8 \
      passes; a pixel's vector is what all sizes of the way up say of it, 168 numbers before any head. tree: 16 \
      pixels of each view; two belong together by exp(−distance / reach), the distance that of a tree of \
      gradient-watershed regions which merge by mean border strength, as a share of its greatest; temperature 0.1, \
      rate 0.002. flat: they do where one region of that tree, cut at one height, holds both, else not. one region: \
      the same with each scene as one. autoencoder: the same network writes both views, its way up not told what the \
      way down saw. Three arms have one quantity chosen of three values, once, with the first seed, by the overlap \
      on the scenes to choose by: reach 0.1, 0.2, 0.4; cut 0.4, 0.6, 0.8; rate 0.0005, 0.002, 0.008. untrained: a \
      pass at a rate of 1e-12. Overlap: intersection over union of each class's pixels and of the ground's, pooled \
      over the scenes, with what a logistic regression finds that learned from 50 pixels of 200 training scenes; the \
      mean over classes. Retrieval: average precision of objects of the same class among those of 300 training \
      scenes, by the cosine of standardised mean vectors of an object's true pixels, for each object of the test \
      scenes of which 20 pixels or more are seen. Order: rank correlation of distances in the tree with cosine \
      distances of projections, over 100 pairs of pixels of a scene, mean of 100 test scenes.
      """,
    minutes: 12, seeds: 3,
    claims: [
      Claim(
        "Contrast by the tree gives pixels whose class a linear probe finds better than contrast by flat regions",
        at: "the row's check; abstract: distances respect the hierarchy", metric: overlap,
        system: "tree", over: "flat"),
      Claim(
        "It finds them better than from an autoencoder", at: "the row's check", metric: overlap,
        system: "tree", over: "autoencoder"),
      Claim(
        "Objects of a class are retrieved better than by contrast of flat regions",
        at: "abstract: semantic region search", metric: retrieval, system: "tree", over: "flat"),
      Claim(
        "They are retrieved better than by an autoencoder",
        at: "abstract: semantic region search", metric: retrieval, system: "tree",
        over: "autoencoder"),
      Claim(
        "Regions are what helps: contrast of whole scenes is probed worse",
        at: "abstract: grouping as guidance", metric: overlap, system: "tree", over: "one region"),
      Claim(
        "What is learned is probed better than the untrained network",
        at: "abstract: pre-training", metric: overlap, system: "tree", over: "untrained",
        margin: 0.02),
      Claim(
        "Distances of vectors follow those in the tree more than after contrast of flat regions",
        at: "abstract: pairwise distances respect the region hierarchy", metric: order,
        system: "tree", over: "flat"),
      Claim(
        "They follow them more than after contrast of whole scenes",
        at: "abstract: pairwise distances respect the region hierarchy", metric: order,
        system: "tree", over: "one region", margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try GroupingTrial(lab, seed).run(&board)
      return board
    })

  static let overlap = Claim.Metric("mean overlap of pixel classes", unit: "share", .higher)
  static let retrieval = Claim.Metric("average precision of objects", unit: "share", .higher)
  static let order = Claim.Metric("rank correlation with tree distances", unit: "", .higher)
}
