"""Tensor operators: `args` holds what is not a tensor, under PyTorch's names."""

import torch
from torch import linalg, special

from golden import Draw, case


def entry(name, function, inputs, op=None, outputs=("output",), plain=(), tolerances=None, **args):
  """A case whose inputs are made by functions of the case's own draw."""
  draw = Draw(name)
  inputs = {key: make(draw) for key, make in inputs.items()}

  def run(inputs, _):
    result = function(*inputs.values(), **args)
    result = result if isinstance(result, (tuple, list)) else (result,)
    return {key: value for key, value in zip(outputs, result)}

  return case(name, op or name, run, inputs, args=args, plain=plain, **(tolerances or {}))


def x(*shape, **limits):
  return {"input": lambda draw: draw(*shape, **limits)}


def positive(*shape):
  return {"input": lambda draw: draw.positive(*shape)}


def unit(*shape):
  return {"input": lambda draw: draw.unit(*shape)}


def two(first, second, name="other"):
  return dict(x(*first), **{name: lambda draw: draw(*second)})


def index(*shape, below, name="index"):
  return {name: lambda draw: draw.integers(*shape, below=below)}


def pointwise():
  plain = ["abs", "neg", "exp", "expm1", "sin", "cos", "tan", "atan", "sinh", "cosh", "asinh",
           "square", "sign", "floor", "ceil", "round", "trunc"]
  cases = [entry(name, getattr(torch, name), x(6)) for name in plain]
  cases += [entry(name, getattr(torch, name), positive(6))
            for name in ["sqrt", "rsqrt", "log", "log2", "log10", "log1p", "reciprocal"]]
  cases += [entry(name, getattr(torch, name), unit(6)) for name in ["asin", "acos", "atanh"]]
  cases += [entry(name, getattr(torch, name), two((2, 3), (3,)))
            for name in ["add", "sub", "mul", "maximum", "minimum", "atan2", "hypot"]]
  return cases + [
    entry("acosh", torch.acosh, x(5, low=1.1, high=4)),
    entry("div", torch.div, {"input": lambda d: d(2, 3), "other": lambda d: d.positive(2, 1)}),
    entry("remainder", torch.remainder,
          {"input": lambda d: d(6), "other": lambda d: d.positive(6)}),
    entry("pow", torch.pow, {"input": lambda d: d.positive(6), "exponent": lambda d: d(6)}),
    entry("powScalar", torch.pow, x(6), op="pow", exponent=3),
    entry("clamp", torch.clamp, x(8), min=-0.5, max=1.25),
    entry("lerp", torch.lerp, dict(two((4,), (4,), "end"), weight=lambda d: d.unit(4))),
    entry("where", torch.where, {
      "condition": lambda d: d.integers(2, 3, below=2).bool(), "input": lambda d: d(2, 3),
      "other": lambda d: d(3)}),
    entry("maskedFill", torch.masked_fill, {
      "input": lambda d: d(2, 3), "mask": lambda d: d.integers(2, 3, below=2).bool()}, value=-1.5),
  ]


def reductions():
  return [
    entry("sum", torch.sum, x(2, 3, 2), dim=1),
    entry("sumAll", torch.sum, x(2, 3), op="sum"),
    entry("sumKeep", torch.sum, x(2, 3, 2), op="sum", dim=[0, 2], keepdim=True),
    entry("mean", torch.mean, x(3, 4), dim=-1),
    entry("prod", torch.prod, x(3, 3), dim=1),
    entry("var", torch.var, x(3, 4), dim=1, correction=1),
    entry("varBiased", torch.var, x(3, 4), op="var", dim=[0, 1], correction=0),
    entry("std", torch.std, x(3, 4), dim=0, correction=1),
    entry("amax", torch.amax, x(3, 4), dim=1),
    entry("amin", torch.amin, x(3, 4), dim=0),
    entry("argmax", torch.argmax, x(3, 4), dim=1),
    entry("argmin", torch.argmin, x(3, 4), dim=0),
    entry("norm", linalg.vector_norm, x(3, 4), op="vectorNorm", ord=2, dim=1),
    entry("normOne", linalg.vector_norm, x(3, 4), op="vectorNorm", ord=1, dim=0),
    entry("logsumexp", torch.logsumexp, x(3, 4, low=-40, high=40), dim=1),
    entry("median", lambda i, dim: torch.median(i, dim).values, x(3, 5), dim=1),
    entry("cumsum", torch.cumsum, x(2, 4), dim=1),
    entry("cumprod", torch.cumprod, x(2, 4), dim=1),
    entry("logcumsumexp", torch.logcumsumexp, x(2, 4), dim=1),
    entry("cummax", lambda i, dim: torch.cummax(i, dim).values, x(2, 5), dim=1),
    entry("diff", torch.diff, x(2, 5), dim=1),
  ]


def indexing():
  def scatter_add(input, index, source, dim):
    return input.scatter_add(dim, index, source)

  def index_add(input, index, source, dim):
    return input.index_add(dim, index, source)

  def scatter(input, index, source, dim):
    return input.scatter(dim, index, source)

  def along(function):
    return lambda input, index, dim: function(input, dim, index)

  distinct = {"index": lambda d: torch.tensor([[2, 0, 1], [1, 2, 0]])}
  return [
    entry("gather", along(torch.gather), dict(x(3, 4), **index(3, 2, below=4)), dim=1),
    entry("scatter", scatter, dict(x(2, 4), **distinct, source=lambda d: d(2, 3)), dim=1),
    entry("scatterAdd", scatter_add,
          dict(x(3, 2), **index(4, 2, below=3), source=lambda d: d(4, 2)), dim=0),
    entry("indexSelect", along(torch.index_select), dict(x(4, 3), **index(5, below=4)), dim=0),
    entry("indexAdd", index_add,
          dict(x(3, 2), **index(4, below=3), source=lambda d: d(4, 2)), dim=0),
    entry("takeAlongDim", along(lambda i, dim, j: torch.take_along_dim(i, j, dim)),
          dict(x(2, 4), **index(2, 3, below=4)), dim=1),
    entry("sort", torch.sort, x(2, 5), dim=1, descending=True, outputs=("values", "indices")),
    entry("argsort", torch.argsort, x(2, 5), dim=1),
    entry("topk", torch.topk, x(2, 6), k=3, dim=1, outputs=("values", "indices")),
    entry("flip", torch.flip, x(2, 3), dims=[1]),
    entry("roll", torch.roll, x(2, 4), shifts=1, dims=1),
    entry("tril", torch.tril, x(3, 4), diagonal=1),
    entry("triu", torch.triu, x(3, 3), diagonal=0),
    entry("diagonal", torch.diagonal, x(2, 3, 3), dim1=-2, dim2=-1),
    entry("diagEmbed", torch.diag_embed, x(2, 3)),
    entry("permute", torch.permute, x(2, 3, 2), dims=[2, 0, 1]),
    entry("expand", lambda i, shape: i.expand(shape), x(3, 1), shape=[2, 3, 2]),
    entry("repeatInterleave", torch.repeat_interleave, x(2, 3), repeats=2, dim=1),
    entry("cat", lambda a, b, dim: torch.cat([a, b], dim), two((2, 2), (2, 3)), dim=1),
    entry("stack", lambda a, b, dim: torch.stack([a, b], dim), two((2, 3), (2, 3)), dim=1),
    entry("narrow", torch.narrow, x(3, 5), dim=1, start=1, length=3),
    entry("unfold", lambda i, dimension, size, step: i.unfold(dimension, size, step), x(2, 6),
          dimension=1, size=3, step=2),
  ]


def products():
  def einsum(a, b, equation):
    return torch.einsum(equation, a, b)

  attention = torch.nn.functional.scaled_dot_product_attention
  return [
    entry("matmul", torch.matmul, two((2, 3), (3, 4))),
    entry("matmulVector", torch.matmul, two((2, 3), (3,)), op="matmul"),
    entry("matmulBroadcast", torch.matmul, two((2, 1, 2, 3), (2, 3, 2)), op="matmul"),
    entry("bmm", torch.bmm, two((2, 2, 3), (2, 3, 2))),
    entry("einsum", einsum, two((2, 3), (3, 2)), equation="ij,jk->ik"),
    entry("einsumBilinear", einsum, two((2, 3), (4, 3, 2)), op="einsum", equation="bi,oij->boj"),
    entry("einsumTrace", einsum, two((2, 3, 3), (2,)), op="einsum", equation="bii,b->b"),
    entry("outer", torch.outer, two((3,), (2,))),
    entry("kron", torch.kron, two((2, 2), (1, 3))),
    entry("cdist", torch.cdist, two((3, 2), (4, 2))),
    entry("scaledDotProductAttention", attention, {
      "query": lambda d: d(1, 2, 3, 2), "key": lambda d: d(1, 2, 3, 2),
      "value": lambda d: d(1, 2, 3, 2)}, is_causal=True),
  ]


def decompositions():
  def spd(size=3):
    return {"input": lambda draw: draw.definite(size)}

  def dominant(draw, size=3):
    return draw(size, size) + 3 * torch.eye(size)

  square = {"input": dominant}
  system = {"input": dominant, "other": lambda d: d(3, 2)}
  triangle = {"input": lambda d: torch.tril(d(3, 3)) + 3 * torch.eye(3), "other": lambda d: d(3, 2)}
  loose = {"relative": 1e-4, "absolute": 1e-5}  # float32 factorisations lose a digit
  return [
    entry("cholesky", linalg.cholesky, spd(), tolerances=loose),
    entry("qr", linalg.qr, x(4, 3), outputs=("q", "r"), tolerances=loose),
    entry("svdvals", linalg.svdvals, x(4, 3), tolerances=loose),
    entry("eigvalsh", linalg.eigvalsh, spd(), tolerances=loose),
    entry("solve", linalg.solve, system, tolerances=loose),
    entry("solveTriangular", linalg.solve_triangular, triangle, upper=False, tolerances=loose),
    entry("choleskySolve", lambda b, l: torch.cholesky_solve(b, l), {
      "other": lambda d: d(3, 2),
      "input": lambda d: torch.tril(d(3, 3)) + 3 * torch.eye(3)}, tolerances=loose),
    entry("slogdet", linalg.slogdet, square, outputs=("sign", "logAbsDet"), plain=("sign",),
          tolerances=loose),
    entry("logdet", torch.logdet, spd(), tolerances=loose),
    entry("det", linalg.det, square, tolerances=loose),
    entry("matrixExp", linalg.matrix_exp, x(3, 3, low=-1, high=1), tolerances=loose),
    entry("inv", linalg.inv, square, tolerances=loose),
    entry("pinv", linalg.pinv, x(4, 2), tolerances=loose),
    entry("matrixNorm", linalg.matrix_norm, x(3, 2), ord="nuc", tolerances=loose),
    entry("trace", torch.trace, x(3, 3)),
    entry("fftMagnitude", lambda i: torch.fft.fft(i).abs(), x(6)),
    entry("rfftMagnitude", lambda i: torch.fft.rfft(i).abs(), x(2, 6)),
    entry("rfftParts", lambda i: torch.view_as_real(torch.fft.rfft(i)), x(5)),
    entry("fft2Magnitude", lambda i: torch.fft.fft2(i).abs(), x(3, 4)),
    entry("fftRoundTrip", lambda i, n: torch.fft.irfft(torch.fft.rfft(i) * 0.5, n), x(2, 6), n=6),
  ]


def functions():
  cases = [entry(name, getattr(torch, name), x(6)) for name in ["erf", "erfc"]]
  return cases + [
    entry("erfinv", torch.erfinv, x(6, low=-0.95, high=0.95)),
    entry("lgamma", torch.lgamma, x(6, low=0.1, high=6)),
    entry("digamma", torch.digamma, x(6, low=0.1, high=6)),
    entry("polygamma", lambda i, n: torch.polygamma(n, i), positive(5), n=1),
    entry("i0e", special.i0e, x(6, low=-8, high=8)),
    entry("i1e", special.i1e, x(6, low=-8, high=8)),
    entry("logNdtr", special.log_ndtr, {"input": lambda d: torch.tensor([-12.0, -3.0, 0.5, 4.0])}),
    entry("ndtri", special.ndtri, unit(5)),
    entry("logit", torch.logit, unit(6)),
    entry("xlogy", torch.xlogy, {
      "input": lambda d: torch.tensor([0.0, 1.5, -0.7, 2.0]), "other": lambda d: d.positive(4)}),
    entry("logaddexp", torch.logaddexp, two((5,), (5,))),
    entry("sinc", torch.sinc, x(5)),
    entry("entr", special.entr, unit(5)),
    entry("smoothL1", torch.nn.functional.smooth_l1_loss, two((6,), (6,), "target"),
          reduction="none", beta=0.8),
    entry("crossEntropy", torch.nn.functional.cross_entropy, dict(x(3, 4), target=lambda d:
          torch.tensor([1, 3, 0])), reduction="none", label_smoothing=0.1),
    entry("bceWithLogits", torch.nn.functional.binary_cross_entropy_with_logits,
          dict(x(5), target=lambda d: d.unit(5)), reduction="none"),
    entry("cosineSimilarity", torch.nn.functional.cosine_similarity, two((3, 4), (3, 4)), dim=1),
    entry("normalize", torch.nn.functional.normalize, x(3, 4), dim=1),
  ]


def cases():
  families = (pointwise, reductions, indexing, products, decompositions, functions)
  return [record for family in families for record in family()]
