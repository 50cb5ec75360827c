import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// The text of an example of tokens.
func text(_ examples: Examples, _ index: Int) throws -> String {
  let tokens = try examples.batch([index]).x.values().prefix { $0 > 0 }
  return String(decoding: tokens.map { UInt8($0 - 1) }, as: UTF8.self)
}

/// The forms that data sets of texts, ratings and pairs come in, each in a small folder.
@Suite struct TextTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func open(_ name: String, like length: Int? = nil) throws -> Opened {
    let set = try #require(KnownSet.all.first { $0.name == name })
    var like: Opened.Like?
    if let length {
      var preprocessing = Preprocessing()
      preprocessing.length = length
      like = (preprocessing, Domain(shape: [length], support: .tokens))
    }
    return try set.open(in: folder.path, SourceOptions(), like: like)
  }

  private func texts(_ reading: Reading?) throws -> [String] {
    let reading = try #require(reading)
    guard case .store(let store) = reading.content else { return [] }
    let all = Examples(store: store, labels: nil, factorValues: nil, finish: Finish())
    return try (0..<all.count).map { try text(all, $0) }
  }

  private func zip(_ path: String) throws {
    _ = try folder.file(path, [UInt8](Archive("texts.zip").bytes))
  }

  @Test func numberedRowsTakeTheirNamesFromASecondFile() throws {
    _ = try folder.file("text/ag_news/classes.txt", "World\nSports\n")
    let rows = "\"2\",\"A \"\"title\"\"\",\"text\"\n\"1\",\"B\",\" \"\n"
    _ = try folder.file("text/ag_news/test.csv", rows)
    let opened = try open("ag-news")
    #expect(try texts(opened.train) == ["A \"title\"\ttext", "B"])
    #expect(opened.train.classes == ["World", "Sports"] && opened.train.labels == [1, 0])
    _ = try folder.file("text/ag_news/test.csv", "1,a\n3,b\n")
    #expect(
      sentence { _ = try open("ag-news") } == "test.csv line 2 has the class 3, not one of 1 to 2")
  }

  @Test func documentsOfSMARTAreTheirTextAlone() throws {
    let path = "text/cranfield/cran.all.1400"
    let bytes =
      Array(".I 1\n.T\ntitle\n.W\none\n. two\n.I 2\n.W\n.I 3\n.A\nx\n.W\ncaf".utf8) + [0xe9]
    _ = try folder.file(path, bytes)
    let opened = try open("cranfield")
    #expect(try texts(opened.train) == ["one . two", "café"])
    #expect(opened.notes.first == "1 empty text of Cranfield 1400 left out")
    #expect(opened.notes[1] == "1 text of Cranfield 1400 not in UTF-8 read as Latin-1")
    _ = try folder.file(path, "no document")
    #expect(
      sentence { _ = try open("cranfield") }
        == "cran.all.1400 holds no documents, which start with .I and a number")
  }

  @Test func speechesHaveTheirYearAndKind() throws {
    try zip("text/dated_speeches/inaugural.zip")
    try zip("text/dated_speeches/state_union.zip")
    let train = try open("speeches").train
    #expect(train.classes.contains("inaugural") && train.classes.contains("state_union"))
    #expect(train.factors == [Factor("year", values: 0)])
    let years = (0..<train.count).flatMap { Array(train.factorValues?.row($0) ?? []) }
    #expect(years == [1789, 1945, 1946, 1789, 1945, 1946])
  }

  @Test func messagesLoseTheHeaderThatNamesTheirGroup() throws {
    let message = "Newsgroups: sci.space\nSubject: Orbits\nFrom: a@b\n\nHello\n\nbye\n"
    let archive = tarFile("m/sci.space/1", message) + tarFile("m/alt/2", "no header")
    _ = try folder.file("text/mini_newsgroups/mini_newsgroups.tar.gz", archive)
    let train = try open("newsgroups").train
    #expect(try texts(train) == ["no header", "Orbits\nHello\n\nbye"])
    #expect(train.classes == ["alt", "sci.space"] && train.labels == [0, 1])
  }

  @Test func sectionsAndColonsAreClasses() throws {
    _ = try folder.file("text/analogy/questions-words.txt", ": b\nx y z w\n: a\n1 2 3 4\r\n")
    let analogies = try open("analogies").train
    #expect(analogies.classes == ["a", "b"] && analogies.labels == [1, 0])
    #expect(try texts(analogies) == ["x y z w", "1 2 3 4"])
    _ = try folder.file("text/analogy/questions-words.txt", "x y z w\n")
    #expect(
      sentence { _ = try open("analogies") }
        == "questions-words.txt does not start with a section, as in : a")
    try zip("text/trec_qc/qc.zip")
    let trec = try open("trec")
    #expect(trec.train.classes == ["DESC", "HUM"] && trec.train.labels == [0, 1, 0])
    #expect(try trec.test?.labels == [1] && texts(trec.test) == ["Who else ?"])
  }

  @Test func pairsArePartedByATab() throws {
    let header = "\u{feff}Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n"
    for (part, rows) in [
      ("train", "1\t1\t2\t\"A\tB\r\n"), ("val", ""), ("test", "0\t3\t4\tC\tDD\r\n"),
    ] {
      _ = try folder.file("text/msrp/msr-para-\(part).tsv", header + rows)
    }
    let opened = try open("msrp")
    #expect(try texts(opened.train) == ["\"A\tB"] && texts(opened.test) == ["C\tDD"])
    #expect(opened.train.classes == ["different", "paraphrase"])
    #expect(opened.train.labels == [1] && opened.test?.labels == [0])
    try zip("text/tatoeba_fra_eng/fra-eng.zip")
    #expect(try texts(open("tatoeba").train) == ["Go.\tVa !", "Run!\tCours\u{202f}!"])
    #expect(try texts(open("tatoeba", like: 4).train) == ["Go.\t", "Run!"])
  }

  @Test func scoresAreFactorsAndPairsWithoutOneAreCounted() throws {
    let path = "text/sts/2014.images.test.tsv"
    _ = try folder.file(path, "3.5 \ta\tb\n\tc\td\n0\te\tf\n")
    let opened = try open("sts-2014-images")
    #expect(try texts(opened.train) == ["a\tb", "e\tf"])
    #expect(opened.train.factors == [Factor("similarity", values: 0)])
    #expect(opened.train.factorValues?.row(0) == [3.5])
    #expect(opened.notes == ["1 pair of SemEval STS samples without a score left out"])
    _ = try folder.file(path, "1\ta\tb\nx\tc\td\n")
    #expect(
      sentence { _ = try open("sts-2014-images") }
        == "2014.images.test.tsv line 2 has the score x, no number")
    _ = try folder.file(path, "1\ta\n")
    #expect(
      sentence { _ = try open("sts-2014-images") }
        == "2014.images.test.tsv line 1 has 2 cells; it needs 3, parted by tabs")
    _ = try folder.file("text/word_similarity/EN-RG-65.txt", "gem jewel 3.9\nboy\tlad\t3\n")
    #expect(try texts(open("similarity-rg-65").train) == ["gem\tjewel", "boy\tlad"])
  }

  @Test func aTextWithoutLinesComesInPieces() throws {
    _ = try folder.file(
      "text/enwiki_sample/enwiki_text8style.txt", String(repeating: "ab ", count: 200))
    let pieces = try texts(open("text8-sample").train)
    #expect(pieces.map(\.count) == [256, 256, 88] && pieces.joined().hasPrefix("ab ab "))
  }

  @Test func theWikipediaSampleIsUnpackedAndComesInPieces() throws {
    // bzip2 of "<page>" and 300 times "a".
    let packed = "QlpoOTFBWSZTWQ5Jb90AAACZgIAgAAUigEAAAAggACIeoHqEMCLMqXahETxdyRThQkA5Jb90"
    let name = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
    let bytes = [UInt8](try #require(Data(base64Encoded: packed)))
    _ = try folder.file("text/enwiki_sample/" + name, bytes)
    let pieces = try texts(open("enwik8-sample").train)
    #expect(pieces.map(\.count) == [256, 50] && pieces[0].hasPrefix("<page>aa"))
  }

  @Test func moleculesHaveATestPart() throws {
    _ = try folder.file("biology/zinc_smiles/valid.txt", "CCO\nC\n")
    _ = try folder.file("biology/zinc_smiles/test.txt", "CN\n")
    let opened = try open("zinc-smiles")
    #expect(try texts(opened.train) == ["CCO", "C"] && texts(opened.test) == ["CN"])
  }

  @Test func textFilesOfAFolderOrAZipHaveTheirFolderAsClass() throws {
    _ = try folder.file("all/a/1.txt", "one")
    _ = try folder.file("all/b/2.txt", "two\nlines\n")
    _ = try folder.file("all/read.me", "no text of it")
    let opened = try Opened.read(folder.path + "/all", SourceOptions(), like: nil)
    #expect(try texts(opened.train) == ["one", "two\nlines"])
    #expect(opened.train.classes == ["a", "b"] && opened.train.labels == [0, 1])
    try zip("t.zip")
    let unzipped = try Opened.read(folder.path + "/t.zip", SourceOptions(), like: nil)
    #expect(try texts(unzipped.train).contains("Mr. Speaker"))
    #expect(unzipped.train.classes.contains("state_union"))
  }

  @Test func bothSplitsHaveTheLengthOfTheLongestText() throws {
    _ = try folder.file("text/lee/lee_background.cor", "a\nbb\n")
    _ = try folder.file("text/lee/lee.cor", "a longer one\n")
    let opened = try open("lee")
    guard case .store(let a) = opened.train.content, case .store(let b)? = opened.test?.content
    else { return #expect(Bool(false), "texts are no table") }
    #expect(a.shape == [12] && b.shape == [12] && a.count == 2 && b.count == 1)
  }

  @Test(arguments: [
    ("ag-news", "text/ag_news/test.csv", "1,\"a\",b\n2,c,d\n"),
    ("cranfield", "text/cranfield/cran.all.1400", ".I 1\n.W\none\n.I 2\n.A\nx\n.W\ntwo\n"),
    ("analogies", "text/analogy/questions-words.txt", ": a\nb c d e\n: f\ng h i j\n"),
    ("sts-2014-images", "text/sts/2014.images.test.tsv", "1\ta\tb\n\tc\td\n5\te\tf\n"),
    ("similarity-rg-65", "text/word_similarity/EN-RG-65.txt", "a b 1\nc\td\t2\r\n"),
    ("lee", "text/lee/lee.cor", "one\n\ntwo\r\n"),
    (
      "newsgroups", "text/mini_newsgroups/mini_newsgroups.tar.gz",
      String(decoding: tarFile("m/a/1", "Subject: b\n\nc"), as: UTF8.self)
    ),
  ])
  func damagedFilesAreReadOrRefusedInOneSentence(name: String, path: String, good: String) throws {
    _ = try folder.file("text/ag_news/classes.txt", "World\nSports\n")
    _ = try folder.file("text/lee/lee_background.cor", "one\n")
    var random = SplitMix(Seed(1).child(name))
    for _ in 0..<300 {
      var bytes = Array(good.utf8)
      for _ in 0..<3 {
        let at = Int(random.next() % UInt64(max(1, bytes.count)))
        switch random.next() % 4 {
        case 0: bytes = Array(bytes.prefix(at))
        case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
        case 2 where !bytes.isEmpty: bytes.remove(at: at)
        default: if !bytes.isEmpty { bytes[at] = Array("\n\t .:\0\"é-1".utf8)[at % 11] }
        }
      }
      _ = try folder.file(path, bytes)
      let said = sentence { _ = try inOneLine { try open(name) } }
      #expect(!said.hasPrefix("not a UserError") && !said.contains("\n"), "\(bytes): \(said)")
    }
  }
}
