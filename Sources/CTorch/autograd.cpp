#include "include/autograd.h"
#include "internal.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

bool ct_gradients(
  CT_LIST outputs, size_t output_count, const ct_tensor *const *seeds, CT_LIST inputs,
  size_t input_count, bool create_graph, bool keep_graph, ct_tensor **out) {
  return done([&] {
    const auto wrt = list(inputs, input_count);
    const auto weights = seeds ? list(seeds, output_count) : std::vector<at::Tensor>();
    const auto found = torch::autograd::grad(
      list(outputs, output_count), wrt, weights, keep_graph || create_graph, create_graph, true);
    for (size_t i = 0; i < input_count; ++i) {
      out[i] = ct::give(found[i].defined() ? found[i] : wrt[i].detach().new_zeros(wrt[i].sizes()));
    }
  });
}
bool ct_requires_grad(CT_IN a) { return ref(a).requires_grad(); }
bool ct_set_requires_grad(CT_IN a, bool on) {
  return done([&] { ref(a).set_requires_grad(on); });
}
bool ct_grad_mode(void) { return at::GradMode::is_enabled(); }
void ct_set_grad_mode(bool on) { at::GradMode::set_enabled(on); }
