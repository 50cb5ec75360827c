import Torch

/// What a case passes besides tensors, under PyTorch's names.
public enum GoldenArgument: Decodable, Sendable {
  case flag(Bool)
  case numbers([Double])
  case text(String)

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .numbers([number])
    } else if let numbers = try? container.decode([Double].self) {
      self = .numbers(numbers)
    } else {
      self = .text(try container.decode(String.self))
    }
  }
}

/// An array of a fixture.
public struct GoldenArray: Decodable, Sendable {
  public let shape: [Int]
  public let values: [Double]

  /// The array as a tensor.
  public func tensor(_ type: DType) -> Tensor { Tensor(values, shape: shape).to(type) }
}

/// One computation that PyTorch did: what went in, what came out, and the gradients.
public struct GoldenCase: Decodable, Sendable, CustomStringConvertible {
  public let name: String
  public let op: String
  public let args: [String: GoldenArgument]
  public let inputs: [String: GoldenArray]
  public let parameters: [String: GoldenArray]
  public let buffers: [String: GoldenArray]?
  public let outputs: [String: GoldenArray]
  public let weights: [String: GoldenArray]
  public let gradients: [String: GoldenArray]
  public let relative: Double
  public let absolute: Double

  public var description: String { name }

  private struct File: Decodable { let cases: [GoldenCase] }

  /// The cases of `family`.json, which `make.py` wrote.
  public static func all(_ family: String) throws -> [GoldenCase] {
    try golden(family, as: File.self).cases
  }
}

/// The tensors of a case, made to be differentiated, and its arguments.
public struct GoldenInputs {
  let args: [String: GoldenArgument]
  /// Inputs and parameters by name.
  public let leaves: [String: Tensor]

  /// An input or parameter of the case.
  public subscript(_ key: String) -> Tensor {
    leaves[key] ?? Tensor(0).reshaped(-1, 0)  // carries an error that fails the case
  }
  /// Whole numbers that index.
  public func indices(_ key: String = "index") -> Tensor { self[key].detached().to(.int64) }

  public func has(_ key: String) -> Bool { args[key] != nil }
  public func numbers(_ key: String) -> [Double]? {
    guard case .numbers(let numbers) = args[key] else { return nil }
    return numbers
  }
  public func number(_ key: String, _ otherwise: Double = 0) -> Double {
    numbers(key)?.first ?? otherwise
  }
  public func integers(_ key: String) -> [Int] { (numbers(key) ?? []).map { Int($0) } }
  public func integer(_ key: String, _ otherwise: Int = 0) -> Int {
    integers(key).first ?? otherwise
  }
  public func flag(_ key: String, _ otherwise: Bool = false) -> Bool {
    guard case .flag(let flag) = args[key] else { return otherwise }
    return flag
  }
  public func text(_ key: String) -> String {
    guard case .text(let text) = args[key] else { return "" }
    return text
  }
}

/// What our code made of a case.
public struct GoldenResult {
  public var outputs: [String: Tensor]
  /// Tensors that stand for a parameter of the case, rows joined, where ours are not the case's own.
  public var leaves: [String: [Tensor]]

  public init(_ outputs: [String: Tensor], leaves: [String: [Tensor]] = [:]) {
    self.outputs = outputs
    self.leaves = leaves
  }
}

extension GoldenCase {
  /// Everything in which `run` departs from PyTorch, outputs and gradients; empty when it agrees.
  ///
  /// - Parameter ignoring: Outputs that our code does not offer.
  public func differences(
    in type: DType, ignoring: Set<String> = [], _ run: (GoldenInputs) throws -> GoldenResult
  ) -> [String] {
    let leaves = inputs.merging(parameters) { one, _ in one }
      .mapValues { $0.tensor(type).requiringGradient() }
    do {
      let result = try run(GoldenInputs(args: args, leaves: leaves))
      return try compare(leaves, result, type, ignoring)
    } catch {
      return ["\(name): \(error)"]
    }
  }

  private func compare(
    _ leaves: [String: Tensor], _ result: GoldenResult, _ type: DType, _ ignoring: Set<String>
  ) throws -> [String] {
    var found: [String] = []
    for (key, expected) in outputs where !ignoring.contains(key) {
      guard let output = result.outputs[key] else {
        found.append("no output \(key)")
        continue
      }
      found += try compare("output \(key)", output, expected, type)
    }
    guard !gradients.isEmpty else { return found }
    let parts = weights.compactMap { key, weight in
      result.outputs[key].map { ($0 * weight.tensor(type)).sum() }
    }
    let wanted = gradients.keys.sorted().map { key in
      (key, result.leaves[key] ?? leaves[key].map { [$0] } ?? [])
    }
    let total = Tensor.stack(parts).sum()
    var slopes = try total.gradients(for: wanted.flatMap(\.1))[...]
    for (key, tensors) in wanted {
      let joined = Tensor.concatenate(Array(slopes.prefix(tensors.count)))
      slopes = slopes.dropFirst(tensors.count)
      guard let expected = gradients[key] else { continue }
      found += try compare("gradient \(key)", joined, expected, type)
    }
    return found
  }

  private func compare(
    _ what: String, _ tensor: Tensor, _ expected: GoldenArray, _ type: DType
  ) throws -> [String] {
    let values = try tensor.values(as: Double.self)
    guard tensor.shape == expected.shape else {
      return ["\(what) has shape \(tensor.shape), PyTorch's \(expected.shape)"]
    }
    // In double precision only the printing of the fixture remains.
    let isDouble = type == .float64
    let (relative, absolute) = isDouble ? (1e-6, 1e-7) : (relative, absolute)
    return zip(values, expected.values).enumerated().compactMap { index, pair in
      let (ours, theirs) = pair
      let isNear = abs(ours - theirs) <= absolute + relative * abs(theirs)
      return isNear ? nil : "\(what)[\(index)] is \(ours), PyTorch's \(theirs) (\(type))"
    }
  }
}
