import Evaluation

/// Students that learn from teachers, trained or random.
public enum Distillation {
  /// The family's methods.
  public static let methods = [
    Method(DHKD.self, check: DHKD.check),
    Method(RandomTeachers.self, check: RandomTeachers.check),
  ]
}
