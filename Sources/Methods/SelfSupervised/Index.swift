import Evaluation

/// Spaces learned without a decoder: from views of examples, or from parts of them.
public enum SelfSupervised {
  /// The family's methods; S001 takes its check, `BYOL.check`, once there is a record of it.
  public static let methods = [
    Method(SimCLR.self),
    Method(MoCo.self),
    Method(BYOL.self),
    Method(SimSiam.self),
    Method(BarlowTwins.self),
    Method(VICReg.self),
    Method(DINO.self),
    Method(SwAV.self),
    Method(MAE.self),
    Method(IJEPA.self),
    Method(Supervised.self),
  ]
}
