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
