import Evaluation

extension DHKD {
  /// Re-tests what Yang et al., 2024, say of logit losses in one head and in two.
  static let check = Check(
    "S434",
    protocol: """
      Fashion-MNIST at 14×14: 4,000 training images, 1,000 for choosing, 5,000 of the test images. The teacher, a \
      convolution of 32 channels and 128 units, and the students, 196-32-10, train on the same images by SGD with \
      momentum 0.9, weight decay 0.0005 and a cosine schedule on batches of 64, the teacher for 20 passes at 0.03, \
      the students for 15 by the same teacher of the seed. Arms: labels alone; labels and softened probabilities at \
      temperature 4; sigmoids of logits alone; labels and sigmoids in one head; two heads with differences of logits \
      at temperature 2, an auxiliary head of 200 units, and aligned gradients. All weights are 1, as in the authors' \
      example. Learning rates of every arm: the best of 0.01, 0.03, 0.1 and 0.3 by accuracy on the images for \
      choosing after as many passes with seed 0, for all seeds; the highest rate was added when a first record had \
      chosen 0.1, then the highest, for nearly all. Cosines: between the gradients of cross-entropy and of the \
      sigmoid loss, in the last layer and below it, of 8 batches of 500 training images, at the end of training with \
      both in one head. A first full run had a teacher of 784-256-10 and students of 784-32-10: it contradicted the \
      first claim by 0.006, but its teacher was right less often (0.833) than students of the labels alone (0.839), \
      so it was no test of teaching, and the teacher was given convolutions. Characters: Omniglot's first 136 at \
      28×28, 20 images each, a fifth of them for testing and an eighth of the others for choosing; the same arms, \
      teacher of 32 channels and 256 units, students 784-64-136, 60 passes for both, rates chosen as before. They were \
      added when ten classes had left little to teach, with sizes fixed before their first run.
      """,
    minutes: 12, seeds: 5,
    claims: [
      Claim(
        "Two heads beat distillation of softened probabilities", at: "table 2",
        metric: accuracy, system: "two heads", over: "softened", margin: 0.003),
      Claim(
        "Two heads beat both losses in one", at: "figure 1 and table 6", metric: accuracy,
        system: "two heads", over: "one head", margin: 0.003),
      Claim(
        "Labels alone beat both losses in one head", at: "figure 1", metric: accuracy,
        system: "labels", over: "one head", margin: 0.003),
      Claim(
        "Logits alone beat both losses in one head", at: "figure 1", metric: accuracy,
        system: "logits", over: "one head", margin: 0.003),
      Claim(
        "In the last layer the two gradients oppose each other", at: "§3.3", metric: opposition,
        system: "last layer", over: "right angle", margin: 0.05),
      Claim(
        "Below it they do not", at: "§3.3", metric: agreement, system: "below", over: "right angle",
        margin: 0.05),
      Claim(
        "Among 136 characters two heads beat distillation of softened probabilities", at: "table 2",
        metric: characters, system: "two heads", over: "softened", margin: 0.01),
      Claim(
        "And both losses in one", at: "figure 1 and table 6", metric: characters,
        system: "two heads", over: "one head", margin: 0.01),
      Claim(
        "And the labels alone", at: "table 2", metric: characters, system: "two heads",
        over: "labels", margin: 0.01),
      Claim(
        "Labels alone beat both losses in one head there", at: "figure 1", metric: characters,
        system: "labels", over: "one head", margin: 0.01),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      for world in [HeadsTrial.World.clothes, .characters] {
        var trial = try HeadsTrial(lab, seed, world)
        try trial.run(&board)
      }
      return board
    })

  static let accuracy = Claim.Metric("test accuracy", unit: "share", .higher)
  static let characters = Claim.Metric("test accuracy, characters", unit: "share", .higher)
  static let opposition = Claim.Metric("gradient cosine, last layer", unit: "", .lower)
  static let agreement = Claim.Metric("gradient cosine, below", unit: "", .higher)
}
