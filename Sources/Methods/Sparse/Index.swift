import Evaluation

/// Dictionaries of directions, of which few add up to each example.
public enum Sparse {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(TopKSAE.self, check: TopKSAE.check),
    Method(ReLUSAE.self),
    Method(BatchTopKSAE.self),
    Method(JumpReLUSAE.self),
    Method(GatedSAE.self),
    Method(MatryoshkaSAE.self),
    Method(ICA.self),
    Method(ITDA.self, check: ITDA.check),
  ]

  /// The family's studies.
  public static let studies = [
    CataloguedStudy(DictionaryRecovery.self),
    CataloguedStudy(SAEForBiology.self, check: SAEForBiology.check),
  ]
}
