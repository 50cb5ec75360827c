import HTTP
import Manual

/// The OpenAPI 3.1 document of a table of routes.
enum OpenAPI {
  static func document(of routes: [Route]) -> JSON {
    var paths: [(String, JSON)] = []
    for route in routes {
      let operation = (route.method.lowercased(), operation(route))
      if let place = paths.firstIndex(where: { $0.0 == route.path }),
        case .object(let others) = paths[place].1
      {
        paths[place].1 = .object(others + [operation])
      } else {
        paths.append((route.path, .object([operation])))
      }
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Latent", "version": .string(Latent.version),
        "description":
          "What `latent serve` offers: latent spaces, the catalogue of systems, and the runs of this machine.",
      ],
      "paths": .object(paths),
      "components": [
        "schemas": [
          "Numbers": [
            "type": "array", "minItems": 1,
            "items": ["anyOf": [["type": "number"], ["$ref": "#/components/schemas/Numbers"]]],
          ],
          "Error": [
            "type": "object", "required": ["error"],
            "properties": [
              "error": [
                "type": "object", "required": ["message"],
                "properties": ["message": ["type": "string"]],
              ]
            ],
          ],
        ],
        "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
      ],
      "security": [["token": []], [:]],
    ]
  }

  private static func operation(_ route: Route) -> JSON {
    var fields: [(String, JSON)] = [
      ("operationId", .string(identifier(route))), ("tags", [.string(route.tag)]),
      ("summary", .string(route.summary)),
    ]
    if !route.parameters.isEmpty {
      fields.append(("parameters", .array(route.parameters.map(parameter))))
    }
    if let body = route.body {
      var content: [(String, JSON)] = [("application/json", ["schema": body.schema.json])]
      if body.takesNumPy { content.append(("application/x-npy", ["schema": Schema.bytes.json])) }
      fields.append(("requestBody", ["required": true, "content": .object(content)]))
    }
    if route.isOpen { fields.append(("security", [[:]])) }
    fields.append(("responses", .object(answers(route))))
    return .object(fields)
  }

  /// Such as `post-spaces-id-encode`.
  private static func identifier(_ route: Route) -> String {
    let words = route.path.split { !$0.isLetter && !$0.isNumber }.filter { $0 != "v1" }
    return ([route.method.lowercased()] + words.map(String.init)).joined(separator: "-")
  }

  private static func parameter(_ parameter: Route.Parameter) -> JSON {
    [
      "name": .string(parameter.name), "in": parameter.isInPath ? "path" : "query",
      "required": .bool(parameter.isInPath || parameter.isRequired),
      "description": .string(parameter.doc), "schema": parameter.schema.json,
    ]
  }

  /// What each route gives, and what all give who are refused.
  private static func answers(_ route: Route) -> [(String, JSON)] {
    var found = route.answers.map { answer -> (String, JSON) in
      var content: [(String, JSON)] = []
      if let schema = answer.json { content.append(("application/json", ["schema": schema.json])) }
      content += answer.types.map { ($0, ["schema": Schema.bytes.json]) }
      return (
        "\(answer.status)",
        .object(
          [("description", .string(answer.doc))]
            + (content.isEmpty ? [] : [("content", .object(content))]))
      )
    }
    var refusals = [(403, "Asked by another site's page."), (421, "Asked by another name.")]
    if !route.isOpen { refusals.append((401, "Without the token.")) }
    refusals.append((503, "Too many requests, or no answer in time."))
    refusals.append((400, "Not as it may be; the sentence says what is wrong."))
    if route.path.contains("{") { refusals.append((404, "There is no such thing.")) }
    if route.body != nil {
      refusals += [
        (413, "More than a request may hold or ask for."), (415, "A body of another type."),
      ]
    }
    let given = Set(found.map(\.0))
    for (status, doc) in refusals.sorted(by: { $0.0 < $1.0 }) where !given.contains("\(status)") {
      found.append(
        (
          "\(status)",
          [
            "description": .string(doc),
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
          ]
        ))
    }
    return found
  }
}

extension Schema {
  /// The description as JSON Schema.
  var json: JSON {
    switch self {
    case .any: [:]
    case .boolean: ["type": "boolean"]
    case .integer(let range):
      ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
    case .number(let range):
      .object(
        [("type", "number")]
          + (range.lowerBound.isFinite ? [("minimum", .number(range.lowerBound))] : [])
          + (range.upperBound.isFinite ? [("maximum", .number(range.upperBound))] : []))
    case .text(let most):
      most == .max ? ["type": "string"] : ["type": "string", "maxLength": .int(most)]
    case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
    case .slug: ["type": "string", "pattern": "^[a-z0-9-]{1,64}$"]
    case .numbers: ["$ref": "#/components/schemas/Numbers"]
    case .list(let schema, let count):
      .object(
        [("type", "array"), ("items", schema.json)]
          + (count.lowerBound > 0 ? [("minItems", .int(count.lowerBound))] : [])
          + (count.upperBound < .max ? [("maxItems", .int(count.upperBound))] : []))
    case .object(let fields): object(fields)
    case .map(let schema): ["type": "object", "additionalProperties": schema.json]
    case .either(let schemas): ["anyOf": .array(schemas.map(\.json))]
    case .orNull(let schema): ["anyOf": [schema.json, ["type": "null"]]]
    case .bytes: ["type": "string", "format": "binary"]
    }
  }

  private func object(_ fields: [Field]) -> JSON {
    let properties = fields.map { field -> (String, JSON) in
      guard !field.doc.isEmpty, case .object(let parts) = field.schema.json else {
        return (field.name, field.schema.json)
      }
      return (field.name, .object(parts + [("description", .string(field.doc))]))
    }
    let required = fields.filter(\.isRequired).map { JSON.string($0.name) }
    return .object(
      [("type", "object"), ("properties", .object(properties))]
        + (required.isEmpty ? [] : [("required", .array(required))])
        + [("additionalProperties", false)])
  }
}
