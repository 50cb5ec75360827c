import GoldenFixtures
import Torch

/// Our counterpart of each PyTorch layer without parameters, nil where there is none.
enum Functions {
  static func run(_ op: String, _ c: GoldenInputs) -> Tensor? {
    activation(op, c) ?? pooling(op, c) ?? resampling(op, c)
  }

  static func activation(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    return switch op {
    case "relu": x.relu()
    case "gelu": x.gelu(approximate: c.text("approximate") == "tanh")
    case "silu": x.silu()
    case "elu": x.elu(c.number("alpha", 1))
    case "leakyRelu": x.leakyRelu(c.number("negative_slope"))
    case "softplus": x.softplus(beta: c.number("beta", 1), threshold: c.number("threshold", 20))
    case "tanh": x.tanh()
    case "sigmoid": x.sigmoid()
    case "mish": x.mish()
    case "hardtanh": x.clamped(c.number("min_val"), c.number("max_val"))
    case "selu": x.selu()
    case "logSigmoid": x.logSigmoid()
    case "relu6": x.clamped(0, 6)
    case "softmax": x.softmax(along: c.integer("dim"))
    case "logSoftmax": x.logSoftmax(along: c.integer("dim"))
    default: nil
    }
  }

  static func pooling(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    let size = c.integer("kernel_size")
    let stride = c.integer("stride", size)
    return switch op {
    case "maxPool1d", "maxPool2d", "maxPool3d":
      x.maxPooled(size, stride: stride, padding: c.integer("padding"))
    case "avgPool1d", "avgPool2d", "avgPool3d":
      x.averagePooled(size, stride: stride, padding: c.integer("padding"))
    case "adaptiveAvgPool1d", "adaptiveAvgPool2d": x.averagePooled(to: c.integers("output_size"))
    case "adaptiveMaxPool2d": x.maxPooled(to: c.integers("output_size"))
    default: nil
    }
  }

  static func resampling(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    return switch op {
    case "interpolate":
      x.interpolated(
        to: c.has("size")
          ? c.integers("size") : x.shape.dropFirst(2).map { $0 * c.integer("scale_factor") },
        by: c.text("mode") == "nearest" ? .nearest : .linear, alignCorners: c.flag("align_corners"))
    case "pad":
      x.padded(
        c.integers("pad"), by: Tensor.Padding(rawValue: c.text("mode")) ?? .constant,
        value: c.number("value"))
    case "pixelShuffle": x.pixelShuffled(c.integer("upscale_factor"))
    case "pixelUnshuffle": x.pixelUnshuffled(c.integer("downscale_factor"))
    default: nil
    }
  }
}
