import Files
import Foundation
import Testing

@testable import HTTP

@Suite struct JSONParserTests {
  private func parsed(_ text: String) throws -> JSONBody {
    try Data(text.utf8).withUnsafeBytes { try JSONBody(parsing: $0) }
  }

  private func sentence(_ text: String) -> String {
    do {
      _ = try parsed(text)
      return "read"
    } catch {
      return "\(error)"
    }
  }

  @Test func allKindsOfValuesAreRead() throws {
    let body = try parsed(
      " {\"a\" : [ [1, -2.5] ,[3e2,0]] , \"b\":\"x\\u00e9\\n\\ud83d\\ude00\",\"c\":[true,null,{}],\"d\":-7,\"e\":[]} "
    )
    #expect(body["a"]?.array == NumberArray([1, -2.5, 300, 0], shape: [2, 2]))
    #expect(body["b"]?.string == "xé\n😀")
    #expect(body["c"]?.kind == "a list" && body["d"]?.integer == -7)
    #expect(body["e"]?.integers == [] && body["f"] == nil)
    #expect(try parsed("[3,5]").integers == [3, 5])
    #expect(try parsed("[\"a\",\"b\"]").strings == ["a", "b"])
    #expect(try parsed("[[[[1]]],[[[2]]]]").array?.shape == [2, 1, 1, 1])
  }

  @Test(arguments: [
    ("", "the body is not JSON: at byte 0, a value was expected"),
    ("tru", "the body is not JSON: at byte 0, a value was expected"),
    ("{\"a\"}", "the body is not JSON: at byte 4, a colon was expected"),
    ("{\"a\":1,}", "the body is not JSON: at byte 7, a name in quotation marks was expected"),
    ("{\"a\":1 \"b\":2}", "the body is not JSON: at byte 7, a comma or } was expected"),
    ("[1,2", "the body is not JSON: at byte 4, a comma or ] was expected"),
    ("[1] 2", "the body is not JSON: at byte 4, the value ends, and more follows"),
    ("01", "the body is not JSON: at byte 1, a number begins with 0"),
    ("[-]", "the body is not JSON: at byte 2, a digit was expected"),
    ("[1.]", "the body is not JSON: at byte 3, a digit was expected"),
    ("[1e]", "the body is not JSON: at byte 3, a digit was expected"),
    ("1e999", "the body is not JSON: at byte 5, a number is too large"),
    ("\"a", "the body is not JSON: at byte 2, a text has no end"),
    ("\"\\x\"", "the body is not JSON: at byte 3, there is no such escape"),
    ("\"\\ud800\"", "the body is not JSON: at byte 7, half of a character stands alone"),
    ("\"\\udc00\"", "the body is not JSON: at byte 7, half of a character stands alone"),
    ("\"a\nb\"", "the body is not JSON: at byte 2, a text holds a control character"),
    ("{\"a\":1,\"a\":2}", "the body is not JSON: at byte 10, the name a is given twice"),
    ("{\"a\":[1,\"b\"]}", "a[1], at byte 8, must be a number"),
    (
      "{\"a\":[[1],[2,3]]}",
      "a[1] has 2 entries where 1 are needed: lists of numbers must be of equal lengths"
    ),
    (
      "{\"a\":[[1,2],[3,4],[5]]}",
      "a[2] has 1 entries where 2 are needed: lists of numbers must be of equal lengths"
    ),
    ("{\"a\":[[1],2]}", "a[1] must be a list, as those before it"),
    ("{\"a\":[[1],[[2]]]}", "a[1][0], at byte 11, must be a number"),
    ("{\"a\":[1e39]}", "a[0] is 1e39, which is too large for single precision"),
    ("{\"a\":[Infinity]}", "the body is not JSON: at byte 6, a value was expected"),
  ])
  func whatIsWrongIsNamedWithItsPlace(_ text: String, _ wanted: String) {
    #expect(sentence(text) == wanted)
  }

  @Test func invalidUTF8IsRefused() {
    #expect(throws: UserError.self) {
      try Data([34, 0xff, 34]).withUnsafeBytes { try JSONBody(parsing: $0) }
    }
  }

  @Test func depthHasAnEnd() {
    for text in ["[", "{\"a\":", "[1", "[[\"a\","] {
      #expect(sentence(String(repeating: text, count: 50_000)) != "read")
    }
    let deep = String(repeating: "[", count: 32) + "1" + String(repeating: "]", count: 32)
    #expect(sentence(deep) == "read" && sentence("[" + deep + "]").contains("more than 32 deep"))
  }

  @Test(arguments: [
    "0.1", "0.30000001192092896", "1e-45", "1.401298464324817e-45", "3.4028234663852886e38",
    "1e-46",
    "16777217", "16777219", "33554434.99999999999", "1.00000005960464477539062", "0.000001", "-0",
    "1.000000059604644775390625", "1.0000000596046447753906251", "123456789012345678901234567890",
    "7.0064923216240854e-46", "0.1e1", "5e-324", "9007199254740993",
  ])
  func singlePrecisionIsRoundedCorrectly(_ text: String) throws {
    #expect(try parsed("[\(text)]").array?.values[0].bitPattern == Float(text)?.bitPattern)
  }

  @Test func numbersSurviveTheWayThroughText() throws {
    var state: UInt64 = 1
    var values: [Float] = [
      0, -0.0, 1, 0.1, 1e9, 123456.7, 16_777_216, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]
    while values.count < 20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Float(bitPattern: UInt32(state >> 32))
      if value.isFinite { values.append(value) }
      values.append(Float(Int64(state >> 40)) / 16_777_216)
    }
    var text = NumberText()
    text.append(values, shape: [values.count])
    let back = try text.bytes.withUnsafeBytes { try JSONBody(parsing: $0) }.array?.values ?? []
    #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func numbersAreWrittenWithTheFewestDigits() {
    func written(_ value: Float) -> String {
      var text = NumberText()
      text.append(value)
      return String(decoding: text.bytes, as: UTF8.self)
    }
    let plain: [(Float, String)] = [
      (0, "0"), (1, "1"), (-2.5, "-2.5"), (0.1, "0.1"), (0.3, "0.3"), (1e-4, "0.0001"),
      (100, "100"),
      (0.05, "0.05"), (123_456.79, "123456.79"), (16_777_216, "16777216"), (1.0 / 3, "0.33333334"),
      (.nan, "null"), (.infinity, "null"),
    ]
    for (value, text) in plain { #expect(written(value) == text) }
    var state: UInt64 = 7
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Float(bitPattern: UInt32(state >> 32))
      guard value.isFinite else { continue }
      let digits = { (text: String) in
        text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }.reversed().drop {
          $0 == "0"
        }.count
      }
      #expect(digits(written(value)) == digits(value.description), "\(value)")
    }
  }

  @Test func nestedListsHaveTheirShape() {
    var text = NumberText()
    text.append([1, 2, 3, 4, 5, 6], shape: [3, 1, 2])
    #expect(String(decoding: text.bytes, as: UTF8.self) == "[[[1,2]],[[3,4]],[[5,6]]]")
    var none = NumberText()
    none.append([], shape: [0, 2])
    #expect(String(decoding: none.bytes, as: UTF8.self) == "[]")
  }
}
