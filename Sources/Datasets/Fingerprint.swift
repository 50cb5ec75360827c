import Files

/// What identifies the content of some files: all names and sizes, and the bytes up to a budget.
///
/// Beyond 1 GiB in all only names and sizes count, so that data larger than memory opens in seconds.
struct Fingerprint {
  private var digest = Digest()
  private var budget = 1 << 30

  mutating func add(_ bytes: UnsafeRawBufferPointer, named name: String) {
    digest.add(name)
    digest.add(String(bytes.count))
    let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(budget))
    digest.add(part)
    budget -= part.count
  }

  mutating func add(_ description: String) { digest.add(description) }

  func hex() -> String { digest.hex() }
}
