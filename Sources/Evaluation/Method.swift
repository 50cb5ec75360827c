import Learning

/// A method as the catalogue holds it: the recipe, and the check of the row it realises.
public struct Method: Sendable {
  public let recipe: any Recipe.Type
  public let check: Check?

  public init(_ recipe: any Recipe.Type, check: Check? = nil) {
    self.recipe = recipe
    self.check = check
  }

  /// What the method is.
  public var card: Card { recipe.card }
}

/// A study as the catalogue holds it, with the check of the row it realises.
public struct CataloguedStudy: Sendable {
  public let study: any Study.Type
  public let check: Check?

  public init(_ study: any Study.Type, check: Check? = nil) {
    self.study = study
    self.check = check
  }

  /// What the study is.
  public var card: Card { study.card }
  /// The verb that runs it: a lab makes its own world.
  public var verb: String { study.inputs.isEmpty ? "lab" : "stats" }
}
