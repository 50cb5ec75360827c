import Evaluation

/// What spaces are like as shapes: how they are filled, torn, flowed through and shared out.
public enum Geometry {
  /// The family's methods; S101 takes its check, `PotentialFlowTraversal.check`, once there is a record of it.
  public static let methods: [Method] = [
    Method(PotentialFlowTraversal.self, check: PotentialFlowTraversal.check)
  ]
  /// The family's studies; S032 takes its check, `PushforwardGeometry.check`, once there is a record of it.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(SpreadMeasures.self, check: SpreadMeasures.check),
    CataloguedStudy(TopologicalObstructions.self, check: TopologicalObstructions.check),
    CataloguedStudy(LatentVectorField.self, check: LatentVectorField.check),
    CataloguedStudy(PushforwardGeometry.self, check: PushforwardGeometry.check),
  ]
}
