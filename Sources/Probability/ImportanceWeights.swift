import Torch

/// Bounds on log p(x) from log importance weights `[k, n]`, k draws for each of n examples.
public enum ImportanceWeights {
  /// log of the mean weight of each example, nats, `[n]`: a bound that rises with k to log p(x).
  ///
  /// - Source: Burda, Grosse & Salakhutdinov, *Importance weighted autoencoders*, ICLR 2016, eq. 8.
  public static func bound(_ logWeights: Tensor) -> Tensor {
    logWeights.logMeanExp()
  }

  /// Effective number of draws of each example, `[n]`, between 1 and k.
  public static func effectiveSamples(_ logWeights: Tensor) -> Tensor {
    (logWeights.logSumExp(over: 0) * 2 - (logWeights * 2).logSumExp(over: 0)).exp()
  }
}
