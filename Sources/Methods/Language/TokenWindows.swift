import Torch

/// Rows of tokens cut to what a network sees at once.
struct TokenWindows {
  /// `[windows, t]`, int64.
  let inputs: Tensor
  /// The token after each, `[windows, t]`, int64; −100 where it is not to be told, or was told by the window before.
  let targets: Tensor
  /// The row of each window.
  let owners: [Int]
  /// How many tokens are to be told.
  let counted: Int

  /// Windows of at most `length` tokens; where a row has several, each sees again the last `overlap` tokens of the one
  /// before.
  init(_ rows: [[Int]], of length: Int, overlap: Int, _ device: Device) {
    var windows: [(row: Int, start: Int, told: Int)] = []
    for (row, tokens) in rows.enumerated() where tokens.count > 1 {
      var told = 0
      while told < tokens.count - 1 {
        let start = told == 0 ? 0 : told - overlap
        windows.append((row, start, told))
        told = min(start + length, tokens.count - 1)
      }
    }
    let longest = windows.map { min(rows[$0.row].count - 1 - $0.start, length) }.max() ?? 0
    var inputs = [Int64](repeating: 0, count: windows.count * longest)
    var targets = [Int64](repeating: -100, count: windows.count * longest)
    var counted = 0
    for (place, window) in windows.enumerated() {
      let tokens = rows[window.row]
      for offset in 0..<min(longest, tokens.count - 1 - window.start) {
        let token = window.start + offset
        inputs[place * longest + offset] = Int64(tokens[token])
        guard token >= window.told else { continue }
        targets[place * longest + offset] = Int64(tokens[token + 1])
        counted += 1
      }
    }
    self.inputs = Tensor(inputs, shape: [windows.count, longest]).to(device)
    self.targets = Tensor(targets, shape: [windows.count, longest]).to(device)
    owners = windows.map(\.row)
    self.counted = counted
  }

  private init(_ inputs: Tensor, _ targets: Tensor, _ owners: [Int], counted: Int) {
    (self.inputs, self.targets, self.owners, self.counted) = (inputs, targets, owners, counted)
  }

  /// Runs of windows, each of about as many logits as memory is good for.
  func parts(vocabulary: Int) -> [TokenWindows] {
    let size = max(1, (1 << 24) / max(inputs.size(1) * vocabulary, 1))
    return stride(from: 0, to: owners.count, by: size).map { start in
      let end = min(start + size, owners.count)
      return TokenWindows(
        inputs.sliced(0, start, end), targets.sliced(0, start, end), Array(owners[start..<end]),
        counted: counted)
    }
  }
}
