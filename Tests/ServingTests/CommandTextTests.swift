import Testing

@testable import Serving

@Suite struct CommandTextTests {
  @Test(arguments: [
    ("demo.latent", "demo.latent"), ("/a b/c", "'/a b/c'"), ("it's", "'it'\\''s'"), ("", "''"),
    ("a\nb", "$'a\\x0ab'"), ("é", "$'\\xc3\\xa9'"), ("$(rm)", "'$(rm)'"),
    ("a'\nb\\", "$'a\\'\\x0ab\\\\'"),
  ])
  func aShellReadsTheWordThatWasMeant(_ word: String, _ text: String) {
    #expect(CommandText.quoted(word) == text)
  }
}
