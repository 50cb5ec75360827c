import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// Draws pictures with chosen attributes, and changes those of given ones.
protocol AttributeArm {
  /// A picture for each row of attributes.
  func draw(_ wishes: [[Int]], _ seed: Seed) throws -> Tensor
  /// The pictures with the attributes `wanted`.
  func edited(_ pictures: AttributePictures, _ wanted: [[Int]]) throws -> Tensor
}

/// A network that is told the attributes.
struct ToldArm: AttributeArm {
  let network: ConditionalAutoencoder

  func draw(_ wishes: [[Int]], _ seed: Seed) throws -> Tensor {
    try withoutGradients {
      let u = told(wishes)
      return try network.decode(
        network.samplePrior(given: u, temperature: 1, RandomStream(seed)), given: u
      ).checked()
    }
  }

  func edited(_ pictures: AttributePictures, _ wanted: [[Int]]) throws -> Tensor {
    try withoutGradients {
      let z = network.encode(pictures.x, given: told(pictures.values))
      return try network.decode(z, given: told(wanted)).checked()
    }
  }

  private func told(_ values: [[Int]]) -> Tensor {
    network.condition(AttributePictures.told(values))
  }
}

/// A network that is told nothing, whose codes are shifted by differences of mean codes.
struct ShiftArm: AttributeArm {
  let network: GaussianAutoencoder
  /// Mean training codes of each value of each attribute, less the mean of all, `[values, k]`.
  let means: [Tensor]
  /// What shifts are multiplied by in drawing and in editing.
  var scales = (drawing: 1.0, editing: 1.0)

  /// With the scales that serve best on the validation pictures.
  init(
    _ network: GaussianAutoencoder, _ train: Examples, _ validation: AttributePictures,
    _ judges: AttributeJudges, _ seed: Seed
  ) throws {
    self.network = network
    let codes = try Scores(train, seed: seed).codes(network)
    let values = zip(try train.labels() ?? [], train.factors() ?? []).map {
      [$0] + $1.map { Int($0) }
    }
    means = judges.sizes.enumerated().map { attribute, size in
      let which = Tensor(values.map { Int64($0[attribute]) }).oneHot(size).to(.float32)
      let sums = which.transposed().matmul(codes)
      let counts = which.sum(over: 0).clamped(atLeast: 1).unsqueezed(1)
      return sums / counts - codes.mean(over: 0, keep: true)
    }
    let wishes = judges.wishes(count: validation.values.count, seed.child("trial wishes"))
    let swaps = judges.swaps(validation.values, seed.child("trial swaps"))
    var best = (drawing: -1.0, editing: -1.0)
    var chosen = scales
    for scale in [1, 1.5, 2, 3] {
      scales = (scale, scale)
      let drawn = try judges.shown(draw(wishes, seed.child("trial")), wishes).mean
      let swapped = try judges.shown(edited(validation, swaps.wanted), after: swaps).new.mean
      if drawn > best.drawing { (best.drawing, chosen.drawing) = (drawn, scale) }
      if swapped > best.editing { (best.editing, chosen.editing) = (swapped, scale) }
    }
    scales = chosen
  }

  func draw(_ wishes: [[Int]], _ seed: Seed) throws -> Tensor {
    try withoutGradients {
      let z = network.samplePrior(wishes.count, temperature: 1, RandomStream(seed))
      return try network.decode(z + place(wishes) * scales.drawing).checked()
    }
  }

  func edited(_ pictures: AttributePictures, _ wanted: [[Int]]) throws -> Tensor {
    try withoutGradients {
      let z = network.encode(pictures.x)
      let shift = place(wanted) - place(pictures.values)
      return try network.decode(z + shift * scales.editing).checked()
    }
  }

  /// The sum of the mean codes of a row's attributes, `[n, k]`.
  private func place(_ values: [[Int]]) -> Tensor {
    means.enumerated().reduce(Tensor.zeros([values.count, network.latents])) { sum, next in
      sum + next.element.indexSelect(0, Tensor(values.map { Int64($0[next.offset]) }))
    }
  }
}
