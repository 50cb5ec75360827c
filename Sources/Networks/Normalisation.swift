import Torch

/// Zero mean and unit variance over the last axes, then a learned scale and shift.
///
/// - Source: Ba, Kiros & Hinton, *Layer normalization*, 2016.
public struct LayerNorm: Module {
  public let weight: Parameter
  public let bias: Parameter
  let epsilon: Double

  public init(_ shape: [Int], epsilon: Double = 1e-5, device: Device = .cpu) {
    weight = Parameter(Tensor.ones(shape, device: device))
    bias = Parameter(Tensor.zeros(shape, device: device))
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNormalised(weight.tensor.shape, weight.tensor, bias.tensor, epsilon: epsilon)
  }
}

/// Unit root mean square over the last axis, then a learned scale.
///
/// - Source: Zhang & Sennrich, *Root mean square layer normalization*, NeurIPS 2019.
public struct RMSNorm: Module {
  public let weight: Parameter
  let epsilon: Double

  public init(_ width: Int, epsilon: Double = 1e-6, device: Device = .cpu) {
    weight = Parameter(Tensor.ones([width], device: device))
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.rmsNormalised(weight.tensor.shape, weight.tensor, epsilon: epsilon)
  }
}

/// Zero mean and unit variance over groups of channels, `[n, c, …]`; one channel a group is instance norm.
///
/// - Source: Wu & He, *Group normalization*, ECCV 2018.
public struct GroupNorm: Module {
  public let weight: Parameter?
  public let bias: Parameter?
  let groups: Int
  let epsilon: Double

  public init(
    _ groups: Int, channels: Int, affine: Bool = true, epsilon: Double = 1e-5, device: Device = .cpu
  ) {
    weight = affine ? Parameter(Tensor.ones([channels], device: device)) : nil
    bias = affine ? Parameter(Tensor.zeros([channels], device: device)) : nil
    self.groups = groups
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.groupNormalised(groups, weight?.tensor, bias?.tensor, epsilon: epsilon)
  }
}

/// Zero mean and unit variance of each channel over the batch in training, over past batches in evaluation.
///
/// - Source: Ioffe & Szegedy, *Batch normalization*, ICML 2015.
public struct BatchNorm: Module {
  public let weight: Parameter
  public let bias: Parameter
  public let runningMean: Buffer
  public let runningVariance: Buffer
  let momentum: Double
  let epsilon: Double

  public init(
    _ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, device: Device = .cpu
  ) {
    weight = Parameter(Tensor.ones([channels], device: device))
    bias = Parameter(Tensor.zeros([channels], device: device))
    runningMean = Buffer(Tensor.zeros([channels], device: device))
    runningVariance = Buffer(Tensor.ones([channels], device: device))
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.batchNormalised(
      weight.tensor, bias.tensor, runningMean: runningMean.tensor,
      runningVariance: runningVariance.tensor, training: Runtime.isTraining, momentum: momentum,
      epsilon: epsilon)
  }
}
