import Evaluation

/// Dictionaries of directions, of which few add up to each example.
public enum Sparse {
  /// The family's methods; S145 and S170 take their checks, `ITDA.check` and `TopKSAE.check`, once there are records of
  /// them.
  public static let methods: [Method] = [
    Method(TopKSAE.self),
    Method(ReLUSAE.self),
    Method(BatchTopKSAE.self),
    Method(JumpReLUSAE.self),
    Method(GatedSAE.self),
    Method(MatryoshkaSAE.self),
    Method(ICA.self),
    Method(ITDA.self),
  ]

  /// The family's studies.
  public static let studies = [
    CataloguedStudy(DictionaryRecovery.self)
  ]
}
