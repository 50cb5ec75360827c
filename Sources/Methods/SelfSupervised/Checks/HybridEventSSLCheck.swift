import Evaluation
import Learning
import Torch

extension HybridEventSSL {
  /// Re-tests what Moskvoretskii et al., 2024, say of generative, contrastive and aligned learning of event streams.
  static let check = Check(
    "S158",
    protocol: """
      The world of the lab (`latent lab event-streams`): 2,000 streams of 32 events of 12 types with amounts and \
      gaps, from clients of 4 classes that last and 4 intents that change with probability 0.08 before an event; \
      the numbers are in the comment of EventWorld. One recurrent encoder of 64 units for all. Generative: a \
      transformer of one block writes the stream again from its embedding, event by event. Contrastive: CoLES, 4 \
      slices of 6 to 16 events of each stream, margin 0.5 with the 5 hardest negatives, through a projection that \
      is left out afterwards. Aligned: 400 steps of contrast, then 400 of the generative loss and a sigmoid loss \
      of pairs between embeddings and those of the contrastive encoder, with weight 1. Next event: in place of the \
      transformer the encoder's own state after each event says the next one, for the generative and the aligned \
      encoder alike. Supervised: the encoder and a linear layer for each task, from labels alone, stopped where a \
      fifth of them is told best. 800 steps of 32 streams each, Adam down a cosine, clipped to a norm of 1; of two \
      rates the one that does best in a world of its own, for each arm alike. Tasks: the class of the client, the \
      intent at the last event, the type of the next event. Areas under the curve, class against rest, mean over \
      classes, are of 1,000 other clients; the answers of 200 streams are told, the same to all; probes are \
      logistic regressions on standardised embeddings, with a penalty of three chosen on a fifth of the 200. Ranks \
      are among the four arms of the paper, by task, and their mean is over tasks. Two pilots in PyTorch with one \
      seed each, before sizes were fixed, had the transformer's embedding tell the intent and the next event worse \
      than an untrained encoder does, and one of them the next-event arms better; the arms of the next event and \
      their three claims were added then, and no claim was taken out. Untrained: the encoder as it starts; aggregates: shares of \
      types, means and deviations.
      """,
    minutes: 20, seeds: 3,
    claims: [
      Claim(
        "The aligned encoder has a better mean rank over the tasks than the better of generative and contrastive",
        at: "abstract: at least on par and mostly surpasses; the row's check", metric: rank,
        system: "aligned", over: "better of the two"),
      Claim(
        "It is level with the better of the two on each task, up to 0.01, on average over the tasks",
        at: "abstract: more universal across a variety of tasks", metric: level,
        system: "aligned", over: "better of the two on each, less 0.01"),
      Claim(
        "Neither is supreme: contrast tells the class of the client better than modelling events",
        at: "abstract: no single supreme method", metric: area(.client),
        system: "contrastive", over: "generative"),
      Claim(
        "And modelling events tells the next event better than contrast",
        at: "abstract: no single supreme method", metric: area(.next), system: "generative",
        over: "contrastive"),
      Claim(
        "Modelling events tells more than a network trained on the labels alone, on average over the tasks",
        at: "abstract: self-supervised methods consistently outperform", metric: mean,
        system: "generative", over: "supervised"),
      Claim(
        "So does contrast", at: "abstract: self-supervised methods consistently outperform",
        metric: mean, system: "contrastive", over: "supervised"),
      Claim(
        "So does the aligned encoder",
        at: "abstract: self-supervised methods consistently outperform", metric: mean,
        system: "aligned", over: "supervised"),
      Claim(
        "On every task and by each of the three: the least lead over the supervised network is above 0",
        at: "abstract: consistently", metric: lead, system: "self-supervised", over: "level"),
      Claim(
        "The aligned encoder tells more than one that was not trained", at: "ours: a control",
        metric: mean, system: "aligned", over: "untrained", margin: 0.01),
      Claim(
        "Where the encoder's state says the next event, the aligned encoder has a better mean rank than its two",
        at: "ours: next-event modelling without a decoder", metric: nextRank,
        system: "aligned, next event", over: "better of the two"),
      Claim(
        "There modelling events tells the next event better than contrast",
        at: "ours: next-event modelling without a decoder", metric: area(.next),
        system: "generative, next event", over: "contrastive"),
      Claim(
        "And more than the labels alone, on average over the tasks",
        at: "ours: next-event modelling without a decoder", metric: mean,
        system: "generative, next event", over: "supervised"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try EventTrial(lab: lab, seed: seed).run(&board)
      return board
    })

  static let rank = Claim.Metric("mean rank over tasks", unit: "rank", .lower)
  static let nextRank = Claim.Metric(
    "mean rank over tasks, next event", unit: "rank", .lower)
  static let mean = Claim.Metric("mean area over tasks", unit: "AUC", .higher)
  static let level = Claim.Metric("mean area beside the better of the two", unit: "AUC", .higher)
  static let lead = Claim.Metric("least lead over the supervised network", unit: "AUC", .higher)

  static func area(_ task: EventTask) -> Claim.Metric {
    Claim.Metric("area, \(task.title)", unit: "AUC", .higher)
  }
}
