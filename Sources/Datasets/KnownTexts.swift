/// The texts of a `LATENT_DATA` folder.
extension KnownSet {
  static let corpora = documents + lines + questions + pairs + similarities

  private static func set(
    _ name: String, _ title: String, _ texts: TextSet, about: String? = nil
  ) -> KnownSet {
    KnownSet(name: name, title: title, form: .texts(texts), about: about)
  }

  private static let documents = [
    set(
      "ag-news", "AG News (official test split)",
      TextSet(
        train: ["text/ag_news/test.csv"], layout: .numbered(names: "text/ag_news/classes.txt"),
        longest: Corpus.longest)),
    set(
      "cranfield", "Cranfield 1400",
      TextSet(
        train: ["text/cranfield/cran.all.1400"], layout: .smart, longest: Corpus.longest,
        note: "queries and judgements of Cranfield left out: examples are the abstracts")),
    set(
      "speeches", "Dated US presidential speeches",
      TextSet(
        train: ["text/dated_speeches/inaugural.zip", "text/dated_speeches/state_union.zip"],
        layout: .files(.dated), longest: Corpus.longest, factor: "year")),
    set(
      "text8-sample", "English Wikipedia sample (enwik8/text8 stand-in)",
      TextSet(
        train: ["text/enwiki_sample/enwiki_text8style.txt"], layout: .pieces,
        note: "the plain text in pieces; enwik8-sample is the XML it was made of"),
      about: "letters and spaces, like text8"),
    set(
      "enwik8-sample", "English Wikipedia sample (enwik8/text8 stand-in)",
      TextSet(
        train: [
          "text/enwiki_sample/"
            + "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
        ], layout: .pieces, note: "the XML in pieces, as it is"),
      about: "the XML, like enwik8"),
    set(
      "lee", "Lee document similarity",
      TextSet(
        train: ["text/lee/lee_background.cor"], test: ["text/lee/lee.cor"], layout: .lines,
        longest: Corpus.longest,
        note: "people's similarities of the 50 test documents left out: they belong to pairs")),
    set(
      "newsgroups", "Mini 20 newsgroups",
      TextSet(
        train: ["text/mini_newsgroups/mini_newsgroups.tar.gz"], layout: .files(.message),
        longest: Corpus.longest)),
  ]

  private static let lines = [
    set(
      "zinc-smiles", "ZINC SMILES sample",
      TextSet(
        train: ["biology/zinc_smiles/valid.txt"], test: ["biology/zinc_smiles/test.txt"],
        layout: .lines))
  ]

  private static let questions = [
    set(
      "analogies", "Google analogy questions",
      TextSet(train: ["text/analogy/questions-words.txt"], layout: .sections)),
    set(
      "trec", "TREC question classification",
      TextSet(
        train: ["text/trec_qc/qc.zip/qc/train.txt"], test: ["text/trec_qc/qc.zip/qc/test.txt"],
        layout: .labelled)),
  ]

  private static let pairs =
    [
      set(
        "msrp", "Microsoft Research Paraphrase Corpus",
        TextSet(
          train: ["text/msrp/msr-para-train.tsv", "text/msrp/msr-para-val.tsv"],
          test: ["text/msrp/msr-para-test.tsv"],
          layout: .cells(
            .init(
              texts: [3, 4], label: 0, classes: ["0": "different", "1": "paraphrase"],
              hasHeader: true)),
          longest: Corpus.longest)),
      set(
        "tatoeba", "Tatoeba English-French pairs",
        TextSet(
          train: ["text/tatoeba_fra_eng/fra-eng.zip/fra.txt"],
          layout: .cells(.init(texts: [0, 1])))),
    ]
    + [
      "2014.deft-news", "2014.headlines", "2014.images", "2015.answers-students",
      "2015.headlines", "2015.images", "2016.answer-answer", "2016.headlines",
      "2016.question-question",
    ].map { part in
      set(
        "sts-" + part.split(separator: ".").joined(separator: "-"), "SemEval STS samples",
        TextSet(
          train: ["text/sts/\(part).test.tsv"],
          layout: .cells(.init(texts: [1, 2], score: 0)), longest: Corpus.longest,
          factor: "similarity"), about: part)
    }

  private static let similarities = [
    ("men", "MEN-TR-3k"), ("mturk-771", "MTurk-771"), ("rg-65", "RG-65"), ("rw", "RW-STANFORD"),
    ("simlex-999", "SIMLEX-999"), ("simverb-3500", "SimVerb-3500"), ("ws-353", "WS-353-ALL"),
    ("ws-353-rel", "WS-353-REL"), ("ws-353-sim", "WS-353-SIM"),
  ].map { (name: String, file: String) in
    set(
      "similarity-" + name, "Word similarity sets",
      TextSet(
        train: ["text/word_similarity/EN-\(file).txt"],
        layout: .cells(.init(texts: [0, 1], score: 2)), factor: "similarity"), about: file)
  }
}
