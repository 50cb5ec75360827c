import Datasets
import Evaluation
import Files
import Foundation
import GoldenFixtures
import Learning
import Networks
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

@Suite struct SelfSupervisedTests {
  init() { Runtime.threads = 1 }

  @Test func aTrainingThatCollapsesStopsWithASentence() throws {
    var method = SimSiam()
    method.stopsGradient = false
    method.training.epochs = 200
    method.training.learningRate = 0.01
    #expect {
      try Space.fitted(method, FitRun(threeKinds(), seed: Seed(1)))
    } throws: { error in
      "\(error)".contains("the representation has collapsed")
    }
  }

}
