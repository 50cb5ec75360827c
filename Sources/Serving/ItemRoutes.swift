import Datasets
import Foundation
import HTTP
import Manual

extension Service {
  // The picture's path comes first, since an item's would match it too.
  static let itemRoutes: [Route] = [
    itemPictureRoute, itemRoute, thumbnailsRoute, keepRoute, selectionsRoute,
  ]

  private static let pictures = [
    Route.Answer(200, "The picture.", ["image/png"]), .cannot, .notDrawn,
  ]

  private static let itemPictureRoute: Route = Route(
    "GET", "/v1/spaces/{id}/items/{item}.png", "items", "The picture of an item.",
    parameters: [.space, .path("item", .whole, "The place of the item.")], answers: pictures,
    .worker { call in
      let space = try call.service.space(call)
      return try space.picture(space.inputs(of: [call.integer("item") ?? 0]), columns: 1)
    })

  private static let itemRoute: Route = Route(
    "GET", "/v1/spaces/{id}/items/{item}", "items", "What is known of an item.",
    parameters: [.space, .path("item", .whole, "The place of the item.")],
    answers: [
      Route.Answer(
        200, "The item.",
        json: .object([
          .init("item", .whole, required: true), .init("label", .orNull(.words), required: true),
          .init("class", .orNull(.whole), required: true),
          .init("text", .orNull(.words), required: true),
          .init("values", .orNull(.map(of: .either([.real, .words]))), required: true),
        ])), .cannot,
    ],
    .worker { call in
      let space = try call.service.space(call)
      let item = try space.item(call.integer("item") ?? 0)
      let text = space.isText ? Domain.text(of: try space.inputs(of: [item])) : nil
      let place = space.labels.map { $0[item] }.flatMap { $0 >= 0 ? $0 : nil }
      return Response(
        200,
        [
          "item": .int(item), "label": space.label(item).map { .string($0) } ?? .null,
          "class": place.map { .int($0) } ?? .null, "text": text.map { .string($0) } ?? .null,
          "values": try space.values(of: item),
        ])
    })

  private static let thumbnailsRoute: Route = Route(
    "GET", "/v1/spaces/{id}/thumbnails", "items",
    "Pictures of items in a row, ten side by side, without gaps.",
    parameters: [
      .space, Route.Parameter("from", .whole, "The first item; 0 when not given."),
      Route.Parameter("count", .integer(1...1000), "How many; 100 when not given."),
    ], answers: pictures,
    .worker { call in
      let space = try call.service.space(call)
      let items = try space.shown().count
      let from = try space.item(call.integer("from") ?? 0)
      let count = min(call.integer("count") ?? 100, items - from)
      return try space.picture(space.inputs(of: Array(from..<from + count)), columns: 10)
    })

  private static let keepRoute: Route = Route(
    "POST", "/v1/spaces/{id}/selections", "items", "Keep picked items under a name.",
    parameters: [.space],
    body: Route.Body(
      schema: .object([
        .init("name", .slug, required: true, "1 to 64 of a–z, 0–9 and -."),
        .init(
          "items", .list(of: .whole, count: 1...10_000_000), required: true, "Places of items."),
      ])),
    answers: [
      Route.Answer(
        201, "The file, and the command that reads it.",
        json: .object([
          .init("file", .words, required: true), .init("command", .words, required: true),
        ])), .cannot,
    ],
    .worker { call in
      let space = try call.service.space(call)
      let name = call.body["name"]?.string ?? ""
      let items = call.body["items"]?.integers ?? []
      for item in items { _ = try space.item(item) }
      let file = try Selection(name, items, space.space, split: space.split).write(to: space.folder)
      let words = ["latent", "show", space.folder, "--selection", name]
      return Response(
        201, ["file": .string(file), "command": .string(CommandText.of(words))],
        headers: [CommandText.header(words)])
    })

  private static let selectionsRoute: Route = Route(
    "GET", "/v1/spaces/{id}/selections", "items", "What was picked before.", parameters: [.space],
    answers: [
      Route.Answer(
        200, "All selections.",
        json: .object([
          .init(
            "selections",
            .list(
              .object([
                .init("name", .words, required: true),
                .init("items", .list(.whole), required: true),
                .init("file", .words, required: true),
              ])), required: true)
        ]))
    ],
    .worker { call in
      let space = try call.service.space(call)
      let all = try Selection.all(of: space.folder).map { selection -> JSON in
        [
          "name": .string(selection.name), "items": .array(selection.items.map { .int($0) }),
          "file": .string(Selection.path(selection.name, of: space.folder)),
        ]
      }
      return Response(200, ["selections": .array(all)])
    })
}

extension ServedSpace {
  /// What the data say of an item besides its class: columns of a table, factors of a world.
  fileprivate func values(of item: Int) throws -> JSON {
    let batch = try shown().batch([item])
    var fields: [(String, JSON)] = []
    if let factors = batch.factors {
      let row: [Float] = try factors.values()
      for (factor, value) in zip(domain.factors, row) {
        fields.append((factor.name, Self.number(value)))
      }
    }
    let columns = space.description.preprocessing.columns
    if !columns.isEmpty {
      let row: [Float] = try batch.x.values()
      var start = 0
      for column in columns.prefix(1000) {
        let width = max(1, column.values.count)
        defer { start += width }
        guard start + width <= row.count else { break }
        if column.values.isEmpty {
          fields.append((column.name, Self.number(row[start] * column.deviation + column.mean)))
        } else if let place = (0..<width).first(where: { row[start + $0] > 0.5 }) {
          fields.append((column.name, .string(column.values[place])))
        }
      }
    }
    return fields.isEmpty ? .null : .object(fields)
  }

  /// A number with the digits that single precision has.
  private static func number(_ value: Float) -> JSON { .number(Double(value.description) ?? 0) }
}
