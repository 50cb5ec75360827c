import Datasets
import Learning
import Networks
import Testing
import Torch

@testable import Evaluation

/// Says each input as its code.
private struct Mirror: Module, Encoding {
  func encode(_ x: Tensor) -> Tensor { x.flattened(from: 1) }
}

/// Measures of a task that needs true factors.
@Suite struct FactorMeasureTests {
  private func figures(_ source: String) throws -> [String: [Double]] {
    var subject = Measure.Subject(Mirror(), try Source.open(source), seed: Seed(1))
    subject.few = 100
    var found: [String: [Double]] = [:]
    for measure in Task.disentangle.measures { found[measure.id] = try measure.figures(subject) }
    return found
  }

  @Test func eachHasOneFigureWhereFactorsAreKnown() throws {
    Runtime.threads = 1
    let found = try figures("rings")
    for measure in Measure.ofFactors {
      #expect(found[measure.id]?.count == 1, "\(measure.id)")
      let most = measure.id == "total-correlation" ? Double.infinity : 1
      for figure in found[measure.id] ?? [] { #expect((0...most).contains(figure)) }
    }
    #expect(try figures("rings") == found)
  }

  @Test func namesAreUniqueAndFound() throws {
    #expect(Set(Measure.all.map(\.id)).count == Measure.all.count)
    #expect(try Measure.named("mig").direction == .higher)
    #expect(Task.disentangle.measures.first?.id == "mig")
  }
}
