import Torch

/// A convolution of pictures that keeps their size and sees, at each pixel, only pixels before it in
/// reading order: `[n, in, h, w]` to `[n, out, h, w]`.
///
/// - Source: van den Oord, Kalchbrenner & Kavukcuoglu, *Pixel Recurrent Neural Networks*, ICML 2016,
///   arXiv:1601.06759, section 3.4.
public struct MaskedConvolution: Module {
  public let weight: Parameter
  public let bias: Parameter
  /// Ones where the window may look, `[1, 1, size, size]`.
  public let mask: Buffer
  let window: Tensor.Window

  /// With windows of an odd side `size`, which see their own pixel where `seesItself`.
  public init(
    _ inputs: Int, _ outputs: Int, size: Int, seesItself: Bool, _ random: RandomStream
  ) {
    precondition(size % 2 == 1, "a window of \(size) has no middle; an odd side has")
    let middle = size / 2
    let visible = (0..<size * size).map { place in
      let isBefore = place / size < middle || (place / size == middle && place % size < middle)
      return isBefore || (seesItself && place == middle * size + middle) ? Float(1) : 0
    }
    // The fan-in counts what is seen.
    let seen = Double(visible.count { $0 > 0 } * inputs)
    let bound = 1 / max(seen, 1).squareRoot()
    weight = Parameter(random.uniform([outputs, inputs, size, size]) * (2 * bound) - bound)
    bias = Parameter(random.uniform([outputs]) * (2 * bound) - bound)
    mask = Buffer(Tensor(visible, shape: [1, 1, size, size]).to(random.device))
    window = Tensor.Window(padding: middle)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.convolution(weight.tensor * mask.tensor, bias.tensor, window)
  }
}

/// A layer of a PixelCNN, with gates and beside a shortcut: `[n, channels, h, w]` to the same.
///
/// - Source: van den Oord et al., *Conditional Image Generation with PixelCNN Decoders*, NeurIPS 2016,
///   arXiv:1606.05328, eqs. 2 and 4.
public struct GatedMaskedLayer: Module {
  public let window: MaskedConvolution
  public let context: Convolution
  public let output: Convolution

  /// With windows of side `size`, and context of `maps` channels.
  public init(_ channels: Int, maps: Int, size: Int, _ random: RandomStream) {
    window = MaskedConvolution(channels, 2 * channels, size: size, seesItself: true, random)
    context = Convolution(maps, 2 * channels, size: 1, bias: false, random)
    output = Convolution(channels, channels, size: 1, random)
  }

  public func callAsFunction(_ h: Tensor, _ maps: Tensor) -> Tensor {
    let both = (window(h) + context(maps)).split(into: 2, along: 1)
    return h + output(both[0].tanh() * both[1].sigmoid())
  }
}

/// What each pixel's distribution is by the pixels before it in reading order and by context at every
/// place: `[n, c, h, w]` and `[n, maps, h, w]` to `[n, c, h, w]`.
///
/// The channels of one pixel do not see each other. There is one stack, so that windows of several
/// layers above 1 leave the blind spot that the source's two stacks close; a first window alone with
/// layers of 1 after it sees its half square whole.
///
/// - Source: van den Oord et al., *Conditional Image Generation with PixelCNN Decoders*, NeurIPS 2016,
///   arXiv:1606.05328.
public struct PixelCNN: Module {
  public let first: MaskedConvolution
  public let context: Convolution
  public let layers: [GatedMaskedLayer]
  public let output: Convolution
  /// How many rows up, and columns to either side, a pixel sees at most.
  public let reach: Int

  /// For pictures of `colours` channels; `windows` are the odd sides of the masked convolutions.
  public init(
    _ colours: Int, maps: Int, channels: Int, windows: [Int], _ random: RandomStream
  ) {
    first = MaskedConvolution(
      colours, channels, size: windows.first ?? 1, seesItself: false, random)
    context = Convolution(maps, channels, size: 1, bias: false, random)
    layers = windows.dropFirst().map { GatedMaskedLayer(channels, maps: maps, size: $0, random) }
    output = Convolution(channels, colours, size: 1, random)
    reach = windows.map { $0 / 2 }.reduce(0, +)
  }

  public func callAsFunction(_ x: Tensor, _ maps: Tensor) -> Tensor {
    let h = layers.reduce(first(x) + context(maps)) { $1($0, maps) }
    return output(h.relu())
  }

  /// Pictures made pixel by pixel in reading order, `[n, maps, h, w]` to `[n, c, h, w]`, and what was
  /// put out for each pixel, of the same shape.
  ///
  /// - Parameter draw: The values of a pixel by what is put out for it, `[n, c, 1, 1]` to the same.
  public func generated(_ maps: Tensor, _ draw: (Tensor) -> Tensor) -> (x: Tensor, outputs: Tensor)
  {
    let (n, height, width) = (maps.size(0), maps.size(2), maps.size(3))
    let blank = Tensor.zeros([n, output.weight.tensor.size(0), 1, 1], device: maps.device)
    var rows: [Tensor] = [], outputs: [Tensor] = []
    for i in 0..<height {
      let top = max(0, i - reach)
      var row: [Tensor] = [], puts: [Tensor] = []
      for j in 0..<width {
        let left = max(0, j - reach), right = min(width, j + reach + 1)
        // What lies beyond the reach has no bearing on the pixel.
        let above = rows[top..<i].map { $0.sliced(3, left, right) }
        let unknown = Array(repeating: blank, count: right - j)
        let line = Tensor.concatenate(Array(row[left..<j]) + unknown, along: 3)
        let part = Tensor.concatenate(above + [line], along: 2)
        let near = maps.sliced(2, top, i + 1).sliced(3, left, right)
        let put = self(part, near).sliced(2, i - top, i - top + 1).sliced(3, j - left, j - left + 1)
        row.append(draw(put))
        puts.append(put)
      }
      rows.append(Tensor.concatenate(row, along: 3))
      outputs.append(Tensor.concatenate(puts, along: 3))
    }
    return (Tensor.concatenate(rows, along: 2), Tensor.concatenate(outputs, along: 2))
  }
}
