import Testing

@testable import Files

@Suite struct DigestTests {
  @Test func theDigestOfAbcIsThePublishedOne() {
    var digest = Digest()
    Array("abc".utf8).withUnsafeBytes { digest.add($0) }
    #expect(digest.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
