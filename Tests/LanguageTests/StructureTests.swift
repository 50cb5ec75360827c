import Evaluation
import Foundation
import Testing
import Torch

@testable import Language

@Suite struct StructureTests {
  init() { Runtime.threads = 1 }

  private let graph = ParentGraph(places: 6, tokens: 3, roots: 0.3, seed: Seed(4))

  @Test func parentsComeBefore() {
    #expect(graph.length == 7 && graph.parents[0] == nil)
    for (place, parent) in graph.followers { #expect(parent < place) }
    #expect(ParentGraph(chainOf: 3, tokens: 2).parents == [nil, 0, 1])
  }

  @Test func tokensFollowTheirParentsByTheLaw() throws {
    let chain = ParentGraph(chainOf: 2, tokens: 3)
    let (one, stationary) = chain.laws(1, spread: 1, RandomStream(3))
    let n = 40_000
    let laws = one.expanded([n, 3, 3]), start = stationary.expanded([n, 3])
    // A stationary law is what the transitions leave as it is.
    #expect(
      try (stationary.unsqueezed(1).matmul(one).selected(1, 0) - stationary).abs().max().value()
        < 1e-5)
    let rows = chain.sequences(laws, start, RandomStream(5))
    let pairs = (rows.selected(1, 0) * 3 + rows.selected(1, 1)).bincount(length: 9)
    let joint = (stationary.unsqueezed(2) * one).flattened() * Double(n)
    let gaps = try ((pairs.to(.float32) - joint).squared() / joint).sum().value()
    #expect(gaps < 8 + 5 * 4)
    let apart = chain.sequences(laws, start, isTied: false, RandomStream(5))
    let free = (apart.selected(1, 0) * 3 + apart.selected(1, 1)).bincount(length: 9)
    let product = (stationary.unsqueezed(2) * stationary.unsqueezed(1)).flattened() * Double(n)
    #expect(try ((free.to(.float32) - product).squared() / product).sum().value() < 8 + 5 * 4)
  }

  @Test func sharedInformationIsThatOfTheJoint() throws {
    let (laws, stationary) = graph.laws(1, spread: 0.5, RandomStream(3))
    let shared = try graph.information(laws, stationary)
    let (place, parent) = try #require(graph.followers.first)
    let p = try laws.values(as: Double.self), mu = try stationary.values(as: Double.self)
    var wanted = -1.0
    for a in 0..<3 { for b in 0..<3 { wanted += mu[a] * p[a * 3 + b] * p[a * 3 + b] / mu[b] } }
    #expect(abs(shared[place][parent] - wanted) < 1e-4)
    // Places of trees of their own share nothing.
    let apart = ParentGraph(places: 3, tokens: 3, roots: 0.999, seed: Seed(1))
    #expect(try apart.information(laws, stationary)[2] == [0, 0])
  }

  @Test func theFirstGradientIsThatOfTheLoss() throws {
    let (laws, stationary) = graph.laws(64, spread: 0.5, RandomStream(3))
    let rows = graph.sequences(laws, stationary, RandomStream(6))
    let model = DisentangledTransformer(length: 7, tokens: 3)
    let pull = try model.pull(rows, laws)
    #expect(pull[3].count == 3)
    // One step along a single entry of the pull lowers the loss by about its square.
    var moved = model
    try moved.train(steps: 1, rate: 1e-4, shouldStop: { false }) { _ in (rows, laws) }
    #expect(try moved.loss(rows, laws) < model.loss(rows, laws))
    #expect(try model.looked() == [0, 0, 0, 0, 0, 0, 0])
  }

  @Test func attentionFindsTheParentsOfAChain() throws {
    var study = TransformerCausalStructure()
    (study.chain, study.places, study.tokens, study.steps) = (true, 4, 3, 300)
    (study.batch, study.rate) = (128, 0.1)
    let result = try study.result(Seed(1))
    #expect(result.found[.structured] == 1 && result.loss < result.frequencies)
    #expect(result.pulled > result.chance && result.law < result.loss)
  }

  @Test func wordsOfATopicAreRelated() {
    let corpus = TopicCorpus(topics: 3, each: 2, mixed: 1, shared: 0)
    #expect(corpus.related[0 * 6 + 1] && !corpus.related[1 * 6 + 2])
    let both = TopicCorpus(topics: 3, each: 2, mixed: 1, shared: 1)
    #expect(both.related[1 * 6 + 2] && !both.related[0 * 6 + 3] && both.related[0 * 6 + 5])
    let rows = (try? corpus.documents(20, length: 8, isMixed: true, Seed(1)).places()) ?? []
    for start in stride(from: 0, to: rows.count, by: 8) {
      #expect(Set(rows[start..<start + 8].map { $0 / 2 }).count == 1)
    }
  }

  @Test func vectorsAndAttentionTakeUpTopics() throws {
    var study = TransformerTopicStructure()
    (study.topics, study.words, study.mixed, study.length) = (4, 4, 1, 16)
    (study.steps, study.batch, study.width) = (150, 32, 16)
    for part in TopicTransformer.Part.allCases {
      let found = try study.course(part, isMixed: true, Seed(2), checkpoints: [0, 150])
      let shuffled = try study.course(part, isMixed: false, Seed(2), checkpoints: [150])
      #expect(found[1].together - found[1].apart > found[0].together - found[0].apart)
      #expect(found[1].together - found[1].apart > shuffled[0].together - shuffled[0].apart)
    }
  }

  @Test func studiesThatCannotBeAreRefused() {
    var causal = TransformerCausalStructure()
    causal.places = 2
    #expect(throws: (any Error).self) { try causal.run(StudyRoom(seed: Seed(0))) }
    var topics = TransformerTopicStructure()
    topics.mixed = 11
    #expect(throws: (any Error).self) { try topics.run(StudyRoom(seed: Seed(0))) }
  }
}
