import Files
import Foundation

/// What the `config.json` of a published model says.
struct ModelConfiguration {
  private let path: String
  private let values: JSONValue
  /// Its `model_type`.
  let architecture: String
  /// The network's form.
  private(set) var form: TransformerForm

  /// The architectures that are known, and what becomes of them.
  static let known = ["gpt2", "llama", "qwen2", "mistral", "bert"]

  /// Reads the file at `path`.
  ///
  /// - Throws: `UserError` that says in one sentence what is wrong, or what is not known here.
  init(opening path: String) throws {
    self.path = path
    guard let values = try? JSONDecoder().decode(JSONValue.self, from: MappedFile(path).data),
      case .object = values
    else {
      // A file that is not there has a sentence of its own.
      _ = try MappedFile(path)
      throw UserError("\(path) is not a JSON object")
    }
    self.values = values
    guard case .string(let type)? = values[["model_type"]] else {
      throw UserError("\(path) has no model_type")
    }
    guard Self.known.contains(type) else {
      throw UserError(
        "\(path): the architecture \(type) is not known here; \(Self.known.joined(separator: ", ")) are"
      )
    }
    architecture = type
    form = TransformerForm(.gpt2, vocabulary: 1, context: 1, width: 1, blocks: 1, heads: 1)
    switch type {
    case "gpt2": form = try gpt2()
    case "bert": form = try bert()
    default: form = try llama()
    }
    do {
      try form.validate()
    } catch let error as UserError {
      throw UserError("\(path) asks for \(error.description)")
    }
  }

  private func integer(_ name: String, _ otherwise: Int? = nil) throws -> Int {
    switch values[[name]] {
    case .integer(let value)?:
      // Far above any size there is, and far below what products of sizes could not hold.
      try require(
        (-1_000_000_000...1_000_000_000).contains(value), "\(path) has the \(name) \(value)")
      return value
    case nil, .null?: if let otherwise { return otherwise }
    default: break
    }
    throw UserError("\(path) has no whole number \(name)")
  }

  private func number(_ name: String, _ otherwise: Double, in values: JSONValue? = nil) throws
    -> Double
  {
    switch (values ?? self.values)[[name]] {
    case .integer(let value)?: return Double(value)
    case .number(let value)?: return value
    case nil, .null?: return otherwise
    default: throw UserError("\(path) has a \(name) that is no number")
    }
  }

  private func flag(_ name: String, _ otherwise: Bool) -> Bool {
    guard case .bool(let value)? = values[[name]] else { return otherwise }
    return value
  }

  private func text(_ name: String, _ otherwise: String, in values: JSONValue? = nil) -> String {
    guard case .string(let value)? = (values ?? self.values)[[name]] else { return otherwise }
    return value
  }

  private func activation(_ name: String, _ otherwise: String) throws
    -> TransformerForm.Nonlinearity
  {
    switch text(name, otherwise) {
    case "gelu": return .gelu
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
    case "relu": return .relu
    case "silu", "swish": return .silu
    case let other: throw UserError("\(path): the \(name) \(other) is not known here")
    }
  }

  /// Refuses what changes the network in a way that is not known.
  private func refuse(_ name: String, unless wanted: Bool) throws {
    guard flag(name, wanted) == wanted else {
      throw UserError("\(path): \(name) \(!wanted) is not known here")
    }
  }

  private func gpt2() throws -> TransformerForm {
    try refuse("scale_attn_weights", unless: true)
    try refuse("scale_attn_by_inverse_layer_idx", unless: false)
    try refuse("add_cross_attention", unless: false)
    var form = TransformerForm(
      .gpt2, vocabulary: try integer("vocab_size", 50257),
      context: try integer("n_positions", 1024),
      width: try integer("n_embd", 768), blocks: try integer("n_layer", 12),
      heads: try integer("n_head", 12))
    try divides(form)
    form.hidden = try integer("n_inner", form.hidden)
    form.activation = try activation("activation_function", "gelu_new")
    form.epsilon = try number("layer_norm_epsilon", 1e-5)
    form.isTied = flag("tie_word_embeddings", true)
    return form
  }

  private func bert() throws -> TransformerForm {
    try refuse("is_decoder", unless: false)
    let kind = text("position_embedding_type", "absolute")
    try require(
      kind == "absolute", "\(path): the position_embedding_type \(kind) is not known here")
    var form = TransformerForm(
      .bert, vocabulary: try integer("vocab_size", 30522),
      context: try integer("max_position_embeddings", 512), width: try integer("hidden_size", 768),
      blocks: try integer("num_hidden_layers", 12), heads: try integer("num_attention_heads", 12))
    try divides(form)
    form.hidden = try integer("intermediate_size", 3072)
    form.activation = try activation("hidden_act", "gelu")
    form.epsilon = try number("layer_norm_eps", 1e-12)
    form.segments = try integer("type_vocab_size", 2)
    return form
  }

  private func llama() throws -> TransformerForm {
    var form = TransformerForm(
      .llama, vocabulary: try integer("vocab_size"),
      context: try integer("max_position_embeddings", 2048), width: try integer("hidden_size"),
      blocks: try integer("num_hidden_layers"), heads: try integer("num_attention_heads"))
    form.keyHeads = try integer("num_key_value_heads", form.heads)
    form.hidden = try integer("intermediate_size")
    form.activation = try activation("hidden_act", "silu")
    form.epsilon = try number("rms_norm_eps", 1e-6)
    form.isTied = flag("tie_word_embeddings", false)
    form.rotary = try rotary(form)
    if values[["head_dim"]].map({ $0 != .null }) ?? false {
      form.headWidth = try integer("head_dim")
    } else {
      try divides(form)
    }
    if architecture == "qwen2" {
      try refuse("use_sliding_window", unless: false)
      form.hasQueryBias = true
    } else {
      form.hasQueryBias = flag("attention_bias", false)
      form.hasOutputBias = form.hasQueryBias
      form.hasHiddenBias = flag("mlp_bias", false)
    }
    // A window that no text of this context leaves changes nothing.
    if architecture == "mistral", case .integer(let window)? = values[["sliding_window"]] {
      form.context = min(form.context, window)
    }
    return form
  }

  private func divides(_ form: TransformerForm) throws {
    try require(
      form.heads > 0 && form.width % form.heads == 0,
      "\(path): a width of \(form.width) is no multiple of \(form.heads) heads")
  }

  private func rotary(_ form: TransformerForm) throws -> Rotary {
    // Since version 5 of transformers all is in one place.
    let place = values[["rope_parameters"]] ?? values[["rope_scaling"]]
    let base = try number("rope_theta", number("rope_theta", 10_000), in: place ?? .null)
    try require(base > 1 && base.isFinite, "\(path): a rope_theta of \(base) turns nothing")
    guard let place, case .object = place else { return Rotary(base: base) }
    func factor(_ otherwise: Double) throws -> Double {
      let factor = try number("factor", otherwise, in: place)
      try require(
        factor > 0 && factor.isFinite, "\(path): a rope factor of \(factor) turns nothing")
      return factor
    }
    switch text("rope_type", text("type", "default", in: place), in: place) {
    case "default": return Rotary(base: base)
    case "linear": return Rotary(base: base, scaling: .linear(try factor(1)))
    case "llama3":
      return Rotary(
        base: base,
        scaling: .llama3(
          factor: try factor(8),
          low: try number("low_freq_factor", 1, in: place),
          high: try number("high_freq_factor", 4, in: place),
          original: try number("original_max_position_embeddings", Double(form.context), in: place))
      )
    case let other: throw UserError("\(path): the rope_type \(other) is not known here")
    }
  }
}
