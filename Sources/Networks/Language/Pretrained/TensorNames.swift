extension ModelConfiguration {
  /// What comes before the names of the tensors inside the whole model.
  var prefix: String {
    switch form.style {
    case .gpt2: "transformer."
    case .llama: "model."
    case .bert: "bert."
    }
  }

  /// Endings of names that say nothing, such as masks that old versions saved.
  var ignored: [String] {
    switch form.style {
    case .gpt2: [".attn.bias", ".attn.masked_bias"] + (form.isTied ? ["lm_head.weight"] : [])
    case .llama: [".rotary_emb.inv_freq"] + (form.isTied ? ["lm_head.weight"] : [])
    case .bert:
      [
        "embeddings.position_ids", "embeddings.token_type_ids", "cls.predictions.decoder.weight",
        "cls.predictions.decoder.bias", "cls.seq_relationship.weight", "cls.seq_relationship.bias",
      ]
    }
  }

  /// All tensors of the network, by the names that `transformers` gives them without the prefix; `hasPooler` and
  /// `hasWriter` say which parts of an encoder there are.
  func places(hasPooler: Bool, hasWriter: Bool) -> [TensorPlace] {
    switch form.style {
    case .gpt2: gpt2Places
    case .llama: llamaPlaces
    case .bert: bertPlaces(hasPooler: hasPooler, hasWriter: hasWriter)
    }
  }

  /// The scale and the shift of a norm.
  private func norm(_ name: String, _ theirs: String) -> [TensorPlace] {
    [
      TensorPlace("\(name).weight", "\(theirs).weight", [form.width]),
      TensorPlace("\(name).bias", "\(theirs).bias", [form.width]),
    ]
  }

  private func layer(
    _ name: String, _ theirs: String, _ shape: [Int], bias: Bool = true, isTurned: Bool = false
  ) -> [TensorPlace] {
    let weight = TensorPlace(
      "\(name).weight", "\(theirs).weight", isTurned ? shape.reversed() : shape, isTurned: isTurned)
    return bias ? [weight, TensorPlace("\(name).bias", "\(theirs).bias", [shape[0]])] : [weight]
  }

  private var gpt2Places: [TensorPlace] {
    let (w, h) = (form.width, form.hidden)
    let blocks = (0..<form.blocks).flatMap { index -> [TensorPlace] in
      let (ours, theirs) = ("blocks.\(index)", "h.\(index)")
      return norm("\(ours).attentionNorm.mean", "\(theirs).ln_1")
        + layer(
          "\(ours).attention.queriesKeysValues", "\(theirs).attn.c_attn", [3 * w, w], isTurned: true
        )
        + layer("\(ours).attention.output", "\(theirs).attn.c_proj", [w, w], isTurned: true)
        + norm("\(ours).mlpNorm.mean", "\(theirs).ln_2")
        + layer("\(ours).mlp.input", "\(theirs).mlp.c_fc", [h, w], isTurned: true)
        + layer("\(ours).mlp.output", "\(theirs).mlp.c_proj", [w, h], isTurned: true)
    }
    return [
      TensorPlace("embedding.weight", "wte.weight", [form.vocabulary, w]),
      TensorPlace("positions", "wpe.weight", [form.context, w]),
    ] + blocks + norm("norm.mean", "ln_f") + headPlaces
  }

  private var headPlaces: [TensorPlace] {
    form.isTied
      ? [] : [TensorPlace("head.weight", "lm_head.weight", [form.vocabulary, form.width])]
  }

  private var llamaPlaces: [TensorPlace] {
    let (w, h, d) = (form.width, form.hidden, form.headWidth)
    let heads = [("q_proj", form.heads), ("k_proj", form.keyHeads), ("v_proj", form.keyHeads)]
    let blocks = (0..<form.blocks).flatMap { index -> [TensorPlace] in
      let (ours, theirs) = ("blocks.\(index)", "layers.\(index)")
      func joined(_ name: String, _ parts: [(String, Int)], bias: Bool) -> [TensorPlace] {
        let weight = TensorPlace(
          "\(ours).\(name).weight",
          joining: parts.map { ("\(theirs).\($0.0).weight", [$0.1, w]) })
        guard bias else { return [weight] }
        return [
          weight,
          TensorPlace(
            "\(ours).\(name).bias", joining: parts.map { ("\(theirs).\($0.0).bias", [$0.1]) }),
        ]
      }
      return [
        TensorPlace(
          "\(ours).attentionNorm.square.weight", "\(theirs).input_layernorm.weight", [w]),
        TensorPlace(
          "\(ours).mlpNorm.square.weight", "\(theirs).post_attention_layernorm.weight", [w]),
      ]
        + joined(
          "attention.queriesKeysValues", heads.map { ("self_attn.\($0.0)", $0.1 * d) },
          bias: form.hasQueryBias)
        + layer(
          "\(ours).attention.output", "\(theirs).self_attn.o_proj", [w, form.heads * d],
          bias: form.hasOutputBias)
        + joined(
          "mlp.input", [("mlp.gate_proj", h), ("mlp.up_proj", h)], bias: form.hasHiddenBias)
        + layer(
          "\(ours).mlp.output", "\(theirs).mlp.down_proj", [w, h], bias: form.hasHiddenBias)
    }
    return [
      TensorPlace("embedding.weight", "embed_tokens.weight", [form.vocabulary, w]),
      TensorPlace("norm.square.weight", "norm.weight", [w]),
    ] + blocks + headPlaces
  }

  private func bertPlaces(hasPooler: Bool, hasWriter: Bool) -> [TensorPlace] {
    let (w, h) = (form.width, form.hidden)
    let blocks = (0..<form.blocks).flatMap { index -> [TensorPlace] in
      let (ours, theirs) = ("blocks.\(index)", "encoder.layer.\(index)")
      let parts = ["query", "key", "value"].map { "\(theirs).attention.self.\($0)" }
      return [
        TensorPlace(
          "\(ours).attention.queriesKeysValues.weight",
          joining: parts.map { ("\($0).weight", [w, w]) }),
        TensorPlace(
          "\(ours).attention.queriesKeysValues.bias", joining: parts.map { ("\($0).bias", [w]) }),
      ]
        + layer("\(ours).attention.output", "\(theirs).attention.output.dense", [w, w])
        + norm("\(ours).attentionNorm.mean", "\(theirs).attention.output.LayerNorm")
        + layer("\(ours).mlp.input", "\(theirs).intermediate.dense", [h, w])
        + layer("\(ours).mlp.output", "\(theirs).output.dense", [w, h])
        + norm("\(ours).mlpNorm.mean", "\(theirs).output.LayerNorm")
    }
    let writer =
      layer("writer.transform", "cls.predictions.transform.dense", [w, w])
      + norm("writer.norm", "cls.predictions.transform.LayerNorm")
      + [TensorPlace("writer.bias", "cls.predictions.bias", [form.vocabulary])]
    return [
      TensorPlace("embedding.weight", "embeddings.word_embeddings.weight", [form.vocabulary, w]),
      TensorPlace("positions", "embeddings.position_embeddings.weight", [form.context, w]),
      TensorPlace("segments", "embeddings.token_type_embeddings.weight", [form.segments, w]),
    ] + norm("norm", "embeddings.LayerNorm") + blocks
      + (hasPooler ? layer("pooler", "pooler.dense", [w, w]) : [])
      + (hasWriter ? writer : [])
  }
}
