import Foundation
import Testing

@testable import Exchange

@Suite struct RecordTests {
  /// Values of RFC 3720, appendix B.4, and the usual one of the nine digits.
  @Test func checksumsAreThoseOfTheStandard() {
    #expect(CRC32C.checksum("123456789".utf8) == 0xe306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(CRC32C.checksum([UInt8](0..<32)) == 0x46dd_794e)
    #expect(CRC32C.checksum([UInt8](0..<32).reversed()) == 0x113f_db5c)
    #expect(CRC32C.checksum([UInt8]()) == 0)
    #expect(CRC32C.masked([UInt8]()) == 0xa282_ead8, "0 turned, plus the constant")
  }

  @Test func aRecordIsLengthChecksumDataChecksum() {
    let record = Records.framed(Array("123456789".utf8))
    #expect(record.count == 8 + 4 + 9 + 4)
    #expect(record.prefix(8) == [9, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(record[12..<21]) == Array("123456789".utf8))
    let sum: UInt32 = 0xe306_9283
    var masked = Wire()
    masked.little((sum >> 15 | sum << 17) &+ 0xa282_ead8)
    #expect(Array(record[21...]) == masked.bytes)
  }

  @Test func recordsThatAreCutShortOrDamagedEndTheFile() {
    let one = Records.framed([1, 2, 3]), two = Records.framed([])
    let all = one + two + one
    #expect(Records.whole(in: all[...]).map(Array.init) == [[1, 2, 3], [], [1, 2, 3]])
    for length in 0..<all.count {
      let whole = length >= one.count + two.count ? 2 : length >= one.count ? 1 : 0
      #expect(Records.whole(in: all.prefix(length)).count == whole)
    }
    for place in all.indices {
      var broken = all
      broken[place] ^= 0x40
      #expect(Records.whole(in: broken[...]).count < 3)
    }
    var huge = Wire()
    huge.little(UInt64.max)
    huge.little(CRC32C.masked([UInt8](repeating: 0xff, count: 8)))
    huge.append([0, 0, 0, 0])
    #expect(Records.whole(in: huge.bytes[...]).isEmpty, "a length that no file has")
  }
}

@Suite struct ProtobufTests {
  /// The examples of *Encoding*, in the documentation of Protocol Buffers.
  @Test func bytesAreThoseOfTheDocumentation() {
    var message = Protobuf()
    message.add(1, 150)
    #expect(message.bytes == [0x08, 0x96, 0x01])
    var text = Protobuf()
    text.add(2, "testing")
    #expect(text.bytes == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67])
    var outer = Protobuf()
    outer.add(3) { $0.add(1, 150) }
    #expect(outer.bytes == [0x1a, 0x03, 0x08, 0x96, 0x01])
    var negative = Protobuf()
    negative.add(1, -2)
    #expect(negative.bytes == [0x08, 0xfe] + [UInt8](repeating: 0xff, count: 8) + [0x01])
    var numbers = Protobuf()
    numbers.add(1, 1.0)
    numbers.add(16, Float(1))
    #expect(numbers.bytes == [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x85, 0x01, 0, 0, 0x80, 0x3f])
  }

  @Test func whatWasWrittenIsReadBack() throws {
    var message = Protobuf()
    message.add(1, 2.5)
    message.add(2, 7)
    message.add(5) { $0.add(1, "a") }
    let fields = try #require(Protobuf.fields(of: message.bytes[...]))
    #expect(fields.map(\.number) == [1, 2, 5])
    #expect(fields[0].field == .fixed(2.5.bitPattern))
    #expect(fields[1].field == .variable(7))
    #expect(fields[2].field == .bytes([0x0a, 1, 0x61]))
    for length in 1..<message.bytes.count where ![9, 11].contains(length) {
      #expect(Protobuf.fields(of: message.bytes.prefix(length)) == nil, "cut to \(length) bytes")
    }
    #expect(
      Protobuf.fields(of: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) == nil)
    #expect(
      Protobuf.fields(of: [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]) == nil)
    #expect(Protobuf.fields(of: [0x0b]) == nil, "groups are long gone")
  }
}

@Suite struct ParquetTests {
  /// Worked out by hand from the compact protocol: a field's step and type, then a zigzag number.
  @Test func structuresAreInTheCompactProtocol() {
    let inner = Thrift([(1, .int32(-1)), (20, .int64(300))])
    #expect(inner.bytes == [0x15, 0x01, 0x06, 0x28, 0xd8, 0x04, 0x00])
    let outer = Thrift([
      (2, .text("ab")), (3, nil), (4, .list([.int32(1), .int32(2)])), (5, .structure(Thrift())),
    ])
    #expect(outer.bytes == [0x28, 0x02, 0x61, 0x62, 0x29, 0x25, 0x02, 0x04, 0x1c, 0x00, 0x00])
    let long = Thrift([(1, .list([Thrift.Value](repeating: .int32(0), count: 15)))])
    #expect(long.bytes == [0x19, 0xf5, 0x0f] + [UInt8](repeating: 0, count: 16))
  }

  @Test func levelsAreRunsOfEqualOnes() {
    #expect(ParquetPage.runs(of: [1, 1, 1, 0]) == [6, 1, 2, 0])
    #expect(ParquetPage.runs(of: [UInt8](repeating: 1, count: 100)) == [0xc8, 0x01, 1])
    #expect(ParquetPage.runs(of: []) == [])
  }

  @Test func aGapHasALevelAndNoValue() {
    let column = TableColumn("a", .integers([7, nil, -1]))
    let page = column.parquetLeaves[0].page(0..<3)
    #expect(page.count == 3 && page.definition == [1, 0, 1] && page.repetition.isEmpty)
    #expect(page.values.bytes == [7, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0xff, count: 8))
    #expect(page.body.prefix(10) == [6, 0, 0, 0, 2, 1, 2, 0, 2, 1])
  }

  @Test func aListGoesOnWhereItsLevelIsOne() {
    let column = TableColumn("n", .neighbours([4, 5, 6, 7], distances: [0, 1, 2, 3], width: 2))
    let leaves = column.parquetLeaves
    #expect(
      leaves.map(\.path) == [
        ["n", "ids", "list", "element"], ["n", "distances", "list", "element"],
      ])
    let page = leaves[0].page(1..<2)
    #expect(page.repetition == [0, 1] && page.definition == [1, 1] && page.count == 2)
    #expect(page.values.bytes[0] == 6 && page.values.bytes[8] == 7)
    let none = TableColumn("n", .vectors([], width: 0))
    #expect(none.count == 0)
  }
}
