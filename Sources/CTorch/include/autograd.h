#pragma once
#include "types.h"

CT_BEGIN
// Writes one gradient for each of `inputs`, zeros where an input is unused. `seeds` weighs the
// outputs (ones for scalars when NULL).
bool ct_gradients(
  CT_LIST outputs, size_t output_count, const ct_tensor *_Nonnull const *_Nullable seeds,
  CT_LIST inputs, size_t input_count, bool create_graph, bool keep_graph, CT_RESULT *_Nonnull out);
bool ct_requires_grad(CT_IN a);
// Marks a leaf tensor, in place.
bool ct_set_requires_grad(CT_IN a, bool on);
bool ct_grad_mode(void);
void ct_set_grad_mode(bool on);
// What a linear layer does to its products after the bias.
typedef enum {
  ct_ending_none,
  ct_ending_rectified,
  ct_ending_gelu,
  ct_ending_gelu_tanh
} ct_ending;
// A linear layer of rows [..., d] through the faster matrix product of this machine.
CT_RESULT ct_fast_linear(CT_IN x, CT_IN weight, CT_OPTIONAL bias, ct_ending ending);
// Whether ct_fast_linear goes through oneDNN: by processor, unless chosen otherwise.
bool ct_prefers_onednn(void);
void ct_prefer_onednn(bool on);
CT_END
