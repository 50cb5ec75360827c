import Datasets
import Foundation

/// Well-formed inputs of every kind, small.
enum Samples {
  static let idx: [[UInt8]] = [
    [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 3] + (0..<36).map { UInt8($0 * 7) },
    [0, 0, 8, 1, 0, 0, 0, 10] + (0..<10),
    [0, 0, 0x0d, 2, 0, 0, 0, 2, 0, 0, 0, 2] + [
      0x3f, 0x80, 0, 0, 0xbf, 0x80, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0,
    ],
    [0, 0, 0x0b, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 5, 1, 4],
  ]

  static let npy: [[UInt8]] = [
    array("<f4", "(3, 2)", bytes: 24), array("|u1", "(4, 3, 3)", bytes: 36),
    array("|u1", "(2, 4, 4, 3)", bytes: 96), array("<i8", "(5,)", bytes: 40),
    array(">f8", "(2, 2)", bytes: 32, columnsFirst: true), array("<f2", "(4, 1)", bytes: 8),
    array("|b1", "(3, 4)", bytes: 12), array("<U4", "(2,)", bytes: 32),
    array("<u2", "(3, 2, 2)", bytes: 12, columnsFirst: true),
  ]

  private static func array(
    _ type: String, _ shape: String, bytes: Int, columnsFirst: Bool = false
  ) -> [UInt8] {
    var header =
      "{'descr': '\(type)', 'fortran_order': \(columnsFirst ? "True" : "False"), 'shape': \(shape), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0] + Array(header.utf8)
      + (0..<bytes).map { UInt8($0 % 3) }
  }

  /// Bodies of requests.
  static let json: [[UInt8]] = [
    "{\"inputs\":[[1,2.5,-3e2],[0.1,1e-7,0]]}", "[[[1],[2]],[[3],[4]]]",
    "{\"a\":{\"b\":[true,null,\"x\"]}}",
    "{\"from\":{\"item\":3},\"to\":{\"code\":[0.30000001192092896,1]},\"steps\":9}",
    "[\"\\u00e9\\ud83d\\ude00\\n\",\"\\\\\"]", " [ 1 , 2 ] ",
  ].map { Array($0.utf8) }

  static let csv: [[UInt8]] = [
    "a,b,label\n1,2.5,x\n3,,y\n5,6,x\n", "1\t2\n3\t4\n", "name;value\n\"a;b\";1\n\"c\"\"d\";?\n",
    "x\n1\n2\nNaN\n3\n", "a|b\r\n1|2\r\n\r\n3|4\r\n", "\u{feff}c,d\n1e3,-2\n+4,.5\n",
  ].map { Array($0.utf8) }

  /// Tables with a column called `text`.
  static let columns: [[UInt8]] = [
    "id,text,kind\n1,\"one, two\",x\n2,\"\"\"three\"\"\n four\",y\n3,,x\n",
    "text\tlabel\né\ta\n\u{0}b\tb\n", "kind;text\n1;a\n2;b\n", "text\none\ntwo\n",
  ].map { Array($0.utf8) }

  static let text: [[UInt8]] = ["one\ntwo\n\nthree\r\n", "no end of line", "\n\n\n", "å∂ß\u{0}x\n"]
    .map { Array($0.utf8) }

  static func png() throws -> [[UInt8]] {
    let levels = (0..<192).map { UInt8($0) }
    return try [1, 3, 4].map { channels in
      Array(
        try PNG.encode(
          pixels: Array(levels.prefix(48 * channels)), width: 8, height: 6, channels: channels))
    }
  }

  /// A picture of one white pixel.
  static let plainPNG =
    (try? PNG.encode(pixels: [255], width: 1, height: 1, channels: 1)).map { Array($0) } ?? []

  static let mat: [[UInt8]] = {
    let header =
      Array("MATLAB 5.0 MAT-file".utf8) + [UInt8](repeating: 32, count: 105) + [0, 1, 0x49, 0x4d]
    let matrix: [UInt8] =
      [14, 0, 0, 0, 64, 0, 0, 0]  // a matrix of 64 bytes
      + [6, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]  // flags: uint8
      + [5, 0, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0]  // 4 x 2
      + [1, 0, 1, 0, 120, 0, 0, 0]  // the name x, in short form
      + [2, 0, 0, 0, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]  // the numbers
    let padded = matrix + [UInt8](repeating: 0, count: 72 - matrix.count)
    let packed = Packing.zlib(padded)
    let sparse: [UInt8] =
      [14, 0, 0, 0, 112, 0, 0, 0]  // a matrix of 112 bytes
      + [6, 0, 0, 0, 8, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0]  // flags: sparse
      + [5, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0]  // 2 x 2
      + [1, 0, 1, 0, 120, 0, 0, 0]  // the name x, in short form
      + [5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]  // rows
      + [5, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]  // starts
      + [9, 0, 0, 0, 16, 0, 0, 0]  // two doubles
      + [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]
    return [
      header + padded, header + sparse,
      header + [15, 0, 0, 0, UInt8(packed.count), 0, 0, 0] + packed,
    ]
  }()

  static let wav: [[UInt8]] = [
    sound(tag: 1, channels: 1, bits: 8), sound(tag: 1, channels: 2, bits: 16),
    sound(tag: 1, channels: 1, bits: 24), sound(tag: 0xfffe, channels: 2, bits: 32),
    sound(tag: 3, channels: 1, bits: 32), sound(tag: 3, channels: 2, bits: 64),
  ]

  /// A sound of 24 bytes, with a part before them that no reader knows.
  private static func sound(tag: Int, channels: UInt8, bits: UInt8) -> [UInt8] {
    let isLong = tag == 0xfffe
    let format: [UInt8] =
      [UInt8(tag & 255), UInt8(tag >> 8), channels, 0, 0x40, 0x1f, 0, 0, 0, 0, 0, 0]
      + [channels * bits / 8, 0, bits, 0]
      + (isLong ? [22, 0, bits, 0, 3, 0, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 14) : [])
    return Array("RIFF".utf8) + [100, 0, 0, 0] + Array("WAVEfmt ".utf8)
      + [UInt8(format.count), 0, 0, 0] + format + Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
      + Array("data".utf8) + [24, 0, 0, 0] + (0..<24).map { $0 % 8 == 7 ? 0x3f : $0 }
  }

  static let ts: [[UInt8]] = [
    "#c\n@problemName a\n@timeStamps false\n@univariate true\n@classLabel true x y\n@data\n"
      + "1,2,3:x\n4,?,6:y\n-1e2,.5,0:x\n",
    "@dimensions 2\n@equalLength false\n@classLabel true 1 2\n@data\n1,2:3,4:1\n1,2,3:4,5,6:2\n",
    "@seriesLength 2\n@classLabel false\n@missing true\n@data\r\n1,2\r\nNaN,4\r\n",
  ].map { Array($0.utf8) }
  /// Texts in folders, and each kind of header that says more of the file after it.
  static let tar: [[UInt8]] = {
    func file(_ name: String, _ content: String, kind: String = "0") -> [UInt8] {
      var header = [UInt8](repeating: 0, count: 512)
      for (place, text) in [
        (0, name), (124, String(content.utf8.count, radix: 8)), (154, "\0 "), (156, kind),
        (257, "ustar\u{0}00"), (345, kind == "0" ? "folder" : ""),
      ] {
        for (i, byte) in text.utf8.enumerated() { header[place + i] = byte }
      }
      let blank = (512 - content.utf8.count % 512) % 512
      return header + Array(content.utf8) + [UInt8](repeating: 0, count: blank)
    }
    let end = [UInt8](repeating: 0, count: 1024)
    return [
      file("a/1", "one") + file("b/2", "two\n") + file("c/", "", kind: "5") + end,
      file("long", String(repeating: "n/", count: 80) + "m\0", kind: "L") + file("x", "far") + end,
      file("x", "19 path=other/name\n12 size=002\n", kind: "x") + file("y", "ab") + file("z", "c"),
    ].map(Packing.withChecksums)
  }()
}
