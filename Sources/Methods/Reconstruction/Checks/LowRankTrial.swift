import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Torch

/// One seed of autoencoders that keep their codes small in different ways.
struct LowRankTrial {
  private let lab: Lab
  private let seed: Seed
  private let pictures: JudgedPictures
  private var source: Source { pictures.source }

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    pictures = try JudgedPictures(lab, seed, full: "mnist")
  }

  func run(_ board: inout Scoreboard) throws {
    try score("ae", weight: 0, &board)
    for arm in ["l2", "vae", "irmae", "lorae"] {
      let grid = arm == "irmae" ? [2, 4, 8] : [1e-4, 1e-3, 1e-2]
      let weight = try lab.bestRate(arm, of: lab.pick(full: grid, quick: [grid[1]])) {
        [-(try pictures.distance(try fitted(arm, $0, source, Seed(0)), source.validation))]
      }
      try score(arm, weight: weight, &board)
    }
    for dimension in [3, 6] {
      let rows = lab.pick(full: 2500, quick: 200)
      let world = try ManifoldWorld(dimension: dimension, rows: rows).source(seed)
      for (arm, weight) in [("ae", 0), ("irmae", 4), ("lorae", 1e-3)] {
        let codes = try Scores(world.test, seed: seed).codes(fitted(arm, weight, world, seed))
        let rank = try spreadDirections(codes)
        lab.say("\(arm): rank \(rank) of \(dimension)")
        board[LoRAE.rank.name, arm] += [Double(abs(rank - dimension))]
      }
    }
  }

  private func score(_ arm: String, weight: Double, _ board: inout Scoreboard) throws {
    let network = try fitted(arm, weight, source, seed)
    board[LoRAE.frechet.name, arm] = [try pictures.distance(network, source.test)]
    let (train, test) = (source.train.prefix(2000), source.test.prefix(2000))
    board[LoRAE.probe.name, arm] = try LinearProbe().hits(
      train: Scores(train, seed: seed).codes(network), train.labels() ?? [],
      test: Scores(test, seed: seed).codes(network), test.labels() ?? [],
      classes: source.domain.classes.count)
  }

  private func fitted(
    _ arm: String, _ weight: Double, _ source: Source, _ seed: Seed
  ) throws -> any Encoding & Sampling {
    switch arm {
    case "lorae":
      var method = LoRAE()
      (method.nuclearNorm, method.latents, method.components) = (
        weight, latents(source), normals(source)
      )
      (method.networks, method.training) = (networks(source), training(source))
      return try lab.fit(method, source, seed: seed, as: arm)
    case "irmae":
      var method = IRMAE()
      (method.linearLayers, method.latents) = (Int(weight), latents(source))
      method.components = normals(source)
      (method.networks, method.training) = (networks(source), training(source))
      return try lab.fit(method, source, seed: seed, as: arm)
    case "vae":
      var method = SquaredErrorVAE()
      (method.rate, method.latents, method.components) = (weight, latents(source), normals(source))
      (method.networks, method.training) = (networks(source), training(source))
      return try lab.fit(method, source, seed: seed, as: arm)
    default:
      var method = LengthPenalty()
      (method.length, method.latents, method.components) = (
        weight, latents(source), normals(source)
      )
      (method.networks, method.training) = (networks(source), training(source))
      return try lab.fit(method, source, seed: seed, as: arm)
    }
  }

  private func latents(_ source: Source) -> Int {
    source.domain.isImage ? lab.pick(full: 32, quick: 8) : 16
  }

  private func normals(_ source: Source) -> Int {
    source.domain.isImage ? lab.pick(full: 10, quick: 2) : 1
  }

  private func networks(_ source: Source) -> EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = [source.domain.isImage ? 256 : 128]
    networks.architecture = .mlp
    return networks
  }

  private func training(_ source: Source) -> Training {
    var training = Training()
    training.batch = 64
    training.epochs = lab.pick(
      full: source.domain.isImage ? 10 : 60, quick: source.domain.isImage ? 2 : 30)
    return training
  }
}
