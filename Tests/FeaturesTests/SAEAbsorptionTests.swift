import Datasets
import Evaluation
import Learning
import Sparse
import Testing
import Torch

@testable import Features

@Suite struct SAEAbsorptionTests {
  private let texts = SpellingTexts(words: 80, letters: 4, seed: Seed(1))

  @Test func wordsAreFollowedByTheirLettersOrByWords() throws {
    #expect(Set(texts.words).count == 80 && texts.vocabulary == 85)
    for (word, first) in zip(texts.words, texts.first) {
      #expect(word.first == SpellingTexts.consonants[first])
    }
    func rows(_ spelled: Double) throws -> [[Int]] {
      let all = try texts.texts(50, spelled: spelled, RandomStream(Seed(2))).places()
      return stride(from: 0, to: all.count, by: 7).map { Array(all[$0..<$0 + 7]) }
    }
    for row in try rows(1) {
      #expect(row[0] == 0)
      for place in [1, 3, 5] { #expect(row[place + 1] == texts.first[row[place] - 5] + 1) }
    }
    for row in try rows(0) { #expect(row.dropFirst().allSatisfy { (5..<85).contains($0) }) }
    let mixed = try rows(0.5).count { $0[2] < 5 }
    #expect((10...40).contains(mixed))
  }

  @Test func contextsEndWithTheirWords() throws {
    let rows = texts.contexts([7, 0, 79], at: 4, spelled: 0, RandomStream(Seed(3)))
    #expect(rows.shape == [3, 5])
    #expect(try rows.selected(1, -1).places() == [12, 5, 84])
  }

  @Test func statesOfWordsHaveTheirLetters() throws {
    var study = SAEAbsorption()
    (study.words, study.letters, study.width) = (80, 4, 16)
    let lab = Lab(quick: true)
    let states = try SpellingStates(study, lab, Seed(4), isTrained: false)
    let own = try states.concepts(texts: 10)
    #expect(own.states.shape == [60, 16] && own.judged.x.shape == [72, 16])
    #expect(own.learned.x.size(0) == 168 && own.names.concepts == ["b", "d", "f", "g"])
    for (row, name) in own.names.rows.enumerated() {
      let concept = own.judged.holds.firstIndex { $0[row] }
      #expect(concept.map { own.names.concepts[$0] } == name.first.map { String($0) })
    }
    let redrawn = try states.concepts(texts: 10, redrawn: true)
    #expect(redrawn.judged.holds != own.judged.holds)
  }

  /// Activations of a hierarchy with the parent of each, `none` without one.
  private func given(_ count: Int) throws -> NamedArrays {
    var world = ConceptHierarchy(seed: Seed(5))
    (world.inputs, world.parents, world.children, world.others) = (16, 2, 4, 4)
    let examples = try world.examples(count, part: "own")
    let labels = (0..<count).map { row in
      examples.holds.firstIndex { $0[row] }.map { "parent \($0)" } ?? "none"
    }
    var inputs = NamedArrays()
    try inputs.add(
      "activations", .numbers(try examples.x.values(as: Double.self), shape: [count, 16]))
    try inputs.add("labels", .words(labels))
    return inputs
  }

  @Test func ownActivationsAreRead() throws {
    var study = SAEAbsorption()
    (study.latents, study.active, study.penalties, study.steps) = ([12], [2], [1], 30)
    let findings = try study.run(StudyRoom(given(300), seed: Seed(6)))
    #expect(findings.tables.first?.rows.count == 4)
    #expect(findings.conclusion.contains("your activations"))
  }

  @Test func rowsOfOneTokenStayTogether() throws {
    var inputs = try given(200)
    try inputs.add("tokens", .words((0..<200).map { "token \($0 % 20)" }))
    let probed = try GivenConcepts(inputs).probed(Seed(7), redrawn: false)
    #expect(Set(probed.names.rows).count == 6 && probed.names.rows.count == 60)
    #expect(probed.learned.x.size(0) == 140)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    var inputs = NamedArrays()
    try inputs.add("activations", .numbers([Double](repeating: 1, count: 300), shape: [150, 2]))
    try inputs.add("labels", .words(["a", "b"]))
    #expect { try GivenConcepts(inputs) } throws: {
      "\($0)".contains("2 labels, and 150 rows")
    }
    for change in [
      { (study: inout SAEAbsorption) in study.together = 2 }, { $0.latents = [] },
      { $0.active = [300] }, { $0.rate = 0 }, { $0.letters = 40 }, { $0.words = 30 },
      { $0.block = 2 }, { $0.width = 12 },
    ] as [(inout SAEAbsorption) -> Void] {
      var study = SAEAbsorption()
      change(&study)
      #expect(throws: (any Error).self) { try study.run(StudyRoom(seed: Seed(0))) }
    }
  }
}
