import Datasets
import Evaluation
import Files
import Learning
import Neighbours
import Torch

/// What is computed of a space's items in the background, each once.
struct SpaceWork: Sendable {
  let space: Space
  let items: Examples?
  let absence: String?
  let workers: Workers
  let codes: Computed<ServedSpace.Codes>
  let neighbours: Computed<NeighbourTable>

  init(space: Space, items: Examples?, absence: String?, by workers: Workers) {
    (self.space, self.items, self.absence, self.workers) = (space, items, absence, workers)
    let codes = Computed<ServedSpace.Codes>(by: workers) { report in
      guard let items else { throw Refusal(409, absence ?? "there are no items") }
      guard let codec = Codec(of: space.network) else {
        throw Refusal(409, "\(space.description.method) gives examples no codes")
      }
      var scores = Scores(items, seed: Seed(0))
      scores.progress = { report(Double($0) / Double(max(1, $1))) }
      return try ServedSpace.Codes(scores.codes(codec))
    }
    self.codes = codes
    neighbours = Computed(by: workers) { report in
      try NeighbourTable(of: codes.valueHere().tensor, report)
    }
  }

  /// Figures of the space on its items, as `latent score --samples 1` prints them.
  func figures(seed: UInt64) -> Computed<[Figure]> {
    Computed(by: workers) { [space, items, absence] report in
      guard let items else { throw Refusal(409, absence ?? "there are no items") }
      var done = 0.0
      return try Figure.all(of: space.network, space.description.domain, items, draws: []) {
        _, body in
        var scores = Scores(items, seed: Seed(seed).child("score"))
        let before = done
        scores.progress = { report((before + Double($0) / Double(max(1, $1))) / 5) }
        try body(scores)
        done += 1
      }
    }
  }
}
