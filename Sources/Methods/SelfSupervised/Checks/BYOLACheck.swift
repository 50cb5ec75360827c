import Evaluation
import Learning

extension BYOLA {
  /// Re-tests what Niizumi et al., 2021, say of views of one segment of sound.
  static let check = Check(
    "S089",
    protocol: """
      Made sounds: ten kinds (steady, rising, falling, warbling and trembling tones, three vowels, one and several \
      bursts of noise) of any pitch over hiss, rumble, hum or crackle, as many of each kind over each background; 0.6 \
      seconds at 8,000 samples a second, backgrounds from 3 decibels louder to 9 softer than the sound, loudness over \
      20 decibels; 1,520 to learn from without their kinds, 1,000 others to judge. Spectrograms of 24 mel bands from \
      60 to 3,900 hertz, frames of 256 samples every 128; segments of 32 of 38 frames. All arms: an encoder of 16 \
      channels and 128 features, heads of 256 and 64, predictor of 256, target decay 0.99, Adam at 0.001 along half a \
      cosine, batches of 64, 24 passes; nothing tuned. byol-a: mixup up to 0.4 with 2,048 past sounds, crops of 0.6 \
      to 1.5 of a side, normalised before and after. no mixup, no resize-crop, no augmentation (neither of these two; \
      views differ by nothing) and no normalisation (neither before nor after, nor when encoding) lack what they say. \
      untrained: one pass that sets the means of the batch norms and leaves the weights. Features are those of whole \
      sounds, 38 frames. Probe of the kind: logistic regression on standardised features of the 1,520, judged on the \
      1,000; of the background: the same for the four backgrounds, a lower accuracy being better; with unseen \
      backgrounds: the probe of the kind is told those over hiss and rumble and judged on those over hum and crackle. \
      Spoken digits: Free Spoken Digits, 300 recordings of takes 5 to 9 cut or filled to 6,000 samples, 80 passes \
      (400 steps), judged on 300 of takes 0 to 4; the untrained arm has 8 such passes.
      """,
    minutes: 12, seeds: 3,
    claims: [
      Claim(
        "The kind of a sound is probed better than from the features of the untrained network",
        at: "abstract", metric: kind, system: "byol-a", over: "untrained", margin: 0.02),
      Claim(
        "Without mixup with past sounds the features are worse", at: "abstract: ablation studies",
        metric: kind, system: "byol-a", over: "no mixup"),
      Claim(
        "Without cropping and resizing in pitch and time they are worse",
        at: "abstract: ablation studies", metric: kind, system: "byol-a", over: "no resize-crop"),
      Claim(
        "Without normalisation they are worse", at: "abstract: ablation studies", metric: kind,
        system: "byol-a", over: "no normalisation"),
      Claim(
        "Without both augmentations they are worse", at: "abstract: ablation studies",
        metric: kind, system: "byol-a", over: "no augmentation", margin: 0.02),
      Claim(
        "The background is told less than from the features of the untrained network",
        at: "section III, mixup", metric: background, system: "byol-a", over: "untrained"),
      Claim(
        "The background is told less than without mixup", at: "section III, mixup",
        metric: background, system: "byol-a", over: "no mixup"),
      Claim(
        "Over backgrounds of which no label was told, the kind is probed better than from the untrained network",
        at: "section III, mixup", metric: unseen, system: "byol-a", over: "untrained",
        margin: 0.02),
      Claim(
        "And better than without mixup", at: "section III, mixup", metric: unseen,
        system: "byol-a", over: "no mixup"),
      Claim(
        "Spoken digits are probed better than from the features of the untrained network",
        at: "abstract: downstream tasks", metric: digit, system: "byol-a", over: "untrained",
        margin: 0.02),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try SoundTrial(lab, seed).run(&board)
      return board
    })

  static let kind = Claim.Metric("linear probe of the kind", unit: "share", .higher)
  static let background = Claim.Metric("linear probe of the background", unit: "share", .lower)
  static let unseen = Claim.Metric(
    "linear probe of the kind, unseen backgrounds", unit: "share", .higher)
  static let digit = Claim.Metric("linear probe of the digit", unit: "share", .higher)
}
