import CTorch

/// Where a tensor lives and its operators run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  case cpu
  case cuda(Int)
  case mps

  /// The device named `cpu`, `cuda`, `cuda:1`, `mps`, or `auto` for the best that is here; nil for another name.
  public init?(_ name: String) {
    switch name {
    case "cpu": self = .cpu
    case "mps": self = .mps
    case "cuda": self = .cuda(0)
    case "auto": self = Device.cudaCount > 0 ? .cuda(0) : Device.hasMPS ? .mps : .cpu
    default:
      let parts = name.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "cuda", let index = Int(parts[1]), (0..<256) ~= index
      else { return nil }
      self = .cuda(index)
    }
  }

  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    case .mps: "mps"
    }
  }

  /// Whether libtorch reaches this device on this machine.
  public var isAvailable: Bool {
    switch self {
    case .cpu: true
    case .cuda(let index): index < Device.cudaCount
    case .mps: Device.hasMPS
    }
  }

  /// Number of CUDA devices that libtorch reaches.
  public static var cudaCount: Int { Int(ct_cuda_count()) }
  /// Whether libtorch reaches an Apple GPU.
  public static var hasMPS: Bool { ct_has_mps() }

  /// Waits until all work given to the device is done.
  public func synchronise() { _ = ct_synchronise(code) }

  var code: Int32 {
    switch self {
    case .cpu: 0
    case .cuda(let index): Int32(256 + index)
    case .mps: 512
    }
  }

  init(code: Int32) {
    self = code == 0 ? .cpu : code == 512 ? .mps : .cuda(Int(code) - 256)
  }
}
