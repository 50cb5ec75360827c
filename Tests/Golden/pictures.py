"""Writes pictures.json: what small networks of pictures make of two of them, as timm and Hugging Face have them.

Made with timm 1.0.31, transformers 5.24.0 and torch 2.13.0 (pip install timm transformers). No weights are kept: every tensor
follows from its name by the formula of language.py, which the test has too; variances are moved above 0.
"""

import json
import pathlib
import tempfile

import torch
from safetensors.torch import load_file, save_file
from timm.models.resnet import BasicBlock, Bottleneck, ResNet
from timm.models.vision_transformer import VisionTransformer
from transformers import Dinov2Config, Dinov2Model, ResNetConfig, ResNetModel, ViTConfig, ViTModel

from language import array, numbers

torch.set_num_threads(1)
LEVELS = (numbers("pictures", [2, 3, 32, 32]) + 0.4) / 0.8
MEAN, DEVIATION = torch.tensor([0.5, 0.4, 0.3]), torch.tensor([0.25, 0.2, 0.3])


def filled(key, shape):
  value = numbers(key, shape)
  return value.abs() + 0.5 if key.endswith("running_var") else value


def record(name, model, run, files, shapes):
  with torch.no_grad():
    vectors = run(model.eval(), (LEVELS - MEAN[:, None, None]) / DEVIATION[:, None, None])
  return {"name": name, "files": files, "tensors": shapes, "vectors": array(vectors)}


def timm(name, model, **more):
  config = {"architecture": name, "pretrained_cfg": {
    "input_size": [3, 32, 32], "mean": MEAN.tolist(), "std": DEVIATION.tolist()}, **more}
  state = model.state_dict()
  shapes = {key: list(value.shape) for key, value in sorted(state.items()) if value.is_floating_point()}
  with torch.no_grad():
    for key, shape in shapes.items():
      state[key].copy_(filled(key, shape))
  return record(
    name, model, lambda m, x: m.forward_head(m.forward_features(x), pre_logits=True), {"config.json": config}, shapes)


def transformers(name, model, run, attention="eager"):
  with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    config = json.loads((pathlib.Path(folder) / "config.json").read_text())
    # The names in the file are those that are published; the program's own may be others.
    file = folder + "/model.safetensors"
    shapes = {key: list(value.shape) for key, value in load_file(file).items() if "num_batches" not in key}
    save_file({key: filled(key, shape) for key, shape in shapes.items()}, file, {"format": "pt"})
    model = type(model).from_pretrained(folder, attn_implementation=attention)
  reading = {"image_mean": MEAN.tolist(), "image_std": DEVIATION.tolist(), "size": {"height": 32, "width": 32}}
  return record(name, model, run, {"config.json": config, "preprocessor_config.json": reading}, shapes)


def main():
  vit = dict(img_size=32, patch_size=8, embed_dim=16, depth=2, num_heads=2, mlp_ratio=2, num_classes=3)
  hf = dict(
    image_size=32, patch_size=8, hidden_size=16, num_hidden_layers=2, num_attention_heads=2)
  resnet = dict(embedding_size=4, hidden_sizes=[4, 8, 16, 32], depths=[1, 2, 1, 1])
  sizes = dict(num_classes=3, channels=(4, 8, 16, 32), stem_width=4)
  heads = {"model_args": {"num_heads": 2}}
  cases = [
    timm("resnet-basic", ResNet(BasicBlock, (1, 2, 1, 1), **sizes)),
    timm("resnet-bottleneck", ResNet(Bottleneck, (1, 1, 1, 1), **sizes)),
    timm("vit", VisionTransformer(**vit), **heads),
    timm("vit-mean", VisionTransformer(**vit, class_token=False, global_pool="avg", fc_norm=False), **heads),
    timm("vit-scaled", VisionTransformer(**vit, init_values=1e-5), **heads),
    transformers("hf-vit", ViTModel(ViTConfig(intermediate_size=32, **hf)), lambda m, x: m(x).last_hidden_state[:, 0]),
    transformers("hf-dinov2", Dinov2Model(Dinov2Config(mlp_ratio=2, **hf)), lambda m, x: m(x).last_hidden_state[:, 0]),
    transformers(
      "hf-resnet", ResNetModel(ResNetConfig(layer_type="basic", **resnet)), lambda m, x: m(x).pooler_output.flatten(1),
      attention=None),
  ]
  path = pathlib.Path(__file__).parent / "pictures.json"
  path.write_text('{"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")


if __name__ == "__main__":
  main()
