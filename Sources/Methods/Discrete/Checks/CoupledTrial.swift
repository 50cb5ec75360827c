import Datasets
import Evaluation
import Learning
import Torch

/// One seed of two coupled arms, of two that nothing couples, and of one JointVAE, on tables of few and many types and
/// on pictures.
struct CoupledTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    var lost: [String: Double] = [:]
    for types in CplMixVAE.types {
      lab.say("\(types) types")
      let world = World(
        name: "\(types) types", source: try table(types, seed.child("table")),
        choosing: try table(types, Seed(0)), hasLoose: types == CplMixVAE.types.last)
      for (arm, found) in try all(world) {
        board[CplMixVAE.accuracy(types).name, arm] = [found.accuracy]
        board[CplMixVAE.index(types).name, arm] = [found.index]
        if let alike = found.alike { board[CplMixVAE.alike(types).name, arm] = [alike] }
        lost[arm, default: 0] += (types == CplMixVAE.types[0] ? 1 : -1) * found.accuracy
      }
    }
    for (arm, loss) in lost where arm != CplMixVAE.loose {
      board[CplMixVAE.loss.name, arm] = [loss]
    }
    let source = try pictures()
    for (arm, found) in try all(World(name: "pictures", source: source, choosing: source)) {
      board[CplMixVAE.digits.name, arm] = [found.accuracy]
    }
  }

  /// Data to learn and judge by, and data to choose settings on.
  private struct World {
    let name: String
    let source: Source
    let choosing: Source
    /// Whether arms that nothing couples are among the methods.
    var hasLoose = false
  }

  private func table(_ types: Int, _ seed: Seed) throws -> Source {
    var world = ExpressionWorld()
    world.types = types
    world.cells = lab.pick(full: 10_000, quick: 600)
    return try world.source(seed)
  }

  private func pictures() throws -> Source {
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 400)
    options.size = lab.pick(full: [14, 14], quick: nil)
    let names = lab.pick(full: ["mnist", "fashion-mnist", "digits"], quick: ["digits"])
    return try lab.source(names, options)
  }

  /// What all methods find in the test examples of `world`, their weights chosen on its other ones.
  private func all(_ world: World) throws -> [(String, CoupledArms.Found)] {
    let passes = lab.pick(full: world.source.domain.isImage ? 30 : 60, quick: 2)
    let judged = world.source.test.prefix(2000)
    let arms = CoupledArms(lab: lab, seed: seed)
    func chosen(
      _ arm: String, _ weights: [Double], as quantity: String,
      _ find: (Source, Examples, _ weight: Double, _ passes: Int, Seed) throws -> CoupledArms.Found
    ) throws -> Double {
      try lab.bestRate("\(arm), \(world.name)", of: weights, as: quantity) {
        let examples = world.choosing.validation
        return [try find(world.choosing, examples, $0, max(1, passes / 3), Seed(0)).accuracy]
      }
    }
    let coupling = try chosen(
      CplMixVAE.own, lab.pick(full: [1e-5, 1e-4, 1e-3, 1e-2, 1e-1], quick: [1e-3]), as: "coupling",
      arms.coupled)
    let capacity = try chosen(
      CplMixVAE.joint, lab.pick(full: [0.1, 0.3, 1, 3, 10], quick: [1]), as: "capacity weight",
      arms.joint)
    var all = [
      (CplMixVAE.own, try arms.coupled(world.source, judged, coupling, passes, seed)),
      (CplMixVAE.joint, try arms.joint(world.source, judged, capacity, passes, seed)),
    ]
    if world.hasLoose {
      all.append((CplMixVAE.loose, try arms.coupled(world.source, judged, 0, passes, seed)))
    }
    return all
  }
}
