import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// A way to give pictures other attributes, with the strength that serves best on validation pictures.
struct EditingArm {
  /// The pictures with the attributes wanted, at a strength.
  let edit: (AttributePictures, [[Int]], Double) throws -> Tensor
  private(set) var strength = 1.0

  init(_ edit: @escaping (AttributePictures, [[Int]], Double) throws -> Tensor) {
    self.edit = { pictures, wanted, strength in
      try withoutGradients { try edit(pictures, wanted, strength).checked() }
    }
  }

  /// What a picture is worth whose attribute was swapped: the share of the others that it keeps, where the new one shows.
  static func worth(
    _ x: Tensor, _ swaps: AttributeJudges.Swaps, _ judges: AttributeJudges
  ) throws -> (both: [Double], new: [Double], kept: [Double]) {
    let (new, kept) = try judges.shown(x, after: swaps)
    return (zip(new, kept).map(*), new, kept)
  }

  /// Takes the strength of 1, 1.5, 2 and 3 at which swapped validation pictures are worth most.
  mutating func choose(
    _ validation: AttributePictures, _ judges: AttributeJudges, _ seed: Seed
  ) throws {
    let swaps = judges.swaps(validation.values, seed.child("trial swaps"))
    var best = -1.0
    for each in [1, 1.5, 2, 3] {
      let x = try edit(validation, swaps.wanted, each)
      let worth = try Self.worth(x, swaps, judges).both.mean
      if worth > best { (best, strength) = (worth, each) }
    }
  }
}

extension EditingArm {
  /// By replacing what the projection reads of the attribute that changes.
  init(_ network: MatrixSubspaceProjection.Network) {
    self.init { pictures, wanted, strength in
      let old = network.known(AttributePictures.told(pictures.values))
      let new = network.known(AttributePictures.told(wanted))
      // All numbers of the attribute that changes, and none of the others.
      let places = zip(pictures.values, wanted).map {
        zip($0, $1).enumerated().first { $1.0 != $1.1 }
      }
      let mask = places.map { place -> Tensor in
        let attribute = place?.offset ?? 0
        let range =
          attribute == 0 ? 0..<network.known.classes : network.range(ofFactor: attribute - 1)
        return network.mask(range, old)
      }
      let z = network.encode(pictures.x)
      let wish = network.signed(new) * strength
      return network.decode(
        network.projection.replaced(z, by: wish, where: Tensor.concatenate(mask)))
    }
  }

  /// By telling the decoder, and the encoder, other conditions.
  init(_ network: ConditionalAutoencoder) {
    self.init { pictures, wanted, strength in
      let old = network.known(AttributePictures.told(pictures.values))
      let new = network.known(AttributePictures.told(wanted))
      let z = network.encode(pictures.x, given: old)
      return network.decode(z, given: old + (new - old) * strength)
    }
  }

  /// By telling the decoder other conditions.
  init(_ network: FaderAutoencoder.Network) {
    self.init { pictures, wanted, strength in
      let old = network.known(AttributePictures.told(pictures.values))
      let new = network.known(AttributePictures.told(wanted))
      let z = network.encode(pictures.x)
      return network.logits(z, given: old + (new - old) * strength).sigmoid()
    }
  }

  /// By differences of mean codes.
  init(_ shift: ShiftArm) {
    self.init { pictures, wanted, strength in
      var shift = shift
      shift.scales.editing = strength
      return try shift.edited(pictures, wanted)
    }
  }
}

extension AttributePictures {
  /// A batch of which nothing but these attributes is known.
  static func told(_ values: [[Int]]) -> Batch {
    let factors = values.flatMap { $0.dropFirst().map(Float.init) }
    return Batch(
      x: Tensor.zeros([values.count, 1]), labels: Tensor(values.map { Int64($0[0]) }),
      factors: Tensor(factors, shape: [values.count, names.count - 1]),
      indices: Array(values.indices))
  }
}
