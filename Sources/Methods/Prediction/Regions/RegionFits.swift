import Evaluation
import Learning
import Torch

/// How regions are learnt and calibrated.
struct RegionSettings: Sendable {
  var level = 0.9
  /// Level of the directional quantiles.
  var quantile = 0.05
  var latents = 3
  /// Weight of the codes' divergence.
  var divergence = 0.01
  var hidden = [64, 64]
  /// Half-spaces that make a region; a step of training draws at most 8 anew.
  var directions = 128
  /// Codes that are tried for a region.
  var codes = 8000
  var training = NetworkTraining()
}

/// Rows for learning, stopping, calibrating and judging.
struct RegionSplits {
  let train: PairedRows
  let validation: PairedRows
  let calibration: PairedRows
  let test: PairedRows
}

extension RegionSettings {
  /// The regions of ST-DQR: quantiles in the space of a conditional autoencoder's codes.
  ///
  /// - Throws: `TensorError`.
  func learned(_ data: RegionSplits, _ responses: Grid, _ seed: Seed) throws -> PointRegions {
    let network = ConditionalVAE(
      features: data.train.x.size(1), responses: data.train.y.size(1), latents: latents,
      hidden: hidden, RandomStream(seed.child("autoencoder")))
    try training.fit(network, data.train, validation: data.validation, seed.child("fit")) {
      $0.loss($1, weight: divergence, $2)
    }
    return try directional(.learned(network), data, responses, seed.child("codes"))
  }

  /// The regions of directional quantiles of the responses themselves.
  ///
  /// - Throws: `TensorError`.
  func raw(_ data: RegionSplits, _ responses: Grid, _ seed: Seed) throws -> PointRegions {
    try directional(.identity, data, responses, seed.child("responses"))
  }

  /// The boxes of quantiles of each response.
  ///
  /// - Throws: `TensorError`.
  func boxes(_ data: RegionSplits, _ seed: Seed) throws -> CoordinateQuantiles {
    let network = CoordinateQuantiles(
      features: data.train.x.size(1), responses: data.train.y.size(1), hidden: hidden,
      RandomStream(seed.child("boxes")))
    try training.fit(network, data.train, validation: data.validation, seed.child("fit boxes")) {
      network, rows, _ in network.loss(rows, miss: 1 - level)
    }
    return network
  }

  private func directional(
    _ map: ResponseMap, _ data: RegionSplits, _ responses: Grid, _ seed: Seed
  ) throws -> PointRegions {
    let encoded = map.encode(data.train, RandomStream(seed.child("encode")))
    let network = DirectionalQuantiles(
      features: data.train.x.size(1), dimensions: encoded.size(1), hidden: hidden,
      RandomStream(seed.child("quantiles")))
    let draws = min(8, directions)
    try training.fit(network, data.train, validation: data.validation, seed.child("fit")) {
      network, rows, random in
      let z = map.encode(rows, random.child("codes"))
      return network.loss(
        rows.x, z, level: quantile, directions: draws, random.child("directions"))
    }
    let around: Grid
    if case .identity = map {
      around = responses
    } else {
      around = try Grid(around: encoded, count: codes, margin: 0.1)
    }
    return PointRegions(
      map, network,
      directions: unitDirections(
        directions, encoded.size(1), RandomStream(seed.child("directions"))), codes: around,
      responses: responses)
  }
}
