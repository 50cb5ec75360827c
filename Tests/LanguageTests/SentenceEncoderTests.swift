import Files
import Foundation
import GoldenFixtures
import Testing
import Torch

@testable import Language

@Suite struct SentenceEncoderTests {
  struct Sentence: Decodable {
    let text: String
    let tokens: Int
    let vector: [Double]
  }

  @Test func theFolderIsTheOneThatIsNamed() {
    #expect(SentenceEncoder.installed(["LATENT_TEXT_ENCODER": "/some/folder"]) == "/some/folder")
    #expect(SentenceEncoder.installed(["LATENT_TEXT_ENCODER": ""]) == nil)
  }

  @Test func whatIsNoEncoderIsRefusedInASentence() {
    #expect(throws: UserError.self) { try SentenceEncoder(opening: "/nowhere") }
  }

  /// `make encoder` brings it.
  static let isInstalled = SentenceEncoder.installed() != nil

  @Test(.enabled(if: isInstalled, "no text encoder is installed; make encoder brings one"))
  func vectorsAreThoseOfThePackages() throws {
    let encoder = try SentenceEncoder(opening: SentenceEncoder.installed() ?? "")
    let wanted = try golden("sentences", as: [Sentence].self)
    let found = try encoder.vectors(of: wanted.map(\.text))
    #expect(found.shape == [wanted.count, encoder.width])
    for (row, sentence) in wanted.enumerated() {
      let start = try found[row][0..<16].values(as: Double.self)
      #expect(zip(start, sentence.vector).allSatisfy { abs($0 - $1) < 1e-5 }, "\(sentence.text)")
    }
    let lengths = try found.norm(over: 1).values(as: Double.self)
    #expect(lengths.allSatisfy { abs($0 - 1) < 1e-5 })
  }
}
