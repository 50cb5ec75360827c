import Testing
import Torch

@testable import Datasets

@Suite struct SentenceTests {
  @Test func everySentenceIsReadBackAsWhatItWasMadeOf() {
    #expect(Sentences.count == 301_056)
    var longest = 0
    for index in stride(from: 0, to: Sentences.count, by: 101) {
      let values = Sentences.values(at: index), text = Sentences.text(values)
      longest = max(longest, text.utf8.count)
      #expect(Sentences.values(of: text) == values)
    }
    #expect(longest < Sentences.length)
  }

  @Test func aSentenceOfThePluralAgrees() {
    #expect(Sentences.text([3, 5, 0, 2, 1, 0, 2]) == "all shy dogs hear the cow")
    #expect(Sentences.text([0, 0, 1, 1, 2, 1, 7]) == "a cat bites two red pigs")
  }

  @Test(arguments: [
    "all shy dogs hears the cow", "a cat bite the cow", "a cats bites the cow",
    "a cat bites two pig", "a cat bites", "a  cat bites the cow", "", "a cat bites the cow ",
    "cat bites the cow", "a red red cat bites the cow", "the s bites the cow",
  ])
  func whatTheGrammarDoesNotMakeIsNoSentence(_ text: String) {
    #expect(Sentences.values(of: text) == nil)
  }

  @Test func theWorldHoldsSentencesWithTheirFactors() throws {
    var options = SourceOptions()
    options.limit = 50
    let source = try Source.open("sentences", options)
    #expect(source.domain.shape == [31] && source.domain.support == .tokens)
    let factors = try #require(source.train.factors())
    for row in 0..<source.train.count {
      let tokens = try source.train.batch([row]).x.to(.int64).places()
      let text = Sentences.text(tokens: tokens)
      #expect(Sentences.values(of: text)?.map(Float.init) == factors[row])
    }
  }
}
