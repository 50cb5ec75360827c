import Foundation
import Networks
import Torch

/// Activations of places in texts, layer by layer, with what stands there.
struct ProbedActivations {
  /// What the units of each block's layers do, `[places, hidden]`.
  private(set) var layers: [Tensor] = []
  /// The kind of the text of each place.
  private(set) var kinds: [Int] = []
  /// The byte at each place, and the one before it.
  private(set) var bytes: [(before: Int, now: Int)] = []

  /// Some places of each text, `places` of them, none of which has fewer than eight bytes before it.
  init(
    _ network: LanguageModel.Network, _ x: Tensor, kinds ofTexts: [Int], places: Int, seed: Seed
  ) throws {
    let names = network.transformer.blocks.indices.map { "blocks.\($0).mlp_act" }
    var parts = [[Tensor]](repeating: [], count: names.count)
    for start in stride(from: 0, to: x.size(0), by: 100) {
      let rows = network.reader.rows(x.sliced(0, start, min(start + 100, x.size(0)))).tokens
      let windows = TokenWindows(rows, of: network.transformer.form.context, overlap: 0, .cpu)
      let hooks = Hooks()
      for name in names { hooks.read(name) }
      _ = try withoutGradients { try network.transformer.logits(windows.inputs, hooks).checked() }
      let chosen = choose(rows, windows, start, ofTexts, places, seed)
      for (layer, name) in names.enumerated() {
        guard let found = hooks[name] else { continue }
        parts[layer].append(found.flattened(from: 0, through: 1).indexSelect(0, Tensor(chosen)))
      }
    }
    layers = try parts.map { try Tensor.concatenate($0).checked() }
  }

  /// Places of the windows of a batch, in the order of their numbers.
  private mutating func choose(
    _ rows: [[Int]], _ windows: TokenWindows, _ start: Int, _ ofTexts: [Int], _ places: Int,
    _ seed: Seed
  ) -> [Int64] {
    let width = windows.inputs.size(1)
    var chosen: [Int64] = []
    for (window, row) in windows.owners.enumerated() {
      let tokens = rows[row], last = min(width, tokens.count - 1)
      guard last > 9 else { continue }
      var random = SplitMix(seed.child(start + row))
      let drawn = Set((0..<places).map { _ in 9 + Int(random.uniform() * Double(last - 9)) })
        .sorted()
      for place in drawn {
        chosen.append(Int64(window * width + place))
        kinds.append(ofTexts[start + row])
        bytes.append((tokens[place - 1] - 1, tokens[place] - 1))
      }
    }
    return chosen
  }
}

/// What a probe is asked to tell of a place in a text.
struct TextFeature {
  typealias Condition = (_ kind: Int, _ before: Int, _ now: Int) -> Bool
  let name: String
  /// Whether it is of the text, not of the last letters.
  let isContext: Bool
  let holds: Condition
  /// Which places without it are told apart from those with it.
  var rivals: Condition = { _, _, _ in true }

  /// Being of each kind, and having just read one of a few pairs of letters and not another letter before the second.
  static func all(kinds: [String]) -> [TextFeature] {
    let contexts = kinds.enumerated().map { place, name in
      TextFeature(name: name, isContext: true, holds: { kind, _, _ in kind == place })
    }
    let pairs = ["es", "on", "le", "in", "re"].map { pair in
      let letters = pair.utf8.map { Int($0) }
      return TextFeature(
        name: "“\(pair)”", isContext: false,
        holds: { _, before, now in before == letters[0] && now == letters[1] },
        rivals: { _, _, now in now == letters[1] })
    }
    return contexts + pairs
  }
}
