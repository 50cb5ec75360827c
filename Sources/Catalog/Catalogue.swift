import Acquisition
import Classification
import Clustering
import Conditional
import Discrete
import Disentanglement
import Distillation
import Dynamics
import Evaluation
import Features
import Files
import Foundation
import Geometry
import Language
import Learning
import Prediction
import Reconstruction
import Resampling
import SelfSupervised
import Sharpness
import Sparse
import Structure
import Variational

/// A row of the catalogue: a published system, and what would show its claim.
public struct SystemRow: Codable, Equatable, Sendable {
  /// The row's number, such as `S027`.
  public let id: String
  /// Its name on the command line, such as `vae`.
  public let slug: String
  /// The paper's title.
  public let title: String
  /// The field it belongs to, such as `vae`.
  public let family: String
  /// A narrower field.
  public let group: String
  /// Method, theory, analysis, benchmark, survey, application or dataset.
  public let kind: String
  /// How it works, in our words.
  public let mechanism: String
  /// What its paper claims.
  public let claim: String
  /// What would show the claim.
  public let check: String
  /// Data it takes.
  public let modality: [String]
  /// S, M, L or X: hours to days of work.
  public let cost: String
  /// 1 to 5: how much a user gains.
  public let value: Int
}

/// Everything Latent has and plans: the methods of all families, and the rows they realise.
public enum Catalogue {
  /// Whether a row can be used.
  public enum Status: String, Codable, CaseIterable, Sendable { case works, planned }

  /// All methods, family by family.
  public static let methods: [Method] =
    Reconstruction.methods + Variational.methods + Disentanglement.methods + Discrete.methods
    + Conditional.methods + Classification.methods + Distillation.methods + Clustering.methods
    + SelfSupervised.methods + Sparse.methods + Geometry.methods
    + Language.methods + Features.methods

  /// All studies, family by family.
  public static let studies: [CataloguedStudy] =
    Resampling.studies + Structure.studies + Dynamics.studies + Acquisition.studies
    + Prediction.studies + Sharpness.studies + Clustering.studies + Variational.studies
    + SelfSupervised.studies
    + Sparse.studies
    + Geometry.studies
    + Language.studies + Features.studies

  /// All rows, in the order of their numbers.
  public static let rows: [SystemRow] = {
    let decoder = JSONDecoder()
    return catalogueRows.split(separator: "\n").compactMap { line in
      try? decoder.decode(SystemRow.self, from: Data(line.utf8))
    }
  }()

  /// The method that realises a row, when there is one.
  public static func method(of row: SystemRow) -> Method? {
    methods.first { $0.card.system == row.id }
  }

  /// What realises a row.
  public struct Realisation: Sendable {
    public let card: Card
    public let check: Check?
    /// The command that runs it.
    public let command: String
  }

  /// The method or study that realises a row, when there is one.
  public static func realisation(of row: SystemRow) -> Realisation? {
    if let method = method(of: row) {
      return Realisation(
        card: method.card, check: method.check, command: "latent fit \(method.card.id) SOURCE")
    }
    guard let study = studies.first(where: { $0.card.system == row.id }) else { return nil }
    let words =
      ["latent", study.verb, study.card.id] + (study.study.inputs.isEmpty ? [] : ["FILE…"])
    return Realisation(
      card: study.card, check: study.check, command: words.joined(separator: " "))
  }

  /// How the method or study of a card departs from its paper; nothing where its source says nothing of it.
  public static func departures(of card: Card) -> String? {
    let method = methods.first { $0.card.id == card.id }.map { "\($0.recipe)" }
    let study = studies.first { $0.card.id == card.id }.map { "\($0.study)" }
    return (method ?? study).flatMap { Catalog.departures[$0] }
  }

  /// A row works when a method or a study realises it and a check re-tests its claim.
  public static func status(of row: SystemRow) -> Status {
    realisation(of: row)?.check == nil ? .planned : .works
  }

  /// The study called `id`, of those that `verb` runs.
  ///
  /// - Throws: `UserError` with the nearest name there is.
  public static func study(named id: String, verb: String) throws -> CataloguedStudy {
    if let study = studies.first(where: { $0.card.id == id || $0.card.system == id.uppercased() }) {
      guard study.verb != verb else { return study }
      throw UserError("\(id) is run by latent \(study.verb) \(study.card.id)")
    }
    let names = studies.filter { $0.verb == verb }.map(\.card.id)
    let near = nearest(to: id, among: names).map { "did you mean \($0)?" }
    throw UserError("there is no \(id) here; \(near ?? names.joined(separator: ", "))")
  }

  /// The method called `id`.
  ///
  /// - Throws: `UserError` with the nearest name there is.
  public static func method(named id: String) throws -> Method {
    if let method = methods.first(where: { $0.card.id == id }) { return method }
    let names = methods.map(\.card.id)
    if let near = nearest(to: id, among: names) {
      throw UserError("there is no method \(id); did you mean \(near)?")
    }
    if let row = rows.first(where: { $0.slug == id || $0.id == id.uppercased() }) {
      if let method = method(of: row) { return method }
      throw UserError("\(row.id) \(row.slug) is planned, not built yet; \(list(names))")
    }
    throw UserError("there is no method \(id); \(list(names))")
  }

  /// The row with the number or name `id`.
  ///
  /// - Throws: `UserError` with the nearest name there is.
  public static func row(named id: String) throws -> SystemRow {
    let found = rows.first { $0.id == id.uppercased() || $0.slug == id.lowercased() }
    if let found { return found }
    let near = nearest(to: id, among: rows.map(\.slug)) ?? nearest(to: id, among: rows.map(\.id))
    let hint = near.map { "; did you mean \($0)?" } ?? "; latent systems lists them"
    throw UserError("there is no system \(id)\(hint)")
  }

  private static func list(_ names: [String]) -> String {
    "methods: \(names.joined(separator: ", "))"
  }

  /// What a setting means, from its comment.
  public static func help(for setting: Setting) -> String {
    settingHelp[setting.owner]?[setting.path.last ?? ""] ?? ""
  }
}
