import CTorch

/// Where the time of a thread goes: a tree of operators inside spans that the program names.
public struct Profile: Sendable {
  /// All calls of one operator, or of one span, on one path from the root.
  public struct Node: Equatable, Sendable {
    /// The operator's name in libtorch, or the span's.
    public let name: String
    /// Whether the program named it, rather than libtorch.
    public let isSpan: Bool
    /// Its place among the nodes; nil for the root.
    public let parent: Int?
    public let calls: Int
    /// With all that it called.
    public let seconds: Double

    public init(_ name: String, isSpan: Bool, parent: Int?, calls: Int, seconds: Double) {
      self.name = name
      self.isSpan = isSpan
      self.parent = parent
      self.calls = calls
      self.seconds = seconds
    }
  }

  /// Parents come before their children; the first is all that was recorded.
  public let nodes: [Node]

  public init(_ nodes: [Node]) { self.nodes = nodes }

  /// Begins to record this thread; a recording that another began is dropped.
  ///
  /// - Throws: ``TensorError`` with libtorch's reason.
  public static func begin() throws {
    guard ct_profile_begin() else {
      throw TensorError("profile", shapes: [], reason: String(cString: ct_error()))
    }
  }

  /// Ends the recording of this thread; no nodes where none was begun.
  public static func end() -> Profile {
    Profile(
      (0..<ct_profile_end()).map { place in
        let node = ct_profile_at(place)
        return Node(
          String(cString: node.name), isSpan: node.is_span,
          parent: node.parent < 0 ? nil : Int(node.parent), calls: Int(node.calls),
          seconds: Double(node.nanoseconds) / 1e9)
      })
  }

  /// Runs `body`, whose time is counted under `name` where this thread is recorded.
  public static func span<Result>(
    _ name: StaticString, _ body: () throws -> Result
  ) rethrows -> Result {
    ct_profile_enter(UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))
    defer { ct_profile_leave() }
    return try body()
  }

  /// The seconds of each node that none of its children has.
  public var ownSeconds: [Double] {
    var own = nodes.map(\.seconds)
    for node in nodes { if let parent = node.parent { own[parent] -= node.seconds } }
    return own
  }
}
