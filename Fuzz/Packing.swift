import CBZip2
import CZlib
import Foundation
import Torch

/// Compression and archives for mutated payloads.
enum Packing {
  /// One input in four is damaged again after packing.
  static func damaged(_ input: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    guard random.next() & 3 == 0, !input.isEmpty else { return input }
    var input = input
    for _ in 0...Mutation.below(3, &random) {
      input[Mutation.below(input.count, &random)] = UInt8(truncatingIfNeeded: random.next())
    }
    return input
  }

  static func gzip(_ input: [UInt8]) -> [UInt8] { deflated(input, windowBits: 31) }

  static func zlib(_ input: [UInt8]) -> [UInt8] { deflated(input, windowBits: 15) }

  private static func deflated(_ input: [UInt8], windowBits: Int32) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var source = input + [0]
    var out = [UInt8](repeating: 0, count: input.count + input.count / 100 + 128)
    let written = source.withUnsafeMutableBufferPointer { source in
      out.withUnsafeMutableBufferPointer { out in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = out.baseAddress
        stream.avail_out = UInt32(out.count)
        deflate(&stream, Z_FINISH)
        return out.count - Int(stream.avail_out)
      }
    }
    return Array(out[..<written])
  }

  static func bzip2(_ input: [UInt8]) -> [UInt8] {
    // libbz2 promises that this is room enough for any input.
    var out = [UInt8](repeating: 0, count: input.count + input.count / 100 + 601)
    var written = UInt32(out.count)
    var source = input + [0]
    source.withUnsafeMutableBytes { source in
      out.withUnsafeMutableBytes { out in
        _ = BZ2_bzBuffToBuffCompress(
          out.bindMemory(to: CChar.self).baseAddress, &written,
          source.bindMemory(to: CChar.self).baseAddress, UInt32(input.count), 1, 0, 0)
      }
    }
    return Array(out[..<Int(written)])
  }

  /// A zip archive of `files`, stored or deflated, its checksums right.
  static func zip(_ files: [(name: String, bytes: [UInt8])], deflated isDeflated: Bool) -> [UInt8] {
    func number(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var body: [UInt8] = [], directory: [UInt8] = []
    for (name, bytes) in files {
      let packed = isDeflated ? deflated(bytes, windowBits: -15) : bytes
      let sum = bytes.withUnsafeBufferPointer { Int(crc32_z(0, $0.baseAddress, $0.count)) }
      let common =
        number(isDeflated ? 8 : 0, 2) + number(0, 4) + number(sum, 4) + number(packed.count, 4)
        + number(bytes.count, 4) + number(name.utf8.count, 2) + number(0, 2)
      directory += [0x50, 0x4b, 1, 2] + number(20, 2) + number(20, 2) + number(0, 2) + common
      directory += number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4)
      directory += number(body.count, 4) + Array(name.utf8)
      body +=
        [0x50, 0x4b, 3, 4] + number(20, 2) + number(0, 2) + common + Array(name.utf8) + packed
    }
    return body + directory + [0x50, 0x4b, 5, 6] + number(0, 4) + number(files.count, 2)
      + number(files.count, 2) + number(directory.count, 4) + number(body.count, 4) + number(0, 2)
  }

  /// The blocks of a tar archive that look like headers with the checksums they should have.
  static func withChecksums(ofTar input: [UInt8]) -> [UInt8] {
    var input = input
    for start in stride(from: 0, to: input.count - 511, by: 512)
    where input[start + 155] == 32 && input[start + 154] == 0 {
      for place in 148..<156 { input[start + place] = 32 }
      let sum = String(input[start..<start + 512].reduce(0) { $0 + Int($1) }, radix: 8)
      let digits = Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8) + [0, 32]
      input.replaceSubrange(start + 148..<start + 156, with: digits)
    }
    return input
  }
}
