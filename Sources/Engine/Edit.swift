import Conditional
import Datasets
import Evaluation
import Files
import Learning
import Manual
import Torch

/// `latent edit`: examples with more or less of an attribute, and what else changes with it.
struct Edit {
  private let network: any Encoding & Decoding
  private let open: OpenSpace
  /// Codes moved so far towards an attribute.
  private typealias Move = (_ codes: Tensor, _ strength: Double) -> Tensor

  /// Codes of the training examples that the direction is learned from, `[n, k]`.
  private let codes: Tensor
  private let known: Examples

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let edit = try Edit(arguments, console)
    let examples = try edit.open.examples()
    let count = min(arguments.int("count") ?? 8, examples.count)
    let x = try examples.batch(Array(0..<count)).x
    let strengths = (arguments.list("strengths") ?? []).compactMap(Double.init)
    let (move, reader) = try edit.attribute(arguments)
    // Judged on more examples than are shown.
    let many = try Scores(examples.prefix(500), seed: Seed(0)).codes(edit.network)
    var columns = [x]
    var found: [JSON] = [], words: [String] = []
    for strength in strengths {
      columns.append(try edit.seen(move(edit.network.encode(x), strength)))
      let before = try reader(edit.again(many))
      let after = try reader(edit.again(move(many, strength)))
      found.append((after.json(before) + [("strength", .number(strength))]).json)
      words.append("strength \(brief(strength)): \(after.words(before))")
    }
    // A row for each example: as it is, then each strength.
    let width = columns.count
    let rows = Tensor.stack(columns, along: 1).reshaped([count * width] + edit.open.domain.shape)
    try Pictures.finish(
      rows, columns: width, edit.open, arguments, console, [("edits", .array(found))],
      saying: "\n" + words.joined(separator: "\n"))
  }

  private init(_ arguments: Arguments, _ console: Console) throws {
    open = try OpenSpace(arguments)
    network = try open.able(to: "edit", (any Encoding & Decoding).self)
    let source = try open.source()
    let all = source.train.count > 0 ? source.train : source.test
    known = all.prefix(arguments.int("fitted") ?? 10_000)
    let line = console.progress("encode", total: known.count, unit: "examples")
    var scores = Scores(known, seed: Seed(0))
    scores.progress = { done, _ in line.update(done: done) }
    codes = try scores.codes(network)
    line.finish()
  }

  /// What is read from codes of decoded examples: how much of the attribute they have, and of others.
  private struct Reading {
    /// Share of the target class, or mean of the factor in standard deviations.
    let target: Double
    /// Other factors, by name, in standard deviations.
    let others: [(name: String, value: Double)]
    let unit: String

    func json(_ before: Reading) -> [(String, JSON)] {
      let side = zip(others, before.others).map { ($0.name, JSON.number($0.value - $1.value)) }
      return [
        ("before", .number(before.target)), ("after", .number(target)), ("others", side.json),
      ]
    }

    func words(_ before: Reading) -> String {
      let side = zip(others, before.others).map { "\($0.name) \(brief($0.value - $1.value))" }
      let also = side.isEmpty ? "" : "; other factors moved by \(side.joined(separator: ", "))"
      return "\(unit) from \(brief(before.target)) to \(brief(target))\(also)"
    }
  }

  private func attribute(
    _ arguments: Arguments
  ) throws -> (Move, (Tensor) throws -> Reading) {
    switch (arguments.string("class"), arguments.string("factor")) {
    case (let name?, nil): return try ofClass(name)
    case (nil, let name?): return try ofFactor(name)
    default:
      throw UsageError("latent edit: which attribute? give one of --class NAME and --factor NAME")
    }
  }

  private func ofClass(_ name: String) throws -> (Move, (Tensor) throws -> Reading) {
    let names = open.domain.classes
    guard let labels = try known.labels(), !names.isEmpty else {
      throw UserError("\(open.space.folder) is a space of data without labels; there is no class")
    }
    guard let target = names.firstIndex(of: name) else {
      throw UserError("there is no class \(name); there are \(names.joined(separator: ", "))")
    }
    let scale = Standardisation(codes.to(.float64))
    let probe = try LogisticRegression().fit(
      scale(codes.to(.float64)), labels, classes: names.count)
    let move: Move
    if let projecting = network as? any SubspaceEditing, projecting.editsClasses {
      move = { projecting.moved($0, toClass: target, by: $1) }
    } else {
      let direction = try AttributeDirection(codes: codes, labels: labels, toward: target)
      move = { direction.moved($0, by: $1) }
    }
    return (
      move,
      { codes in
        let classes = try probe.classes(scale(codes.to(.float64)))
        let share = Double(classes.count { $0 == target }) / Double(max(1, classes.count))
        return Reading(target: share, others: [], unit: "share that a linear probe calls \(name)")
      }
    )
  }

  private func ofFactor(_ name: String) throws -> (Move, (Tensor) throws -> Reading) {
    let names = open.domain.factors.map(\.name)
    guard let rows = known.factors(), !names.isEmpty else {
      throw UserError("\(open.space.folder) is a space of data without known factors")
    }
    guard let target = names.firstIndex(of: name) else {
      throw UserError("there is no factor \(name); there are \(names.joined(separator: ", "))")
    }
    let factors = Tensor(rows.flatMap { $0 }, shape: [rows.count, names.count])
    let regression = try LinearReading(codes, factors)
    let move: Move
    if let projecting = network as? any SubspaceEditing, projecting.editsFactors {
      move = { projecting.moved($0, factor: target, by: $1) }
    } else {
      let direction = try AttributeDirection(codes: codes, factors: factors, along: target)
      move = { direction.moved($0, by: $1) }
    }
    return (
      move,
      { codes in
        let means = try regression(codes).mean(over: 0).values(as: Double.self)
        let others = names.indices.filter { $0 != target }.map { (names[$0], means[$0]) }
        return Reading(
          target: means[target], others: others, unit: "\(name) as read from codes, in deviations,")
      }
    )
  }

  /// What codes look like as examples.
  private func seen(_ codes: Tensor) throws -> Tensor {
    try withoutGradients { try network.decode(codes).checked() }
  }

  /// Codes of what codes decode to: an edit counts where the decoded example shows it.
  private func again(_ codes: Tensor) throws -> Tensor {
    try withoutGradients {
      let parts = stride(from: 0, to: codes.size(0), by: 500).map { start in
        network.encode(network.decode(codes[start..<min(start + 500, codes.size(0))]))
      }
      return try Tensor.concatenate(parts).checked()
    }
  }
}

/// Factors in standard deviations as a least squares fit reads them from codes.
private struct LinearReading {
  private let scale: Standardisation
  private let weights: Tensor

  init(_ codes: Tensor, _ factors: Tensor) throws {
    scale = Standardisation(codes.to(.float64))
    let z = scale(codes.to(.float64))
    let f = factors.to(.float64)
    let gram = z.transposed().matmul(z) / Double(z.size(0))
    let ridge = Tensor.identity(z.size(1), type: .float64) * 1e-6
    weights = try (gram + ridge)
      .solve(z.transposed().matmul(Standardisation(f)(f)) / Double(z.size(0))).checked()
  }

  func callAsFunction(_ codes: Tensor) -> Tensor { scale(codes.to(.float64)).matmul(weights) }
}
