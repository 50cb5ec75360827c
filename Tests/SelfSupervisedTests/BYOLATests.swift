import Datasets
import Foundation
import Learning
import Networks
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

@Suite struct BYOLATests {
  init() { Runtime.threads = 1 }

  /// Frames of 256 samples of 8,000 a second.
  private var settings: LogMelSettings {
    var settings = LogMelSettings()
    (settings.frame, settings.hop, settings.mels, settings.sampleRate) = (256, 128, 24, 8000)
    return settings
  }

  @Test func bandsAreEvenlyApartInMelsAndShareOutWhatLiesBetween() throws {
    #expect(near(MelBands.mels(1000), 999.9856, 1e-6))
    #expect(near(MelBands.hertz(MelBands.mels(440)), 440, 1e-9))
    let bands = MelBands(count: 24, range: 60...3900)
    #expect(near(bands.edges[0], 60, 1e-9) && near(bands.edges[25], 3900, 1e-9))
    let sums: [Double] = try bands.weights(frame: 1024, rate: 8000).sum(over: 0)
      .values(as: Double.self)
    for (bin, sum) in sums.enumerated() {
      let frequency = Double(bin) * 8000 / 1024
      if frequency >= bands.edges[1], frequency <= bands.edges[24] {
        #expect(near(sum, 1, 1e-5), "\(frequency) hertz")
      } else if frequency <= 60 || frequency >= 3900 {
        #expect(sum == 0, "\(frequency) hertz")
      }
    }
  }

  @Test func aToneIsHeardWithItsPowerInItsBands() throws {
    // A sine of amplitude 1 in the middle of bin 32: N / 4 there under Hann's window, N / 8 beside it.
    let wave = (0..<4000).map { Float(sin(2 * Double.pi * 1000 * Double($0) / 8000)) }
    let spectrogram = LogMel(settings, [4000, 1], device: .cpu)
    let heard = try spectrogram(Tensor(wave, shape: [1, 4000, 1])).checked()
    #expect(heard.shape == [1, 1, 24, 32])
    let found: [Double] = try heard[0..<1].selected(3, 15).flattened().values(as: Double.self)
    let weights = MelBands(count: 24, range: 60...3900).weights(frame: 256, rate: 8000)
    let columns = try [31, 32, 33].map { try weights.selected(1, $0).values(as: Double.self) }
    for band in 0..<24 {
      let power = 1024 * columns[0][band] + 4096 * columns[1][band] + 1024 * columns[2][band]
      if power > 1 { #expect(near(exp(found[band]), power, 1e-3), "band \(band)") }
    }
  }

  @Test func silenceAndShortSoundsAreFiniteAndOtherShapesFail() throws {
    let spectrogram = LogMel(settings, [5], device: .cpu)
    let silence = try spectrogram(.zeros([2, 5])).values(as: Double.self)
    #expect(silence.count == 2 * 24 * 8)
    #expect(silence.allSatisfy { near($0, log(0x1p-23), 1e-5) })
    #expect(throws: TensorError.self) { try spectrogram(.zeros([2, 6])).checked() }
  }

  @Test func soundsAreMixedAsPowersAre() throws {
    let x = Tensor([0, 1] as [Float], shape: [2, 1, 1, 1])
    let y = Tensor([2, -3] as [Float], shape: [2, 1, 1, 1])
    let shares = Tensor([0.25, 0] as [Float], shape: [2, 1, 1, 1])
    let mixed = try x.mixed(with: y, shares: shares).values(as: Double.self)
    #expect(near(mixed[0], log(0.75 + 0.25 * exp(2)), 1e-6) && near(mixed[1], 1, 1e-6))
  }

  @Test func cropsZoomInPitchAndMoveInTime() throws {
    // The number of the row, from 1 on; half of the height is seen, from a place that is drawn.
    let rows = Tensor.range(1, 9, type: .float32).reshaped(1, 1, 8, 1).expanded([1, 1, 8, 8])
    for seed in 0..<20 {
      let seen = rows.resizedCrop(0.5...0.5, RandomStream(UInt64(seed)))
      #expect(seen.shape == [1, 1, 8, 8])
      let values = try seen.max(over: 3).flattened().values(as: Double.self)
      for row in 1..<8 { #expect(near(values[row] - values[row - 1], 3.0 / 7, 1e-4)) }
      #expect(values[0] >= 0.999 && values[7] <= 8.001)
    }
    // A whole side in pitch stays as it is, and silence comes in from the side in time.
    let moved = try (0..<20).map { seed in
      try rows.resizedCrop(1...1, RandomStream(UInt64(seed))).values(as: Double.self)
    }
    #expect(moved.allSatisfy { near($0[3], 1, 1e-4) && near($0[7 * 8 + 3], 8, 1e-4) })
    #expect(moved.contains { $0[0] < 0.5 } && moved.contains { $0[7] < 0.5 })
  }

  @Test func segmentsAreFramesInARow() throws {
    let x = Tensor.range(0, 6, type: .float32).reshaped(1, 1, 1, 6).expanded([40, 1, 2, 6])
    let values = try x.segment(4, RandomStream(1)).values(as: Double.self)
    let starts = Set(stride(from: 0, to: values.count, by: 4).map { values[$0] })
    #expect(starts == [0, 1, 2])
    for place in stride(from: 0, to: values.count, by: 4) {
      #expect((0..<4).allSatisfy { values[place + $0] == values[place] + Double($0) })
    }
    #expect(x.segment(9, RandomStream(1)).shape == [40, 1, 2, 6])
  }

  @Test func theMemoryHoldsTheLastSoundsAndNoOthers() throws {
    let memory = SoundMemory(3, width: 1, device: .cpu)
    func drawn() throws -> Set<Double> {
      Set(try memory.drawn(60, RandomStream(2)).values(as: Double.self))
    }
    memory.push(Tensor([1, 2] as [Float], shape: [2, 1, 1, 1]))
    #expect(try drawn() == [1, 2])
    memory.push(Tensor([3, 4] as [Float], shape: [2, 1, 1, 1]))
    #expect(try drawn() == [2, 3, 4])
  }

  @Test func aFitHearsTheTrainingSoundsWithMean0AndDeviation1() throws {
    let world = SoundWorld(each: 1, RandomStream(3))
    #expect(world.x.shape == [40, SoundDraws.length, 1])
    #expect(Set(world.kinds).count == 10 && Set(world.backgrounds).count == 4)
    let source = try SoundWorld.source(train: world, test: world)
    var method = BYOLA()
    (method.spectrogram, method.segment, method.channels, method.features) = (settings, 16, 4, 8)
    (method.training.epochs, method.training.batch) = (1, 20)
    let network = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    let heard = network.spectrogram.standardised(network.spectrogram(world.x)).to(.float64)
    #expect(near(try heard.mean().value(), 0, 1e-4))
    #expect(near(try heard.squared().mean().value(), 1, 1e-4))
    let codes = try network.encode(world.x).checked()
    #expect(codes.shape == [40, 8])
  }

  @Test func settingsThatMakeNoSoundsAreRefused() throws {
    let domain = Domain(shape: [4000, 1], support: .real)
    for (change, flag) in [
      ({ $0.spectrogram.hop = 2000 }, "--hop 2000"), ({ $0.spectrogram.mels = 4 }, "--mels 4"),
      ({ $0.views.mixup = 1 }, "--mixup 1.0"), ({ $0.segment = 4 }, "--segment 4"),
      ({ $0.views.smallestSide = 2 }, "--smallest-side 2.0"),
    ] as [((inout BYOLA) -> Void, String)] {
      var method = BYOLA()
      change(&method)
      #expect { try method.validate(for: domain) } throws: { "\($0)".contains(flag) }
    }
    #expect(throws: (any Error).self) { try settings.range(at: 100) }
  }
}
