import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// Ratings, turned tables and pairs in small folders, and all that `LATENT_DATA` has.
@Suite struct KnownSetTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func open(_ name: String) throws -> Opened {
    let set = try #require(KnownSet.all.first { $0.name == name })
    return try set.open(in: folder.path, SourceOptions(), like: nil)
  }

  private func ratings(_ rows: String) throws -> Opened {
    let place = "recommender/ml-latest-small/"
    _ = try folder.file(place + "movies.csv", "movieId,title,genres\n7,\"B, the film\",x\n")
    _ = try folder.file(place + "ratings.csv", "userId,movieId,rating,timestamp\n" + rows)
    return try open("movielens")
  }

  @Test func aPersonIsARowOfRatings() throws {
    let opened = try ratings("2,9,0.5,1\n1,7,5.0,1\n2,7,3.5,1\n")
    #expect(opened.train.columns == ["B, the film", "film 9"])
    var assembly = try Assembly(opened, .whole)
    let source = try assembly.source()
    let expected: [Float] = [1, 0, 0.7, 0.1]
    #expect(try source.train.batch([0, 1]).x.values() == expected)
    #expect(source.domain.support == .unit)
  }

  @Test func ratingsOffTheScaleAreRefused() throws {
    let wrong = "ratings.csv line 2 is not a person, a film and a rating of 0.5 to 5 in half stars"
    for row in ["1,7,0,1", "1,7,5.5,1", "1,7,0.7,1", "1,7,nan,1", "1,7,1e300,1", "x,7,1,1"] {
      #expect(sentence { _ = try ratings(row + "\n") } == wrong)
    }
    #expect(sentence { _ = try ratings("") } == "ratings.csv holds no ratings")
  }

  @Test func columnsOfGenesBecomeRowsWithAClass() throws {
    let path = "biology/golub_leukemia/golub_expression.csv"
    _ = try folder.file(path, "gene,name,s1_ALL,s2_AML\n\"g,1\",one,1,2\ng2,two,-3,4\n")
    let opened = try open("golub")
    var assembly = try Assembly(opened, .whole)
    let source = try assembly.source()
    #expect(source.domain.columns == ["g,1", "g2"] && source.domain.classes == ["ALL", "AML"])
    #expect(try source.train.batch([0, 1]).x.values() == [-1, -1, 1, 1])
    #expect(try source.train.labels() == [0, 1])
    _ = try folder.file(path, "gene,name\ng,one\n")
    #expect(
      sentence { _ = try open("golub") }
        == "golub_expression.csv has no column with the numbers of an example")
  }

  @Test func aPairIsATableOfTwoColumns() throws {
    let place = "causal/tuebingen_pairs/"
    _ = try folder.file(place + "Tuebingen_targets.csv", "SampleID,Target\npair1,1.0\npair2,-1.0\n")
    _ = try folder.file(
      place + "Tuebingen_pairs.csv", "SampleID,A,B\npair1,1 2.5,3 4\npair2,1 2,1\n")
    let opened = try open("tuebingen-001")
    guard case .table(let table) = opened.train.content else {
      return #expect(Bool(false), "a pair is no table")
    }
    #expect(table.rows == 2 && table.columns.map(\.name) == ["A", "B"])
    #expect(opened.notes == ["A causes B"] && opened.train.labels == nil)
    #expect(
      sentence { _ = try open("tuebingen-002") }
        == "Tuebingen_pairs.csv row pair2 is not two lists of as many numbers")
    #expect(
      sentence { _ = try open("tuebingen-003") } == "Tuebingen_pairs.csv holds no row pair3")
  }

  @Test func ofManyPartsListsNameTheFirst() {
    let listed = KnownSet.all.filter(\.isListed).map(\.name)
    #expect(listed.contains("tuebingen-001") && !listed.contains("tuebingen-002"))
    #expect(Set(KnownSet.all.map(\.name)).count == KnownSet.all.count)
  }

  /// Examples in all, classes and factors of what is read by readers of its own.
  private static let facts: [(name: String, count: Int, classes: Int, factors: Int)] =
    [
      ("ag-news", 7600, 4, 0), ("cranfield", 1398, 0, 0), ("speeches", 124, 2, 1),
      ("text8-sample", 11231, 0, 0), ("enwik8-sample", 23789, 0, 0), ("zinc-smiles", 29445, 0, 0),
      ("nab-twitter-aapl", 15_761, 0, 0), ("citeseer", 3312, 6, 0), ("analogies", 19544, 14, 0),
      ("lee", 350, 0, 0),
      ("msrp", 5801, 2, 0), ("newsgroups", 2000, 20, 0), ("trec", 5952, 6, 0),
      ("tatoeba", 142_787, 0, 0), ("golub", 38, 2, 0), ("movielens", 610, 0, 0),
      ("tuebingen-001", 349, 0, 0), ("tuebingen-099", 109, 0, 0),
    ]
    + [
      ("2014-deft-news", 300), ("2014-headlines", 750), ("2014-images", 750),
      ("2015-answers-students", 750), ("2015-headlines", 750), ("2015-images", 750),
      ("2016-answer-answer", 254), ("2016-headlines", 249), ("2016-question-question", 209),
    ].map { ("sts-" + $0, $1, 0, 1) }
    + [
      ("men", 3000), ("mturk-771", 771), ("rg-65", 65), ("rw", 2034), ("simlex-999", 999),
      ("simverb-3500", 3500), ("ws-353", 353), ("ws-353-rel", 252), ("ws-353-sim", 203),
    ].map { ("similarity-" + $0, $1, 0, 1) }

  @Test(.enabled(if: Manifest.folder != nil, "LATENT_DATA names no folder of data sets"))
  func eachTextAndTurnedTableOfTheFolderOpens() throws {
    for fact in Self.facts {
      let source = try Source.open(fact.name)
      let count = source.train.count + source.validation.count + source.test.count
      #expect(count == fact.count, "\(fact.name) has \(count) examples")
      #expect(source.domain.classes.count == fact.classes, "\(fact.name)")
      #expect(source.domain.factors.count == fact.factors, "\(fact.name)")
      #expect(try source.train.batch([0]).x.values().allSatisfy(\.isFinite), "\(fact.name)")
      #expect(!source.notes.contains { $0.contains("no text") }, "\(fact.name): \(source.notes)")
    }
    for number in 2...98 {
      let name = KnownSet.turned[number + 1].name
      #expect(try Source.open(name).domain.columns == ["A", "B"], "\(name)")
    }
    let unread = Set(Source.known().filter { $0.how == "not readable yet" }.map(\.what))
    let titles = Set((KnownSet.corpora + KnownSet.turned).map(\.title))
    #expect(unread.isDisjoint(with: titles))
  }
}
