import Torch

extension Normal {
  /// The normal proportional to the product of this density and another: precisions add.
  ///
  /// - Source: Sønderby et al., *Ladder Variational Autoencoders*, NeurIPS 2016, arXiv:1602.02282, eqs. 10–12.
  public func combined(with other: Normal) -> Normal {
    let mine = -logVariance, theirs = -other.logVariance  // log precisions
    let both = mine.logAddExp(theirs)
    let mean = mean * (mine - both).exp() + other.mean * (theirs - both).exp()
    return Normal(mean: mean, logVariance: -both)
  }
}
