import Foundation
import Testing

@testable import Catalog

/// Which systems a need finds.
@Suite struct SystemSearchTests {
  let search = SystemSearch(Catalogue.rows)

  func row(_ id: String, _ title: String, _ mechanism: String = "") -> SystemRow {
    SystemRow(
      id: id, slug: id.lowercased(), title: title, family: "", group: "", kind: "method",
      mechanism: mechanism, claim: "", check: "", modality: [], cost: "S", value: 1)
  }

  @Test func scoresAreThoseOfTheFormula() throws {
    let rows = [row("A1", "cats"), row("B2", "dogs", "cat"), row("C3", "birds birds")]
    // A name counts thrice, as do the words of a title: lengths 6, 7 and 9, of which the mean is 22/3.
    let inverse = log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    func expected(_ count: Double, _ length: Double) -> Double {
      inverse * count / (count + 1.2 * (0.25 + 0.75 * length / (22.0 / 3)))
    }
    let found = SystemSearch(rows).rows(for: "a cat")
    #expect(found.map(\.row.id) == ["A1", "B2"])
    #expect(abs(found[0].score - expected(3, 6)) < 1e-12)
    #expect(abs(found[1].score - expected(1, 7)) < 1e-12)
  }

  @Test func formsOfAWordAreOne() {
    #expect(Terms.of("Clusters clustering clustered") == ["cluster", "cluster", "cluster"])
    #expect(Terms.of("normalising normalization normalise").allSatisfy { $0 == "normalis" })
    #expect(Terms.of("bias class analysis series") == Terms.of("bias class analysis timeseries"))
    #expect(Terms.of("the outliers of a table") == Terms.of("anomalies in tabular"))
  }

  @Test func ranksByMeaningAndByWordsCountAlike() {
    // By meaning 2, 0, 1; by words 1, 2.
    let scores = MeaningSearch.fused([0.5, -0.25, 0.75], [1, 2])
    #expect(scores == [1.0 / 62, 1.0 / 63 + 1.0 / 61, 1.0 / 61 + 1.0 / 62])
  }

  @Test func aNeedInPlainWordsFindsWhatItIsFor() {
    func best(_ need: String, _ count: Int = 10) -> [String] {
      search.rows(for: need).prefix(count).map(\.row.slug)
    }
    #expect(best("importance weighted autoencoder", 1) == ["iwae"])
    #expect(best("fill gaps in time series and classify them").contains("supnotmiwae"))
    #expect(best("tokens for images at few bits").contains("titok"))
    #expect(best("which of my confidence intervals cover").contains("cheap-bootstrap"))
    #expect(best("zzzz qqqq").isEmpty)
  }

  @Test func systemsLikeOneAreOfItsKind() throws {
    let vae = try Catalogue.row(named: "beta-tcvae")
    let found = search.rows(like: vae)
    #expect(!found.contains { $0.row == vae })
    #expect(found.prefix(5).contains { $0.row.slug == "dip-vae" })
  }
}
