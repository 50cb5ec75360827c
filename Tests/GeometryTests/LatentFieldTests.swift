import TestSupport
import Testing
import Torch

@testable import Geometry

/// The flow on codes, in fields whose resting places are known.
@Suite struct LatentFieldTests {
  init() { Runtime.threads = 1 }

  /// Moves half of the way to the nearer of (−1, 0) and (1, 0).
  private var field: LatentField {
    LatentField { z in
      let goal = Tensor.concatenate([z[.all, 0..<1].sign(), z[.all, 1..<2] * 0], along: 1)
      return (z + goal) * 0.5
    }
  }

  private let starts: Tensor = [[2, 1], [0.5, -3], [-0.1, 0.2], [4, 4], [-9, 1]]

  @Test func codesComeToTheNearerOfTwoPlaces() throws {
    let flow = try field.follow(starts)
    #expect(flow.rests.allSatisfy { $0 } && flow.steps < 40)
    let found = try Attractors(flow, radius: 0.01)
    #expect(found.counts == [3, 2])
    let places = try found.places.values(as: Double.self)
    for (one, other) in zip(places, [1.0, 0, -1, 0]) { #expect(near(one, other, 1e-3)) }
  }

  @Test func codesThatDoNotRestAreNoAttractors() throws {
    var turning = LatentField { z in
      Tensor.concatenate([-z[.all, 1..<2], z[.all, 0..<1]], along: 1)
    }
    turning.steps = 20
    let flow = try turning.follow(starts)
    #expect(flow.steps == 20 && flow.resting == 0)
    #expect(try Attractors(flow, radius: 0.1).counts.isEmpty)
  }

  @Test func aWayIsScoredByItsMeanDistanceToTheNearestGoal() throws {
    var score = try TrajectoryScore(field, training: [[1, 0], [-1, 0]])
    score.steps = 2
    // From (1, 4) the distance halves with every move: 4, 2 and 1.
    let found = try score(field, [[1, 4], [1, 0]])
    #expect(near(found[0], 7.0 / 3, 1e-6) && near(found[1], 0, 1e-6))
  }

  @Test func pursuitLeavesWhatNoAtomHolds() throws {
    let atoms: Tensor = [[2, 0, 0], [0, 0.5, 0], [1, 1, 0]]
    let left = try OrthogonalPursuit(atoms).residual([[3, 1, 0], [0, 1, 2]], count: 2)
    #expect(near(left[0], 0, 1e-6) && near(left[1], 0.8, 1e-6))
  }
}
