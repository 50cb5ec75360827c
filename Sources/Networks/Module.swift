import Files
import Synchronization
import Torch

/// A tensor that training changes.
public final class Parameter: Sendable {
  /// The current numbers, a leaf of the graph; optimisers change them in place.
  public let tensor: Tensor

  /// A parameter that starts at `initial`.
  public init(_ initial: Tensor) {
    tensor = initial.requiringGradient()
    Construction.current?.note(self)
  }
}

/// The parameters made while a network is, so that none is left out of training unseen.
private final class Construction: Sendable {
  @TaskLocal static var current: Construction?
  private struct Note: @unchecked Sendable { weak var parameter: Parameter? }
  private let notes = Mutex<[Note]>([])

  func note(_ parameter: Parameter) { notes.withLock { $0.append(Note(parameter: parameter)) } }

  /// Those that something still holds.
  var alive: [Parameter] { notes.withLock { $0.compactMap(\.parameter) } }
}

extension Module {
  /// The network that `make` makes.
  ///
  /// - Throws: `UserError` when it holds parameters where the walk over stored properties does not find them.
  public static func whole(_ make: () -> Self) throws -> Self {
    let construction = Construction()
    let network = Construction.$current.withValue(construction) { make() }
    var found = Set<ObjectIdentifier>()
    walk(network, path: "", frozen: false) { _, part, _ in
      if let parameter = part as? Parameter { found.insert(ObjectIdentifier(parameter)) }
    }
    let hidden = construction.alive.filter { !found.contains(ObjectIdentifier($0)) }
    try require(
      hidden.isEmpty,
      "\(Self.self) hides \(hidden.count) of its parameters, of shapes "
        + hidden.map { "\($0.tensor.shape)" }.joined(separator: ", ")
        + ": a part in a closure, a tuple or a class is not found, a stored property is")
    return network
  }
}

/// A tensor that belongs to a network's state and is not trained, such as running statistics.
public final class Buffer: Sendable {
  /// The current numbers.
  public let tensor: Tensor

  /// A buffer that starts at `initial`.
  public init(_ initial: Tensor) { tensor = initial.detached().copied() }
}

/// A value with trainable parts, found by walking its stored properties.
///
/// Names are property paths, `decoder.layers.0.weight`, as in PyTorch's checkpoints. A part hidden in a
/// closure or a tuple is not found.
public protocol Module: Sendable {}

extension Module {
  /// Parameters by name, in the order of the stored properties.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    var found: [(String, Parameter)] = []
    walk(self, path: "", frozen: false) { name, part, frozen in
      if let parameter = part as? Parameter, !frozen { found.append((name, parameter)) }
    }
    return found
  }

  /// The tensors that training changes, in the order of the stored properties.
  public var parameters: [Tensor] { namedParameters.map(\.parameter.tensor) }

  /// Number of trainable numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// All state by name: parameters, also frozen ones, and buffers.
  public var state: [String: Tensor] {
    var found: [String: Tensor] = [:]
    walk(self, path: "", frozen: false) { name, part, _ in
      if let parameter = part as? Parameter { found[name] = parameter.tensor }
      if let buffer = part as? Buffer { found[name] = buffer.tensor }
    }
    return found
  }

  /// Takes the numbers of `tensors`, which must hold exactly this network's state.
  ///
  /// - Throws: `UserError` naming the first tensor that is missing, unknown or of another shape.
  public func load(_ tensors: [String: Tensor]) throws {
    let mine = state
    for (name, tensor) in mine.sorted(by: { $0.key < $1.key }) {
      guard let given = tensors[name] else { throw UserError("the weights lack \(name)") }
      try require(
        given.shape == tensor.shape,
        "the weights hold \(name) with shape \(given.shape), and the network has \(tensor.shape)")
    }
    if let extra = tensors.keys.sorted().first(where: { mine[$0] == nil }) {
      throw UserError("the weights hold \(extra), which the network does not have")
    }
    for (name, tensor) in mine {
      if let given = tensors[name] { try tensor.assign(given) }
    }
  }
}

/// Parts that are saved and never trained by gradients, such as a moving average of another network.
public protocol Frozen {}

private func walk(
  _ value: Any, path: String, frozen: Bool, _ visit: (String, Any, _ frozen: Bool) -> Void
) {
  if value is Parameter || value is Buffer { return visit(path, value, frozen) }
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .struct, .collection, .optional, .enum, .dictionary, .none: break
  default: return
  }
  let frozen = frozen || value is any Frozen
  for (index, child) in mirror.children.enumerated() {
    // An optional is no step of the path; an element of a list is named by its position.
    let step = mirror.displayStyle == .optional ? nil : child.label ?? "\(index)"
    let next = [path, step ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
    walk(child.value, path: next, frozen: frozen, visit)
  }
}

/// A network that stays as it is while another learns beside it.
public struct Fixed<Base: Module>: Module, Frozen {
  /// The network.
  public let base: Base

  public init(_ base: Base) { self.base = base }
}

/// A copy of a network that follows another slowly.
///
/// - Source: Polyak & Juditsky, *Acceleration of stochastic approximation by averaging*, 1992.
public struct MovingAverage<Base: Module>: Module, Frozen {
  /// The averaged network.
  public let base: Base

  /// Starts from the numbers that `base` has; it must not be the network that is followed.
  public init(_ base: Base) { self.base = base }

  /// Moves towards `other`, keeping the share `keeping` of the average.
  ///
  /// - Throws: `TensorError` when the two networks differ in form.
  public func follow(_ other: Base, keeping: Double) throws {
    let (mine, theirs) = (base.state, other.state)
    let names = mine.keys.sorted().filter { theirs[$0] != nil }
    try Kernel.lerp(
      names.compactMap { mine[$0] }, to: names.compactMap { theirs[$0]?.detached() },
      weight: 1 - keeping)
  }
}
