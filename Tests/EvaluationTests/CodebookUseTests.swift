import Evaluation
import Foundation
import Testing

@Suite struct CodebookUseTests {
  @Test func evenUseHasThePerplexityOfItsSize() {
    #expect(abs(CodebookUse(counts: [5, 5, 5, 5]).perplexity - 4) < 1e-12)
    #expect(CodebookUse(counts: [5, 5, 5, 5]).share == 1)
  }

  /// Entropy of 1/2, 1/4, 1/4: 1.5 ln 2 nats.
  @Test func unusedEntriesCountInTheShareAlone() {
    let use = CodebookUse(counts: [2, 0, 1, 1, 0, 0, 0, 0])
    #expect(abs(use.perplexity - exp(1.5 * log(2.0))) < 1e-12)
    #expect(use.share == 3.0 / 8)
  }

  @Test func oneEntryHasPerplexityOne() {
    #expect(CodebookUse(counts: [7, 0]).perplexity == 1)
  }
}
