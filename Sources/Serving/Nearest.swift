import Evaluation
import Files
import Foundation
import HTTP
import Manual
import Neighbours
import Torch

extension ServedSpace {
  /// The code of an example that is given.
  func code(of input: JSONBody) throws -> [Float] {
    guard encoder != nil else { throw Refusal(409, cannot["encode"] ?? "") }
    if let text = input.string {
      guard isText else { throw UserError("of.input is a text, and \(id) is not a space of texts") }
      return try encoded(tokens(text)).values
    }
    guard let array = input.array else { throw UserError("of.input must be an example") }
    return try encoded(
      inputs(.numbers(NumberArray(array.values, shape: [1] + array.shape)), "of.input")
    ).values
  }

  /// The items nearest to a code.
  func nearest(
    to code: [Float], _ count: Int, by distance: NearestCodes.Distance = .euclidean,
    without item: Int? = nil, _ call: Call,
    _ headers: [(String, String)] = []
  ) throws -> Response {
    guard let codes = try codes.value(within: call.service.limits.seconds / 2) else {
      throw Refusal(
        503, "the codes of all items are being computed; come again",
        headers: [("Retry-After", "2")])
    }
    guard code.count == codes.width else {
      throw UserError("the code has \(code.count) numbers; \(id) has codes of \(codes.width)")
    }
    let found = codes.search.nearest(to: code, most: count, by: distance, without: item)
    return Response(
      200,
      [
        "neighbours": .array(
          found.map {
            [
              "item": .int($0.place), "distance": .number($0.distance),
              "label": label($0.place).map { .string($0) } ?? .null,
            ]
          })
      ], headers: headers)
  }
}

/// The neighbours that items have in common in two spaces.
func overlap(_ call: Call) throws -> Response {
  func space(_ field: String) throws -> ServedSpace {
    let id = call.body[field]?.string ?? ""
    guard let space = call.service.spaces.first(where: { $0.id == id }) else {
      throw Refusal(404, "there is no space \(printable(id))")
    }
    try space.require("neighbours")
    return space
  }
  let (a, b) = (try space("a"), try space("b"))
  let source = a.space.description.source, other = b.space.description.source
  guard source.fingerprint == other.fingerprint, source.options == other.options,
    a.items?.count == b.items?.count
  else {
    throw Refusal(409, "\(a.id) and \(b.id) have not the same items")
  }
  guard let first = try a.neighbours.value(within: 5) else { return a.neighbours.progressResponse }
  guard let second = try b.neighbours.value(within: 5) else { return b.neighbours.progressResponse }
  let count = call.body["count"]?.integer ?? NeighbourTable.neighbours
  let each = first.prefix(count).overlap(second.prefix(count))
  let shares = each.map(Double.init)
  let estimate = shares.count > 1 ? try Estimate.mean(of: shares) : nil
  let mean = estimate?.value ?? shares.first ?? 0
  // The command counts ten neighbours, by all distances.
  let isRepeatable =
    count == NeighbourTable.neighbours && a.split == b.split && each.count <= 20_000
  let headers =
    isRepeatable
    ? [
      CommandText.header(
        [
          "latent", "relate", a.folder, b.folder, "--measure", "neighbours", "--limit",
          "\(max(20, each.count))",
        ] + a.splitWords)
    ] : []
  return Numbers(
    fields: [
      ("mean", .json(.number(mean))), ("low", .json(.number(estimate?.interval.low ?? mean))),
      ("high", .json(.number(estimate?.interval.high ?? mean))),
      ("each", .rows((each, [each.count]))),
    ], headers: headers
  ).response
}
