import Files

/// PNG and JPEG files, in a folder or in a zip archive, decoded each time one is fetched.
struct PictureStore: Store {
  let items: [MediaFolder.Item]
  let shape: [Int]
  var count: Int { items.count }
  var element: Element { .uint8 }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let item = items[row]
    var image = try item.place.withBytes {
      try Image.decode($0, name: item.name, channels: shape[0])
    }
    image = image.resized(height: shape[1], width: shape[2])
    image.copyPlanes(to: out)
  }
}

extension MediaFolder {
  /// Decodes all pictures once: several at a time into memory up to `budget` bytes, else each as it is first fetched,
  /// into a scratch file; where the disk has no room for that, at every fetch.
  ///
  /// - Parameter size: height and width asked for; without, all must be alike.
  /// - Parameter channels: 1 or 3; without, 3 where one picture has colour.
  mutating func store(
    size: [Int]?, channels: Int?, strict: Bool, notes: inout [String], budget: Int = 1 << 30
  ) throws -> any Store {
    let shapes = survey { place, name in try place.withBytes { try Image.shape($0, name: name) } }
    try dropBroken(shapes.map { $0.map { _ in } }, strict, &notes)
    let good = shapes.compactMap { try? $0.get() }
    let common = size ?? Array(good[0][1...])
    if size == nil, let other = good.firstIndex(where: { Array($0[1...]) != common }) {
      throw UserError(
        "\(items[0].name) has \(written(good[0].reversed().dropLast())) pixels and \(items[other].name) "
          + "\(written(good[other].reversed().dropLast())): give one size for all with --size")
    }
    let shape = [channels ?? good.map { $0[0] }.max() ?? 1] + common
    let onDisk = PictureStore(items: items, shape: shape)
    guard let bytes = product(shape + [items.count]), bytes <= budget else {
      return (try? DecodedStore(onDisk)) ?? onDisk
    }
    let pixels = survey { place, name in
      try [UInt8](unsafeUninitializedCapacity: shape.reduce(1, *)) { buffer, filled in
        let one = PictureStore(items: [.init(name: name, place: place)], shape: shape)
        try one.copy(
          0, to: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: one.width))
        filled = one.width
      }
    }
    try dropBroken(pixels.map { $0.map { _ in } }, strict, &notes)
    return ArrayStore(
      .owned(pixels.flatMap { (try? $0.get()) ?? [] }), count: items.count, shape: shape,
      element: .uint8)
  }
}
