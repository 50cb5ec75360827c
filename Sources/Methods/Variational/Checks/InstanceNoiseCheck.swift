import Evaluation

extension InstanceNoise {
  /// Re-tests what Chae, Kim, Kim & Lin, 2023, say of added noise.
  static let check = Check(
    "S138",
    protocol: """
      A circle, a Swiss roll and a product of three circles, each turned by one rotation into 20 dimensions, where they \
      lie exactly. 2,000 draws are learned from by 2-64-64-20 networks and their mirror images (4 and 6 latent units for \
      the roll and the product), with 5 posterior samples, a learnt deviation of the decoder and 800 steps of Adam on \
      batches of 64 from a rate of 0.005 down a cosine, of that deviation five times as much; all arms have the same networks, starts and batches. The noise \
      is 0, 0.1, 0.3 or 1; the chosen noise is, for each seed, the positive one whose noise-free draws are nearest \
      to 400 held-out examples. The distance is Wasserstein's with the Euclidean length, exact between 400 noise-free \
      draws and 400 fresh draws of the truth; 400 other draws of the truth show what is the least to hope for. \
      Nothing else is tuned.
      """,
    minutes: 5, seeds: 3,
    claims: SingularWorld.allCases.flatMap { world in
      let name = distance(world)
      return [
        Claim(
          "Noise added to the data brings the estimate nearer to the truth: \(world.about)",
          at: "abstract", metric: name, system: "chosen noise", over: "noise 0.0", margin: 0.02),
        Claim(
          "But not ever more of it: \(world.about)", at: "theory: the noise is calibrated",
          metric: name, system: "chosen noise", over: "noise 1.0", margin: 0.02),
      ]
    },
    trial: { lab, seed in
      var board = Scoreboard()
      try InstanceNoiseTrial(lab: lab, seed: seed).run(&board)
      return board
    })

  static func distance(_ world: SingularWorld) -> Claim.Metric {
    Claim.Metric("Wasserstein distance, \(world.about)", unit: "", .lower)
  }
}
