import Evaluation

/// What spaces are like as shapes: how they are filled, torn, flowed through and shared out.
public enum Geometry {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(PotentialFlowTraversal.self, check: PotentialFlowTraversal.check)
  ]
  /// The family's studies.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(SpreadMeasures.self, check: SpreadMeasures.check),
    CataloguedStudy(TopologicalObstructions.self, check: TopologicalObstructions.check),
    CataloguedStudy(LatentVectorField.self, check: LatentVectorField.check),
    CataloguedStudy(PushforwardGeometry.self, check: PushforwardGeometry.check),
  ]
}
