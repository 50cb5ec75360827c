// Codes of which only the k largest units of each row are kept, and what is decoded from them. The dense
// product is made some rows at a time and never kept; gradients touch the units that were kept.
#include "include/sparse.h"
#include "active.h"
#include "checks.h"
#include "internal.h"
#include "product.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/zeros.h>
#include <limits>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;
using Context = torch::autograd::AutogradContext;
using Variables = torch::autograd::variable_list;

// Numbers of the dense product that are there at once.
constexpr int64_t room = 16 << 20;

// Whether one of 64 numbers is above the bound, or no number.
CT_WIDE bool exceeds(const float *row, float bound) {
  int any = 0;
  for (int i = 0; i < 64; ++i) any |= !(row[i] <= bound);
  return any;
}

struct Entry {
  float value;
  int32_t place;
  // What is no number comes first, so that it is seen.
  float key() const {
    return value != value ? std::numeric_limits<float>::infinity() : value;
  }
  bool operator<(const Entry &other) const {
    return key() > other.key() || (key() == other.key() && place < other.place);
  }
};

// The k largest numbers above 0 of a row, by place; of equal ones the first.
void select(const float *row, int64_t m, int64_t k, float *values, int32_t *places) {
  static thread_local std::vector<Entry> found;
  found.clear();
  const size_t most = 4 * k + 64;
  float bound = 0;
  const auto cut = [&] {
    if (static_cast<int64_t>(found.size()) <= k) return;
    std::nth_element(found.begin(), found.begin() + (k - 1), found.end());
    found.resize(k);
    bound = found.back().value != found.back().value ? bound : found.back().value;
  };
  for (int64_t start = 0; start < m; start += 64) {
    const int64_t end = std::min(start + 64, m);
    if (end - start == 64 && !exceeds(row + start, bound)) continue;
    for (int64_t j = start; j < end; ++j) {
      if (!(row[j] <= bound)) found.push_back({row[j], static_cast<int32_t>(j)});
    }
    if (found.size() > most) cut();
  }
  cut();
  std::sort(found.begin(), found.end(), [](const Entry &a, const Entry &b) {
    return a.place < b.place;
  });
  for (int64_t t = 0; t < k; ++t) {
    const bool is = t < static_cast<int64_t>(found.size());
    values[t] = is ? found[t].value : 0;
    places[t] = is ? found[t].place : 0;
  }
}

bool suits(const Tensor &a) { return a.is_cpu() && a.scalar_type() == at::kFloat; }

struct TopCode : torch::autograd::Function<TopCode> {
  static Variables forward(
    Context *context, const Tensor &x, const Tensor &weight, const std::optional<Tensor> &bias,
    int64_t k) {
    const int64_t n = x.size(0), m = weight.size(0), block = std::max<int64_t>(room / m, 64);
    const auto values = at::empty({n, k}, x.options());
    const auto places = at::empty({n, k}, x.options().dtype(at::kInt));
    auto *v = values.mutable_data_ptr<float>();
    auto *p = places.mutable_data_ptr<int32_t>();
    for (int64_t top = 0; top < n; top += block) {
      const int64_t rows = std::min(block, n - top);
      const auto dense = ct::product(x.narrow(0, top, rows), weight, bias);
      const auto *d = dense.const_data_ptr<float>();
      ct::for_pieces(rows, m, [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; ++i) {
          select(d + i * m, m, k, v + (top + i) * k, p + (top + i) * k);
        }
      });
    }
    context->save_for_backward({x, weight, values, places});
    context->saved_data["bias"] = bias.has_value();
    context->mark_non_differentiable({places});
    return {values, places};
  }

  static Variables backward(Context *context, Variables outputs) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "codes of few units have no second derivatives");
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &values = saved[2], &places = saved[3];
    const int64_t n = x.size(0), d = x.size(1), k = values.size(1), m = weight.size(0);
    const auto g = outputs[0].contiguous();
    const auto *slopes = g.const_data_ptr<float>(), *kept = values.const_data_ptr<float>();
    const auto *units = places.const_data_ptr<int32_t>();
    // A place that only fills up a row has no slope.
    std::vector<float> live(n * k);
    for (int64_t e = 0; e < n * k; ++e) live[e] = kept[e] != 0 ? slopes[e] : 0;
    Tensor to_x, to_weight, to_bias;
    if (context->needs_input_grad(0)) {
      to_x = at::empty_like(x);
      ct::gather(
        to_x.mutable_data_ptr<float>(), live.data(), units, weight.const_data_ptr<float>(), n, k, d);
    }
    if (context->needs_input_grad(1)) {
      to_weight = at::empty_like(weight);
      ct::scatter(
        to_weight.mutable_data_ptr<float>(), ct::uses(units, live.data(), n * k, m), live.data(),
        x.const_data_ptr<float>(), k, d);
    }
    if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) {
      to_bias = at::zeros({m}, x.options());
      auto *sums = to_bias.mutable_data_ptr<float>();
      for (int64_t e = 0; e < n * k; ++e) sums[units[e]] += live[e];
    }
    return {to_x, to_weight, to_bias, Tensor()};
  }
};

struct SparseDecode : torch::autograd::Function<SparseDecode> {
  static Tensor forward(
    Context *context, const Tensor &values, const Tensor &places, const Tensor &weight) {
    const int64_t n = values.size(0), k = values.size(1), d = weight.size(1);
    const auto result = at::empty({n, d}, weight.options());
    ct::gather(
      result.mutable_data_ptr<float>(), values.const_data_ptr<float>(),
      places.const_data_ptr<int32_t>(), weight.const_data_ptr<float>(), n, k, d);
    context->save_for_backward({values, places, weight});
    return result;
  }

  static Variables backward(Context *context, Variables outputs) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "sums of few rows have no second derivatives");
    const auto saved = context->get_saved_variables();
    const auto &values = saved[0], &places = saved[1], &weight = saved[2];
    const int64_t n = values.size(0), k = values.size(1), m = weight.size(0), d = weight.size(1);
    const auto g = outputs[0].contiguous();
    const auto *slopes = g.const_data_ptr<float>(), *rows = weight.const_data_ptr<float>();
    const auto *units = places.const_data_ptr<int32_t>();
    const auto *v = values.const_data_ptr<float>();
    Tensor to_values, to_weight;
    if (context->needs_input_grad(0)) {
      to_values = at::empty_like(values);
      auto *out = to_values.mutable_data_ptr<float>();
      ct::for_pieces(n, std::max<int64_t>(k * d, 1), [&](int64_t from, int64_t to) {
        for (int64_t e = from * k; e < to * k; ++e) {
          out[e] = ct::inner(slopes + e / k * d, rows + units[e] * d, d);
        }
      });
    }
    if (context->needs_input_grad(2)) {
      to_weight = at::empty_like(weight);
      ct::scatter(
        to_weight.mutable_data_ptr<float>(), ct::uses(units, v, n * k, m), v, slopes, k, d);
    }
    return {to_values, Tensor(), to_weight};
  }
};

void check_shapes(const Tensor &x, const Tensor &weight, const std::optional<Tensor> &bias, int64_t k) {
  TORCH_CHECK(
    x.dim() == 2 && weight.dim() == 2 && x.size(1) == weight.size(1) && x.size(1) > 0 &&
      (!bias || (bias->dim() == 1 && bias->size(0) == weight.size(0))),
    "rows of shape ", x.sizes(), " do not fit units of shape ", weight.sizes(), " and their biases");
  TORCH_CHECK(k > 0 && k <= weight.size(0), k, " of ", weight.size(0), " units cannot be kept");
  TORCH_CHECK(
    x.size(0) <= std::numeric_limits<int32_t>::max() / k &&
      weight.size(0) <= std::numeric_limits<int32_t>::max(), "too many rows or units");
}

}  // namespace

bool ct_top_code(CT_IN x, CT_IN weight, CT_OPTIONAL bias, int64_t k, ct_tensor **out) {
  const ct::Named named("latent::top_code");
  return tensors(out, [&]() -> std::tuple<Tensor, Tensor> {
    const auto &input = ref(x), &units = ref(weight);
    const auto constant = maybe(bias);
    check_shapes(input, units, constant, k);
    if (suits(input) && suits(units) && (!constant || suits(*constant))) {
      const auto both = TopCode::apply(input.contiguous(), units.contiguous(), constant, k);
      return {both[0], both[1]};
    }
    const auto [values, places] = at::topk(at::relu(at::linear(input, units, constant)), k, 1);
    return {values, places.to(at::kInt)};
  });
}

ct_tensor *ct_sparse_decode(CT_IN values, CT_IN places, CT_IN weight) {
  const ct::Named named("latent::sparse_decode");
  return tensor([&] {
    const auto &v = ref(values), &p = ref(places), &rows = ref(weight);
    TORCH_CHECK(
      v.dim() == 2 && v.sizes() == p.sizes() && rows.dim() == 2 && p.scalar_type() == at::kInt,
      "values of shape ", v.sizes(), " with int32 places of shape ", p.sizes(), " for rows of shape ",
      rows.sizes());
    if (suits(v) && suits(rows) && p.is_cpu()) {
      const auto places = p.contiguous();
      ct::check_below(places, rows.size(0), "unit");
      TORCH_CHECK(v.numel() <= std::numeric_limits<int32_t>::max(), "too many active units");
      return SparseDecode::apply(v.contiguous(), places, rows.contiguous());
    }
    const auto chosen = rows.index_select(0, p.flatten().to(at::kLong));
    return (v.unsqueeze(-1) * chosen.view({v.size(0), v.size(1), rows.size(1)})).sum(1);
  });
}
