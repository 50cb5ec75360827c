"""Writes language.json: what small transformers of Hugging Face make of tokens.

Made with transformers 5.24.0 and torch 2.13.0 (pip install transformers). No weights are kept: every tensor follows from its
name by a formula that the test has too.
"""

import json
import pathlib
import tempfile
import zlib

import numpy
import torch
from safetensors import safe_open
from transformers import (
  BertConfig, BertForMaskedLM, BertModel, GPT2Config, GPT2LMHeadModel, GPT2Model, LlamaConfig, LlamaForCausalLM,
  MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM)

torch.set_num_threads(1)


def numbers(name, shape):
  """Numbers within ±0.4, by a congruential generator that starts at the checksum of the name."""
  state, count = zlib.crc32(name.encode()), int(numpy.prod(shape))
  values = numpy.empty(count, dtype=numpy.float64)
  for i in range(count):
    state = (1664525 * state + 1013904223) % 2**32
    values[i] = (state / 2**32 - 0.5) * 0.8
  return torch.tensor(values.astype(numpy.float32)).reshape(shape)


def array(tensor):
  return {"shape": list(tensor.shape), "values": [float(str(numpy.float32(v))) for v in tensor.detach().flatten().tolist()]}


def case(name, model, tokens, run, greedy=False):
  # Weights that are shared have the name under which they are saved.
  model.eval()
  with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    config = json.loads((pathlib.Path(folder) / "config.json").read_text())
    with safe_open(pathlib.Path(folder) / "model.safetensors", "pt") as file:
      tensors = {key: list(file.get_slice(key).get_shape()) for key in sorted(file.keys())}
  state = model.state_dict()
  with torch.no_grad():
    for key, shape in tensors.items():
      state[key].copy_(numbers(key, shape))
    outputs = {key: array(value) for key, value in run(model, torch.tensor(tokens)).items()}
    record = {"name": name, "config": config, "tensors": tensors, "tokens": tokens, "outputs": outputs}
    if greedy:
      made = model.generate(
        torch.tensor(tokens), attention_mask=torch.ones(len(tokens), len(tokens[0]), dtype=torch.long), max_new_tokens=9, do_sample=False, pad_token_id=0, eos_token_id=None)
      record["continued"] = made.tolist()
  return record


def decoder(model, tokens):
  found = model(tokens, output_hidden_states=True, output_attentions=True)
  return {
    "logits": found.logits, "blocks.0.resid_pre": found.hidden_states[0], "blocks.0.resid_post": found.hidden_states[1],
    "blocks.1.attn_pattern": found.attentions[1]}


TOKENS = [[3, 14, 15, 9, 2, 6, 5], [1, 0, 12, 12, 7, 8, 4]]
MASK = torch.tensor([[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0, 0]])
KINDS = torch.tensor([[0, 0, 0, 1, 1, 1, 1], [0, 1, 1, 1, 0, 0, 0]])


def encoder(model, tokens):
  found = model(tokens, attention_mask=MASK, token_type_ids=KINDS, output_hidden_states=True)
  return {"hidden": found.last_hidden_state, "pooled": found.pooler_output, "blocks.0.resid_post": found.hidden_states[1]}


def masked(model, tokens):
  return {"logits": model(tokens, attention_mask=MASK).logits}


def llama(kind, model, **more):
  return model(kind(
    vocab_size=17, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=24, attn_implementation="eager", **more))


def main():
  gpt2 = dict(vocab_size=17, n_positions=24, n_embd=16, n_layer=2, n_head=4, attn_implementation="eager")
  bert = dict(
    vocab_size=17, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24,
    max_position_embeddings=12, attn_implementation="eager")
  scaling = {
    "rope_type": "llama3", "rope_theta": 500.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8}
  cases = [
    case("gpt2", GPT2LMHeadModel(GPT2Config(**gpt2)), TOKENS, decoder, greedy=True),
    case("gpt2-bare", GPT2Model(GPT2Config(**gpt2, activation_function="relu")), TOKENS,
         lambda model, tokens: {"hidden": model(tokens).last_hidden_state}),
    case("llama", llama(LlamaConfig, LlamaForCausalLM), TOKENS, decoder, greedy=True),
    case("llama-scaled", llama(
      LlamaConfig, LlamaForCausalLM, rope_parameters=scaling, tie_word_embeddings=True, attention_bias=True, mlp_bias=True,
      head_dim=8), TOKENS, decoder),
    case("qwen2", llama(Qwen2Config, Qwen2ForCausalLM), TOKENS, decoder),
    case("mistral", llama(MistralConfig, MistralForCausalLM, sliding_window=None), TOKENS, decoder),
    case("bert", BertModel(BertConfig(**bert)), TOKENS, encoder),
    case("bert-masked", BertForMaskedLM(BertConfig(**bert)), TOKENS, masked),
  ]
  lines = [json.dumps(c, separators=(",", ":")) for c in cases]
  for c, line in zip(cases, lines):
    print(c["name"], len(line), {k: float(numpy.std(v["values"])) for k, v in c["outputs"].items()})
  path = pathlib.Path(__file__).resolve().parent / "language.json"
  path.write_text('{"cases":[\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
  main()
