#pragma once
#include "types.h"

CT_BEGIN
// `rank` spatial axes; stride, padding, dilation and output padding hold `rank` numbers each.
CT_RESULT ct_convolution(
  CT_IN x, CT_IN weight, CT_OPTIONAL bias, size_t rank, CT_SIZES stride, CT_SIZES padding,
  CT_SIZES dilation, bool transposed, CT_SIZES output_padding, int64_t groups);
CT_RESULT ct_max_pool(CT_IN x, size_t rank, CT_SIZES kernel, CT_SIZES stride, CT_SIZES padding);
CT_RESULT ct_avg_pool(CT_IN x, size_t rank, CT_SIZES kernel, CT_SIZES stride, CT_SIZES padding);
CT_RESULT ct_adaptive_avg_pool(CT_IN x, size_t rank, CT_SIZES size);
CT_RESULT ct_adaptive_max_pool(CT_IN x, size_t rank, CT_SIZES size);
CT_RESULT ct_upsample_nearest(CT_IN x, size_t rank, CT_SIZES size);
CT_RESULT ct_upsample_linear(CT_IN x, size_t rank, CT_SIZES size, bool align_corners);
CT_RESULT ct_upsample_bicubic(CT_IN x, CT_SIZES size, bool align_corners);
CT_RESULT ct_grid_sample(CT_IN x, CT_IN grid, int64_t mode, int64_t padding, bool align_corners);
CT_RESULT ct_affine_grid(CT_IN theta, CT_SIZES size, size_t count, bool align_corners);
CT_RESULT ct_pad(CT_IN x, CT_SIZES pad, size_t count, const char *_Nonnull mode, double value);
CT_RESULT ct_im2col(CT_IN x, CT_SIZES kernel, CT_SIZES dilation, CT_SIZES padding, CT_SIZES stride);
CT_RESULT ct_col2im(
  CT_IN x, CT_SIZES size, CT_SIZES kernel, CT_SIZES dilation, CT_SIZES padding, CT_SIZES stride);
CT_RESULT ct_pixel_shuffle(CT_IN x, int64_t factor);
CT_RESULT ct_pixel_unshuffle(CT_IN x, int64_t factor);
CT_RESULT ct_layer_norm(
  CT_IN x, CT_SIZES shape, size_t count, CT_OPTIONAL weight, CT_OPTIONAL bias, double eps);
CT_RESULT ct_group_norm(
  CT_IN x, int64_t groups, CT_OPTIONAL weight, CT_OPTIONAL bias, double eps);
CT_RESULT ct_rms_norm(CT_IN x, CT_SIZES shape, size_t count, CT_OPTIONAL weight, double eps);
// In training the running statistics are updated in place.
CT_RESULT ct_batch_norm(
  CT_IN x, CT_OPTIONAL weight, CT_OPTIONAL bias, CT_OPTIONAL running_mean,
  CT_OPTIONAL running_var, bool training, double momentum, double eps);
CT_RESULT ct_embedding(CT_IN weight, CT_IN indices);
CT_RESULT ct_attention(
  CT_IN query, CT_IN key, CT_IN value, CT_OPTIONAL mask, bool causal, double scale, bool grouped);
// Pairs of numbers of rows [n, t, heads, d], d / 2 apart, turned by the angles of their places, of which
// the cosines and sines are [t, d / 2].
CT_RESULT ct_rotary(CT_IN x, CT_IN cosines, CT_IN sines);
CT_RESULT ct_glu(CT_IN x, int64_t dim);
CT_RESULT ct_cosine_similarity(CT_IN a, CT_IN b, int64_t dim, double eps);

// Losses without reduction.
CT_RESULT ct_binary_cross_entropy_with_logits(CT_IN logits, CT_IN target);
CT_RESULT ct_mse_loss(CT_IN x, CT_IN target);
CT_RESULT ct_l1_loss(CT_IN x, CT_IN target);
CT_RESULT ct_huber_loss(CT_IN x, CT_IN target, double delta);
CT_RESULT ct_smooth_l1_loss(CT_IN x, CT_IN target, double beta);
CT_RESULT ct_cross_entropy(CT_IN logits, CT_IN target, double label_smoothing);
CT_RESULT ct_nll_loss(CT_IN log_probabilities, CT_IN target);
CT_RESULT ct_ctc_loss(
  CT_IN log_probabilities, CT_IN targets, CT_IN input_lengths, CT_IN target_lengths, int64_t blank);
CT_END
