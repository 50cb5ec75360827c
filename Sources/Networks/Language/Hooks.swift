import Files
import Torch

/// What is done at named places of a network while activations pass: they are read, replaced, or added to.
///
/// Changes come in the order in which they were asked for; what is read at a place is what goes on from there. Hooks
/// belong to one thread, and may serve several passes: what was read is of the last.
public final class Hooks {
  private var changes: [String: [(Tensor) -> Tensor]] = [:]
  private var reads: Set<String> = []
  private var kept: [String: Tensor] = [:]

  /// Nothing is done yet.
  public init() {}

  /// Keeps what passes at the place called `name`.
  public func read(_ name: String) { reads.insert(name) }

  /// Puts what `change` makes of it, of the same shape, in the place of what passes at `name`.
  public func replace(_ name: String, by change: @escaping (Tensor) -> Tensor) {
    changes[name, default: []].append(change)
  }

  /// Adds `direction`, whose shape need only broadcast, to what passes at `name`.
  public func add(_ direction: Tensor, to name: String) { replace(name) { $0 + direction } }

  /// What was last read at the place called `name`; nothing where it was not asked for, or nothing passed.
  public subscript(name: String) -> Tensor? { kept[name] }

  /// The places at which something is done.
  public var names: Set<String> { reads.union(changes.keys) }

  /// Throws where something is to be done at a place that is none of `known`.
  ///
  /// - Throws: `UserError` that names it and the nearest that there is.
  public func check(against known: [String]) throws {
    let all = Set(known)
    guard let wrong = names.sorted().first(where: { !all.contains($0) }) else { return }
    let hint =
      nearest(to: wrong, among: known).map { "did you mean \($0)?" }
      ?? "there are \(known.prefix(4).joined(separator: ", ")), … and \(known.last ?? "none")"
    throw UserError("there is no place \(wrong) in this network: \(hint)")
  }

  /// What goes on from the place called `name`.
  func pass(_ name: String, _ x: Tensor) -> Tensor {
    var x = x
    for change in changes[name] ?? [] {
      let shape = x.shape
      x = change(x)
      if x.error == nil, x.shape != shape {
        let reason = "what replaces \(name) must have its shape"
        x = Tensor(error: TensorError("hook", shapes: [shape, x.shape], reason: reason))
      }
    }
    if reads.contains(name) { kept[name] = x }
    return x
  }
}

/// Where in a network an activation is, and what is done with those that pass.
struct HookPlace {
  var hooks: Hooks?
  var prefix = ""

  /// What goes on from the place called `name` here.
  func callAsFunction(_ name: String, _ x: Tensor) -> Tensor {
    guard let hooks else { return x }
    return hooks.pass(prefix + name, x)
  }

  /// Whether something is done at the place called `name` here.
  func isWatched(_ name: String) -> Bool { hooks?.names.contains(prefix + name) ?? false }

  /// The places of block `index`.
  func block(_ index: Int) -> HookPlace { HookPlace(hooks: hooks, prefix: "blocks.\(index).") }
}

/// The places of a transformer of `blocks` blocks that hooks may name.
func hookNames(blocks: Int) -> [String] {
  let ofBlocks = (0..<blocks).flatMap { index in
    [
      "resid_pre", "attn_pattern", "attn_heads", "attn_out", "resid_mid", "mlp_act", "mlp_out",
      "resid_post",
    ].map { "blocks.\(index).\($0)" }
  }
  return ["embed"] + ofBlocks + ["final"]
}
