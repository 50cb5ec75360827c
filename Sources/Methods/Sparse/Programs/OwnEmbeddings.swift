import Datasets
import Files
import Foundation
import Torch

/// A person's embeddings, with the columns that are known of the same examples, their annotations, and gene sets.
struct OwnEmbeddings {
  /// Numbers of the columns, and 0 and 1 for each word, behind the embeddings.
  let vectors: HiddenVectors
  /// What the rows to learn from are annotated with: columns of 0 and 1; nothing without such.
  let annotations: AnnotationSets?
  /// Expression in the rows to learn from, and gene sets; nothing where none are given.
  let genes: (table: GeneTable, sets: AnnotationSets)?
  /// Columns that never vary.
  let leftOut: Int

  /// What the files of `study` hold, in an order that is drawn, since the last rows judge.
  ///
  /// - Throws: ``UserError`` naming the file or the array that is wrong, and what would be right.
  init(_ study: SAEForBiology, _ seed: Seed) throws {
    let inputs = try NamedArrays(opening: Self.list(study.data))
    let names = try Self.embeddings(Self.list(study.embeddings), inputs)
    let x = try Self.matrix(names, inputs)
    let columns = try FeatureMatrix(
      inputs, apartFrom: names + Self.list(study.without), rows: x.count, words: .indicatorsOfEmpty)
    try require(
      columns.width > 0 || !study.expression.isEmpty,
      "the files hold nothing but embeddings: columns with what lies behind them are needed too, or --expression and "
        + "--sets to name units by")
    try require(
      study.expression.isEmpty == study.sets.isEmpty,
      "--expression and --sets go together: units are named by sets of the genes that are higher where they are active"
    )
    var random = SplitMix(seed.child("rows"))
    let order = Tensor(Array(0..<x.count).shuffled(using: &random).map(Int64.init))
    let hidden =
      columns.width > 0 ? columns.tensor() : Tensor.zeros([x.count, 0], type: .float64)
    vectors = try HiddenVectors(
      x.tensor(.float32).indexSelect(0, order), hidden.indexSelect(0, order), names: columns.names)
    leftOut = columns.width - vectors.names.count
    annotations = try Self.annotations(vectors)
    guard !study.expression.isEmpty else {
      genes = nil
      return
    }
    let expression = try FeatureMatrix(
      NamedArrays(opening: Self.list(study.expression)), apartFrom: Self.list(study.without),
      rows: x.count)
    try require(expression.width > 0, "\(study.expression) holds no column of numbers")
    let rows = order[0..<vectors.train.embeddings.size(0)]
    genes = (
      try GeneTable(expression.tensor(.float32).indexSelect(0, rows)),
      try AnnotationSets(gmt: study.sets, genes: expression.names)
    )
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The names of the arrays that are the embeddings: those asked for, or the first matrix where no array is called
  /// so.
  private static func embeddings(_ asked: [String], _ inputs: NamedArrays) throws -> [String] {
    guard asked == ["embeddings"], !inputs.has("embeddings") else { return asked }
    let matrix = try inputs.names.first {
      if case .numbers(_, let shape) = try inputs.content($0) { shape.count == 2 } else { false }
    }
    guard let matrix else {
      throw UserError(
        "the files hold no matrix of embeddings; --embeddings names its columns, separated by commas"
      )
    }
    return [matrix]
  }

  private static func matrix(_ names: [String], _ inputs: NamedArrays) throws -> FeatureMatrix {
    try require(!names.isEmpty, "--embeddings: a matrix, or columns separated by commas, is needed")
    let x: FeatureMatrix
    if names.count == 1, case .numbers(_, let shape) = try inputs.content(names[0]),
      shape.count == 2
    {
      x = try FeatureMatrix(matrix: names[0], of: inputs)
    } else {
      x = try FeatureMatrix(columns: names, of: inputs)
    }
    try require(x.width >= 2, "embeddings of one number have no directions to tell apart")
    return x
  }

  /// The columns of 0 and 1 as sets of the rows to learn from.
  private static func annotations(_ vectors: HiddenVectors) throws -> AnnotationSets? {
    guard !vectors.names.isEmpty else { return nil }
    let hidden = vectors.train.hidden
    let off = try (hidden * (hidden - 1)).abs().max(over: 0).values(as: Double.self)
    let places = off.indices.filter { off[$0] == 0 }
    guard !places.isEmpty else { return nil }
    return try AnnotationSets(
      names: places.map { vectors.names[$0] },
      members: hidden.indexSelect(1, Tensor(places.map(Int64.init))).transposed())
  }
}
