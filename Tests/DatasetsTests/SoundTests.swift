import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// A RIFF/WAVE file of `samples`, which are already bytes.
func wave(
  _ samples: [UInt8], tag: UInt16 = 1, channels: UInt16 = 1, bits: UInt16 = 16,
  rate: UInt32 = 8000
) -> [UInt8] {
  let width = channels * bits / 8
  return Array("RIFF".utf8) + little(UInt32(36 + samples.count)) + Array("WAVEfmt ".utf8)
    + little(UInt32(16)) + little(tag) + little(channels) + little(rate)
    + little(rate * UInt32(width)) + little(width) + little(bits) + Array("data".utf8)
    + little(UInt32(samples.count)) + samples
}

/// Sounds as series of one length.
@Suite struct SoundTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// The samples as they were before they were standardised.
  private func raw(_ source: Source) throws -> [Float] {
    let (mean, deviation) = (source.preprocessing.mean[0], source.preprocessing.deviation[0])
    return try source.train.batch(Array(0..<source.train.count)).x.values().map {
      (($0 * deviation + mean) * 1024).rounded() / 1024
    }
  }

  private func samples(_ bytes: [UInt8]) throws -> [Float] {
    try raw(Source.open(folder.file("one.wav", bytes), .whole))
  }

  @Test func everyWidthGivesTheSameSamples() throws {
    let expected: [Float] = [0, 0.5, -1, -0.25]
    #expect(try samples(wave([128, 192, 0, 96], bits: 8)) == expected)
    let short: [Int16] = [0, 16384, -32768, -8192]
    #expect(try samples(wave(short.flatMap(little))) == expected)
    #expect(
      try samples(wave([0, 0, 0, 0, 0, 0x40, 0, 0, 0x80, 0, 0, 0xe0], bits: 24)) == expected)
    let long: [Int32] = [0, 1 << 30, .min, -1 << 29]
    #expect(try samples(wave(long.flatMap(little), bits: 32)) == expected)
    #expect(
      try samples(wave(expected.flatMap { little($0.bitPattern) }, tag: 3, bits: 32)) == expected)
    #expect(
      try samples(wave(expected.flatMap { little(Double($0).bitPattern) }, tag: 3, bits: 64))
        == expected)
  }

  @Test func stereoHasTwoColumnsAndOneScale() throws {
    let path = try folder.file("s.wav", wave([128, 192, 0, 96], channels: 2, bits: 8))
    let source = try Source.open(path, .whole)
    #expect(source.domain.shape == [2, 2] && source.preprocessing.mean.count == 1)
    #expect(try raw(source) == [0, 0.5, -1, -0.25])
  }

  @Test func foldersAreClassesAndShortSoundsEndInSilence() throws {
    _ = try folder.file("bark/a.wav", wave([192, 192, 192], bits: 8))
    _ = try folder.file("miaow/b.wav", wave([64], bits: 8))
    let source = try Source.open(folder.path, .whole)
    #expect(source.domain.shape == [3, 1] && source.domain.classes == ["bark", "miaow"])
    #expect(try source.train.labels() == [0, 1])
    #expect(try raw(source) == [0.5, 0.5, 0.5, -0.5, 0, 0])
    #expect(source.preprocessing.rate == 8000)
    #expect(
      source.notes == [
        "1 sound of \(lastPart(folder.path)) filled up with silence to 3 samples"
      ])
  }

  @Test func lengthCutsAndSilenceFills() throws {
    _ = try folder.file("a.wav", wave([192, 0, 192], bits: 8))
    _ = try folder.file("b.wav", wave([64], bits: 8))
    var options = SourceOptions.whole
    options.length = 2
    #expect(try raw(Source.open(folder.path, options)) == [0.5, -1, -0.5, 0])
    options.length = 0
    #expect(
      sentence { _ = try Source.open(folder.path, options) }
        == "length is 0; it must be 1 to 1048576 samples")
    options.length = 2
    #expect(
      sentence { _ = try Source.open("moons", options) }
        == "moons holds no sounds, so --length has no meaning")
  }

  @Test func aSpaceTakesOtherSoundsInItsLengthAndRate() throws {
    let old = try Source.open(folder.file("old/a.wav", wave([192, 0, 192], bits: 8)), .whole)
    func open(_ bytes: [UInt8]) throws -> Source {
      try Source.open(
        folder.file("new/b.wav", bytes), like: old.preprocessing, domain: old.domain)
    }
    // Stereo becomes mono, and the fourth sample goes.
    let new = try open(wave([0, 255, 192, 192, 0, 0, 9, 9], channels: 2, bits: 8))
    #expect(new.test.count == 1 && new.domain.shape == [3, 1])
    #expect(
      sentence { _ = try open(wave([1, 2], bits: 8, rate: 16000)) }
        == "b.wav has 16000 samples a second and this space 8000: bring all to one rate")
    _ = try open(wave([1, 2], bits: 8))
    var domain = old.domain
    domain.shape = [-3, 1]
    #expect(
      sentence {
        _ = try Source.open(folder.path + "/new", like: old.preprocessing, domain: domain)
      }.contains("no sounds"))
  }

  @Test func brokenSoundsAreSkippedAndNamed() throws {
    _ = try folder.file("a.wav", wave([192, 0, 192], bits: 8))
    _ = try folder.file("b.wav", Array(wave([1, 2, 3], bits: 8).dropLast()))
    let source = try Source.open(folder.path, .whole)
    #expect(source.train.count == 1)
    #expect(source.notes[0].contains("1 broken file"))
    #expect(source.notes[0].hasSuffix("b.wav is cut off: it claims 3 bytes where 2 are left"))
    var options = SourceOptions.whole
    options.strict = true
    #expect(sentence { _ = try Source.open(folder.path, options) }.contains("b.wav is cut off"))
  }

  @Test func whatIsNoSoundIsRefusedInOneSentence() throws {
    func refusal(_ bytes: [UInt8]) -> String { sentence { _ = try samples(bytes) } }
    #expect(refusal(Array("no sound at all".utf8)).hasPrefix("one.wav is not a RIFF/WAVE file"))
    #expect(refusal(wave([], bits: 8)).hasPrefix("one.wav holds no samples"))
    #expect(refusal(wave([1, 2, 3], channels: 3, bits: 8)).hasPrefix("one.wav has 3 channels"))
    #expect(refusal(wave([1, 2], tag: 2, bits: 8)).contains("samples of kind 2 with 8 bits"))
    #expect(
      refusal(wave(little(Float.nan.bitPattern), tag: 3, bits: 32))
        .hasPrefix("one.wav holds nan at sample 0"))
    let good = wave([1, 2, 3, 4])
    for count in 0..<good.count {
      let said = refusal(Array(good.prefix(count)))
      #expect(said.contains("one.wav") && !said.contains("\n"), "\(count) bytes: \(said)")
    }
  }

  @Test func aLyingLengthTakesNoMemory() throws {
    let before = try peakOfAddresses()
    var bytes = wave([1, 2], bits: 8)
    bytes.replaceSubrange(40..<44, with: little(UInt32.max - 1))
    #expect(sentence { _ = try samples(bytes) }.contains("claims 4294967294 bytes where 2 are"))
    #expect(try peakOfAddresses() - before < 1 << 34)
  }

  @Test func takesFromFiveOnAreForTraining() throws {
    for name in ["3_ann_0", "4_ann_7", "9_bob_12"] {
      _ = try folder.file("\(name).wav", wave([192, 0], bits: 8))
    }
    let opened = try Opened.spokenDigits(folder.path, name: "spoken", .whole, like: nil)
    #expect(opened.train.labels == [4, 9] && opened.test?.labels == [3])
    _ = try folder.file("odd.wav", wave([192, 0], bits: 8))
    #expect(
      sentence { _ = try Opened.spokenDigits(folder.path, name: "spoken", .whole, like: nil) }
        == "odd.wav is not named as digit_speaker_take.wav")
  }
}
