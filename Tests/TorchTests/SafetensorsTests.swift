import Files
import Foundation
import Testing
import Torch

@Suite struct SafetensorsTests {
  init() { Runtime.threads = 1 }

  /// Made by safetensors 0.8 in Python: one tensor of each type, one empty, and a note.
  static let python = """
    kAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJtYWRlIjoiYnkgUHl0aG9uIn0sImkiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6\
    WzJdLCJkYXRhX29mZnNldHMiOlswLDE2XX0sImQiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6\
    WzE2LDI0XX0sImVtcHR5Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlswLDNdLCJkYXRhX29mZnNldHMiOlsyNCwyNF19LCJ3\
    Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDJdLCJkYXRhX29mZnNldHMiOlsyNCw0MF19LCJqIjp7ImR0eXBlIjoiSTMy\
    Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNDAsNDhdfSwiYjE2Ijp7ImR0eXBlIjoiQkYxNiIsInNoYXBlIjpbM10s\
    ImRhdGFfb2Zmc2V0cyI6WzQ4LDU0XX0sImgiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls1\
    NCw1OF19LCJzIjp7ImR0eXBlIjoiSTE2Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbNTgsNjBdfSwiYyI6eyJkdHlw\
    ZSI6Ikk4Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbNjAsNjFdfSwidSI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOlsz\
    XSwiZGF0YV9vZmZzZXRzIjpbNjEsNjRdfSwib2siOnsiZHR5cGUiOiJCT09MIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRz\
    IjpbNjQsNjZdfX0gICAgIP//////////AAAAAAABAABVVVVVVVXVPwAAwD8AAADAAACAPgAAQEAHAAAA+P///4A/AL9JQAA4\
    /3vU/vv/AAEBAA==
    """

  /// The tensors in ``python``.
  static let tensors: [String: Tensor] = [
    "w": [[1.5, -2], [0.25, 3]], "b16": Tensor([1.0, -0.5, 3.140625]).to(.bfloat16),
    "h": Tensor([0.5, 65504]).to(.float16), "d": Tensor(1.0 / 3, type: .float64),
    "i": Tensor([-1, 1 << 40]), "j": Tensor([Int32(7), -8]), "s": Tensor([-300]).to(.int16),
    "c": Tensor([-5]).to(.int8), "u": Tensor([UInt8(255), 0, 1]), "ok": Tensor([true, false]),
    "empty": Tensor.zeros([0, 3]),
  ]

  func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.appending(path: "x.safetensors").path)
  }

  func expectSame(_ found: [String: Tensor], _ expected: [String: Tensor]) throws {
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, tensor) in expected {
      let ours = try #require(found[name])
      #expect(ours.dtype == tensor.dtype && ours.shape == tensor.shape, "\(name)")
      #expect(try ours.bytes() == tensor.bytes(), "\(name)")
    }
  }

  @Test func whatPythonWroteIsRead() throws {
    try inFolder { path in
      try #require(Data(base64Encoded: Self.python)).write(to: URL(filePath: path))
      let file = try Safetensors(opening: path)
      #expect(file.metadata == ["made": "by Python"])
      try expectSame(file.tensors, Self.tensors)
    }
  }

  @Test func everyTypeSurvivesARoundTrip() throws {
    try inFolder { path in
      try Safetensors(Self.tensors, metadata: ["a": "b/c \"d\" é"]).write(to: path)
      let file = try Safetensors(opening: path)
      #expect(file.metadata == ["a": "b/c \"d\" é"])
      try expectSame(file.tensors, Self.tensors)
      // Elements of every type lie aligned, and the data begin at a multiple of eight.
      let length = try Data(contentsOf: URL(filePath: path)).prefix(8)
      #expect(length.first.map { $0 % 8 } == 0)
    }
  }

  @Test func theBytesAreThoseThatPythonWasSeenToRead() throws {
    try inFolder { path in
      let tensors: [String: Tensor] = [
        "w": [[1.5, -2]], "i": Tensor([7]), "b": Tensor([1.0]).to(.bfloat16),
      ]
      try Safetensors(tensors, metadata: ["by": "Latent"]).write(to: path)
      let found = try Data(contentsOf: URL(filePath: path)).base64EncodedString()
      #expect(found == Self.ours)
    }
  }

  /// Read once by `safetensors.torch.load` in Python: the same three tensors and the note.
  static let ours = """
    yAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJieSI6IkxhdGVudCJ9LCJiIjp7ImRhdGFfb2Zmc2V0cyI6WzE2LDE4XSwi\
    ZHR5cGUiOiJCRjE2Iiwic2hhcGUiOlsxXX0sImkiOnsiZGF0YV9vZmZzZXRzIjpbMCw4XSwiZHR5cGUiOiJJNjQiLCJz\
    aGFwZSI6WzFdfSwidyI6eyJkYXRhX29mZnNldHMiOls4LDE2XSwiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzEsMl19fSAg\
    IAcAAAAAAAAAAADAPwAAAMCAPw==
    """

  @Test func anOddViewIsWrittenInRowOrder() throws {
    try inFolder { path in
      let x: Tensor = [[1, 2, 3], [4, 5, 6]]
      try Safetensors(["x": x.transposed()]).write(to: path)
      #expect(try Safetensors(opening: path).tensors["x"]?.values() == [1, 4, 2, 5, 3, 6])
    }
  }

  @Test func whatIsReadCanBeChangedInMemoryAndOutlivesTheFile() throws {
    try inFolder { path in
      try Safetensors(["x": [1, 2]]).write(to: path)
      let x = try #require(try Safetensors(opening: path).tensors["x"])
      try x.assign([3, 4])
      #expect(try Safetensors(opening: path).tensors["x"]?.values() == [1, 2])
      try FileManager.default.removeItem(atPath: path)
      #expect(try x.values() == [3, 4])
    }
  }

  @Test func aTensorThatCarriesAnErrorIsNotWritten() throws {
    try inFolder { path in
      let failed = Tensor.zeros([2]) + Tensor.zeros([3])
      #expect(throws: TensorError.self) { try Safetensors(["x": failed]).write(to: path) }
      #expect(!FileManager.default.fileExists(atPath: path))
      let complex = Tensor([1.0]).complex(Tensor([1.0]))
      #expect(throws: UserError.self) { try Safetensors(["x": complex]).write(to: path) }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  /// Headers that lie, and what the sentence must say.
  static let lies: [(header: String, data: Int, says: String)] = [
    (#"{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, 8, "outside the file"),
    (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 8, "outside the file"),
    (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#, 8, "outside the file"),
    (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4]}}"#, 8, "outside the file"),
    (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 8, "outside"),
    (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,92233720368547758070]}}"#, 8, "JSON"),
    (
      #"{"x":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,0]}}"#, 0,
      "impossible shape"
    ),
    (
      #"{"x":{"dtype":"F32","shape":[0,4611686018427387904,8],"data_offsets":[0,0]}}"#, 0,
      "impossible shape"
    ),
    (#"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "impossible shape"),
    (#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "needs 12 bytes"),
    (#"{"x":{"dtype":"F8","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown type F8"),
    (#"{"x":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}"#, 4, "JSON"),
    (#"{"x":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "JSON"),
    (#"{"x":{"note":"text"}}"#, 0, "no type and shape"),
    (
      #"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#,
      6, "overlap"
    ),
    (#"{"x":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#, 6, "belong to tensors"),
    (#"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 6, "belong to tensors"),
    (#"{"x":{"dtype":"U8""#, 4, "JSON"),
    ("[]", 0, "JSON"),
    ("", 4, "JSON"),
    ("\u{0}\u{1}", 4, "JSON"),
  ]

  @Test(arguments: lies.indices) func aLyingHeaderIsRefusedInOneSentence(_ index: Int) throws {
    let lie = Self.lies[index]
    try inFolder { path in
      var length = UInt64(lie.header.utf8.count).littleEndian
      let file = Data(bytes: &length, count: 8) + Data(lie.header.utf8) + Data(count: lie.data)
      try file.write(to: URL(filePath: path))
      let error = try #require(throws: UserError.self) { try Safetensors(opening: path) }
      #expect(error.description.contains(lie.says), "\(error)")
      #expect(error.description.contains(path))
    }
  }

  @Test func aTruncatedFileIsRefusedAtEveryLength() throws {
    let whole = try #require(Data(base64Encoded: Self.python))
    try inFolder { path in
      for count in stride(from: 0, to: whole.count, by: 7) {
        try whole.prefix(count).write(to: URL(filePath: path))
        #expect(throws: UserError.self) { try Safetensors(opening: path) }
      }
      for length in [UInt64.max, 1 << 63, 1 << 40, UInt64(whole.count)] {
        var claim = length.littleEndian
        try (Data(bytes: &claim, count: 8) + whole.dropFirst(8)).write(to: URL(filePath: path))
        #expect(throws: UserError.self) { try Safetensors(opening: path) }
      }
    }
  }

  @Test func aFlippedByteNeverTraps() throws {
    let whole = try #require(Data(base64Encoded: Self.python))
    var random = SplitMix(Seed(4))
    try inFolder { path in
      for _ in 0..<300 {
        var bytes = [UInt8](whole)
        for _ in 0..<2 {
          bytes[Int(random.next() % UInt64(bytes.count - 66))] = UInt8(
            truncatingIfNeeded: random.next())
        }
        try Data(bytes).write(to: URL(filePath: path))
        do {
          for tensor in try Safetensors(opening: path).tensors.values { _ = try tensor.bytes() }
        } catch is UserError {
        }
      }
    }
  }
}
