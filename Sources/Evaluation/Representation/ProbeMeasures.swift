import Datasets
import Learning
import Torch

/// How many of the training labels a probe is told.
package enum LabelShare: String, CaseIterable {
  case all = ""
  case tenth = "-10"
  case hundredth = "-1"

  var share: Double {
    switch self {
    case .all: 1
    case .tenth: 0.1
    case .hundredth: 0.01
    }
  }

  /// For a title, after what is told.
  var words: String {
    switch self {
    case .all: ""
    case .tenth: ", told a tenth of the labels"
    case .hundredth: ", told a hundredth of the labels"
    }
  }

  /// Places of the labels told: of each class its share, at least one, drawn by the seed.
  package func places(_ labels: [Int], _ seed: Seed) -> [Int] {
    guard self != .all else { return Array(labels.indices) }
    let byClass = Dictionary(grouping: shuffled(labels.count, seed.child("told"))) { labels[$0] }
    return byClass.filter { $0.key >= 0 }.values.flatMap { places in
      places.prefix(max(1, Int((Double(places.count) * share).rounded())))
    }.sorted()
  }
}

extension Measure {
  /// Probes of codes, each told all labels of the training examples, a tenth of them, and a hundredth.
  public static let probes =
    LabelShare.allCases.flatMap { [linearProbe($0), nearest($0), naiveBayes($0), fineTuned($0)] }

  static let probe = linearProbe(.all)
  static let neighbours = nearest(.all)

  private static func linearProbe(_ told: LabelShare) -> Measure {
    ofCodes("probe", "accuracy of a linear probe of the codes", told) { train, test in
      try LinearProbe().hits(
        train: train.x, train.labels, test: test.x, test.labels, classes: train.classes)
    }
  }

  private static func nearest(_ told: LabelShare) -> Measure {
    ofCodes("neighbours", "accuracy of the 5 nearest codes", told) { train, test in
      try NearestNeighbours().hits(train: train.x, train.labels, test: test.x, test.labels)
    }
  }

  private static func naiveBayes(_ told: LabelShare) -> Measure {
    // One variance for all classes, since few labels give a class none of its own to speak of.
    let title = "accuracy of naive Bayes, normal codes with the variances of all classes"
    return ofCodes("naive-bayes", title, told) { train, test in
      let codes = LabelledCodes(
        x: train.x.to(.float64), labels: train.labels, classes: train.classes)
      let model = GaussianNaiveBayes(codes, shared: true)
      let found = try model.logJoint(test.x.to(.float64)).argmax(over: 1).places()
      return zip(found, test.labels).map { $0 == $1 ? 1 : 0 }
    }
  }

  private static func ofCodes(
    _ id: String, _ title: String, _ told: LabelShare,
    _ hits: @escaping @Sendable (_ train: LabelledCodes, _ test: LabelledCodes) throws -> [Double]
  ) -> Measure {
    Measure(
      id: id + told.rawValue, title: title + told.words, unit: "", direction: .higher
    ) { try $0.probed(told, hits) }
  }

  private static func fineTuned(_ told: LabelShare) -> Measure {
    Measure(
      id: "fine-tuned" + told.rawValue,
      title: "accuracy of the whole network, taught classes" + told.words, unit: "",
      direction: .higher
    ) { subject in
      guard let labels = try subject.examples(of: .probed).labels() else { return nil }
      return try FineTuning().hits(
        subject.network,
        train: subject.examples(of: .probed).subset(told.places(labels, subject.seed)),
        test: subject.source.test, classes: subject.source.domain.classes.count,
        seed: subject.seed, device: subject.device)
    }
  }
}

extension Measure.Subject {
  /// What a probe makes of the codes whose labels it is told, and of test codes; nothing without codes or labels.
  fileprivate func probed(
    _ told: LabelShare, _ body: (_ train: LabelledCodes, _ test: LabelledCodes) throws -> [Double]
  ) throws -> [Double]? {
    try coded { train, test in
      let classes = source.domain.classes.count
      let all = LabelledCodes(x: train.codes.to(.cpu), labels: train.labels, classes: classes)
      return try body(
        told == .all ? all : all.rows(told.places(train.labels, seed)),
        LabelledCodes(x: test.codes.to(.cpu), labels: test.labels, classes: classes))
    }
  }
}
