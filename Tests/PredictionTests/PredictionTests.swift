import Datasets
import Foundation
import Testing

@testable import Prediction

@Suite struct PredictionTests {
  @Test func everyStudyHasARowAndACheckOfIt() {
    #expect(Prediction.studies.allSatisfy { $0.card.system != nil })
    #expect(Prediction.studies.allSatisfy { $0.check?.system == $0.card.system })
  }
}
