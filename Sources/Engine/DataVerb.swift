import Datasets
import Files
import Manual

/// `latent data`: known sources, and how each is got.
enum DataVerb {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let known = Source.known()
    if let name = arguments.positional("NAME") {
      guard let source = known.first(where: { $0.name == name }) else {
        let near = nearest(to: name, among: known.map(\.name))
        let hint = near.map { "did you mean \($0)?" } ?? "latent data lists them"
        throw UserError("there is no known data set \(name); \(hint)")
      }
      return try console.result(json(source), text: card(source))
    }
    var table = TextTable(["name", "here", "what", "size", "licence"])
    for source in known {
      table.add([
        source.name, source.isHere ? "yes" : "no", source.what, source.size, source.licence,
      ])
    }
    try console.result(
      .array(known.map(json)), text: table.text(width: Terminal.width(.output)))
  }

  private static func card(_ source: KnownSource) -> String {
    """
    \(source.name): \(source.what)
    size      \(source.size)
    licence   \(source.licence)
    origin    \(source.origin)
    here      \(source.isHere ? "yes" : "no")
    how       \(source.how)
    """
  }

  private static func json(_ source: KnownSource) -> JSON {
    [
      ("name", .string(source.name)), ("what", .string(source.what)),
      ("size", .string(source.size)), ("licence", .string(source.licence)),
      ("origin", .string(source.origin)), ("how", .string(source.how)),
      ("here", .bool(source.isHere)),
    ].json
  }
}
