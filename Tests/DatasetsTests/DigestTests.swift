import Testing

@testable import Datasets

@Suite struct DigestTests {
  @Test func theDigestOfAbcIsThePublishedOne() {
    var digest = Digest()
    digest.add(UnsafeRawBufferPointer(start: "abc", count: 3))
    #expect(digest.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
