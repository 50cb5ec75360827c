import Catalog
import Files
import Manual
import Testing

@Suite struct CatalogueTests {
  @Test func itHoldsAll441Rows() {
    #expect(Catalogue.rows.count == 441)
    #expect(Set(Catalogue.rows.map(\.id)).count == 441)
    #expect(Set(Catalogue.rows.map(\.slug)).count == 441)
  }

  @Test func aRowIsFoundByNumberAndName() throws {
    #expect(try Catalogue.row(named: "s027").slug == "vae")
    #expect(try Catalogue.row(named: "iwae").id == "S057")
    #expect(throws: UserError("there is no system S999; did you mean S099?")) {
      try Catalogue.row(named: "S999")
    }
  }

  @Test func anUnknownMethodIsAnsweredWithTheNearest() {
    #expect(throws: UserError("there is no method iwea; did you mean iwae?")) {
      try Catalogue.method(named: "iwea")
    }
  }

  @Test func methodNamesAreUniqueAndTheirRowsExist() {
    let names = Catalogue.methods.map(\.card.id)
    #expect(Set(names).count == names.count)
    for method in Catalogue.methods {
      guard let system = method.card.system else { continue }
      #expect(Catalogue.rows.contains { $0.id == system })
    }
  }

  @Test func noSettingHidesBehindAFlagOfItsVerb() {
    let flags = Set((Verb.fit.flags + Verb.commonFlags).map(\.name))
    for method in Catalogue.methods {
      let hidden = method.recipe.settings.map(\.flag).filter(flags.contains)
      #expect(hidden.isEmpty, "\(method.card.id): \(hidden)")
    }
  }
}
