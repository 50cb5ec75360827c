import Datasets
import Files
import Foundation

/// A folder that TensorBoard's embedding projector opens.
///
/// Its files are those of `tensorboard/plugins/projector/projector_config.proto`: the codes, what is known of each,
/// and one picture of all thumbnails in rows.
public enum Projector {
  /// Thumbnails of examples in their order, each `[h, w, c]` of bytes.
  public struct Thumbnails: Sendable {
    public let height: Int
    public let width: Int
    /// 1 or 3.
    public let channels: Int
    public let pictures: [[UInt8]]

    public init(height: Int, width: Int, channels: Int, pictures: [[UInt8]]) {
      self.height = height
      self.width = width
      self.channels = channels
      self.pictures = pictures
    }
  }

  /// The largest side of a picture that browsers are sure to show.
  static let largestSide = 8192

  /// Writes the codes and columns of `table`, called `title`, with thumbnails where there are any.
  ///
  /// - Returns: The files' names.
  /// - Throws: ``UserError`` where the folder cannot be written, or the thumbnails are too many for one picture.
  public static func write(
    _ table: ExportedTable, title: String, _ thumbnails: Thumbnails?, in folder: String
  ) throws -> [String] {
    try AtomicFile.write(to: folder + "/tensors.tsv") { file in
      for row in 0..<table.count {
        let line = table.code(row).map(\.description).joined(separator: "\t") + "\n"
        try file.append(Data(line.utf8))
      }
    }
    try AtomicFile.write(to: folder + "/metadata.tsv") { file in
      // A single column has no header, by the projector's rule, and its name is lost; so there always are two.
      let columns = table.known + (table.known.count == 1 ? [row(of: table)] : [])
      func line(_ cells: [String]) -> Data {
        Data((cells.map(ExportedTable.oneLine).joined(separator: "\t") + "\n").utf8)
      }
      try file.append(line(columns.map(\.name)))
      for row in 0..<table.count { try file.append(line(columns.map { $0.cell(row) })) }
    }
    var config = """
      embeddings {
        tensor_name: \(TableColumn.quoted(title))
        tensor_path: "tensors.tsv"
        metadata_path: "metadata.tsv"

      """
    var names = ["projector_config.pbtxt", "tensors.tsv", "metadata.tsv"]
    if let thumbnails, table.count > 0 {
      let size = try write(thumbnails, to: folder + "/sprite.png")
      config += """
          sprite {
            image_path: "sprite.png"
            single_image_dim: \(size.width)
            single_image_dim: \(size.height)
          }

        """
      names.append("sprite.png")
    }
    try AtomicFile.write(Data((config + "}\n").utf8), to: folder + "/projector_config.pbtxt")
    return names
  }

  private static func row(of table: ExportedTable) -> TableColumn {
    TableColumn("row", .integers((0..<table.count).map { $0 }))
  }

  /// Draws all thumbnails in rows of a square, made smaller where they would not fit; their height and width there.
  private static func write(
    _ thumbnails: Thumbnails, to path: String
  ) throws -> (height: Int, width: Int) {
    let across = Int(Double(thumbnails.pictures.count).squareRoot().rounded(.up))
    let room = largestSide / across
    try require(room > 0, "\(thumbnails.pictures.count) thumbnails do not fit into one picture")
    let longer = max(thumbnails.height, thumbnails.width)
    let scale = min(1, Double(room) / Double(longer))
    let height = max(1, Int(Double(thumbnails.height) * scale))
    let width = max(1, Int(Double(thumbnails.width) * scale))
    let channels = thumbnails.channels, line = across * width * channels
    var pixels = [UInt8](repeating: 255, count: across * height * line)
    for (index, picture) in thumbnails.pictures.enumerated() {
      let image = Image(
        width: thumbnails.width, height: thumbnails.height, channels: channels, pixels: picture
      ).resized(height: height, width: width)
      let start = index / across * height * line + index % across * width * channels
      for y in 0..<height {
        let from = y * width * channels, to = start + y * line
        pixels.replaceSubrange(
          to..<to + width * channels, with: image.pixels[from..<from + width * channels])
      }
    }
    try PNG.write(
      pixels: pixels, width: across * width, height: across * height, channels: channels, to: path)
    return (height, width)
  }
}
