import Testing

@testable import Files

struct ScratchMemoryTests {
  @Test func scratchMemoryIsZeroAndKeepsWhatIsWritten() throws {
    let scratch = try ScratchMemory(count: 3 << 12)
    #expect(scratch.bytes.count == 3 << 12 && scratch.bytes.allSatisfy { $0 == 0 })
    scratch.bytes[5000] = 7
    #expect(scratch.bytes[5000] == 7)
  }

  @Test func moreThanTheDiskHasIsRefused() {
    #expect(throws: UserError.self) { try ScratchMemory(count: 1 << 60) }
  }
}
