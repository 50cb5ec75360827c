#include "include/neural.h"
#include "internal.h"
#include "rootmean.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/adaptive_avg_pool1d.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/adaptive_avg_pool3d.h>
#include <ATen/ops/adaptive_max_pool1d.h>
#include <ATen/ops/adaptive_max_pool2d.h>
#include <ATen/ops/adaptive_max_pool3d.h>
#include <ATen/ops/affine_grid_generator.h>
#include <ATen/ops/avg_pool1d.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/avg_pool3d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/col2im.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/cosine_similarity.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/ctc_loss.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/glu.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/huber_loss.h>
#include <ATen/ops/im2col.h>
#include <ATen/ops/l1_loss.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/max_pool1d.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/max_pool3d.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/nll_loss_nd.h>
#include <ATen/ops/pad.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/pixel_unshuffle.h>
#include <ATen/ops/smooth_l1_loss.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_linear1d.h>
#include <ATen/ops/upsample_nearest1d.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/upsample_nearest3d.h>
#include <ATen/ops/upsample_trilinear3d.h>

ct_tensor *ct_convolution(
  CT_IN x, CT_IN weight, CT_OPTIONAL bias, size_t rank, CT_SIZES stride, CT_SIZES padding,
  CT_SIZES dilation, bool transposed, CT_SIZES output_padding, int64_t groups) {
  return tensor([&] {
    return at::convolution(
      ref(x), ref(weight), maybe(bias), sizes(stride, rank), sizes(padding, rank),
      sizes(dilation, rank), transposed, sizes(output_padding, rank), groups);
  });
}

// One call for 1, 2 and 3 spatial axes.
#define CT_BY_RANK(name, ...)                                              \
  tensor([&] {                                                             \
    return rank == 1   ? at::name##1d(__VA_ARGS__)                         \
           : rank == 2 ? at::name##2d(__VA_ARGS__)                         \
                       : at::name##3d(__VA_ARGS__);                        \
  })

ct_tensor *ct_max_pool(CT_IN x, size_t rank, CT_SIZES kernel, CT_SIZES stride, CT_SIZES padding) {
  return CT_BY_RANK(
    max_pool, ref(x), sizes(kernel, rank), sizes(stride, rank), sizes(padding, rank));
}
ct_tensor *ct_avg_pool(CT_IN x, size_t rank, CT_SIZES kernel, CT_SIZES stride, CT_SIZES padding) {
  return CT_BY_RANK(
    avg_pool, ref(x), sizes(kernel, rank), sizes(stride, rank), sizes(padding, rank));
}
ct_tensor *ct_adaptive_avg_pool(CT_IN x, size_t rank, CT_SIZES size) {
  return CT_BY_RANK(adaptive_avg_pool, ref(x), sizes(size, rank));
}
ct_tensor *ct_adaptive_max_pool(CT_IN x, size_t rank, CT_SIZES size) {
  return tensor([&] {
    const auto out = sizes(size, rank);
    return std::get<0>(
      rank == 1   ? at::adaptive_max_pool1d(ref(x), out)
      : rank == 2 ? at::adaptive_max_pool2d(ref(x), out)
                  : at::adaptive_max_pool3d(ref(x), out));
  });
}
ct_tensor *ct_upsample_nearest(CT_IN x, size_t rank, CT_SIZES size) {
  return CT_BY_RANK(upsample_nearest, ref(x), sizes(size, rank));
}
ct_tensor *ct_upsample_linear(CT_IN x, size_t rank, CT_SIZES size, bool align_corners) {
  return tensor([&] {
    const auto out = sizes(size, rank);
    return rank == 1   ? at::upsample_linear1d(ref(x), out, align_corners)
           : rank == 2 ? at::upsample_bilinear2d(ref(x), out, align_corners)
                       : at::upsample_trilinear3d(ref(x), out, align_corners);
  });
}
ct_tensor *ct_upsample_bicubic(CT_IN x, CT_SIZES size, bool align_corners) {
  return tensor([&] { return at::upsample_bicubic2d(ref(x), sizes(size, 2), align_corners); });
}
ct_tensor *ct_grid_sample(CT_IN x, CT_IN grid, int64_t mode, int64_t padding, bool align_corners) {
  return tensor([&] { return at::grid_sampler(ref(x), ref(grid), mode, padding, align_corners); });
}
ct_tensor *ct_affine_grid(CT_IN theta, CT_SIZES size, size_t count, bool align_corners) {
  return tensor(
    [&] { return at::affine_grid_generator(ref(theta), sizes(size, count), align_corners); });
}
ct_tensor *ct_pad(CT_IN x, CT_SIZES pad, size_t count, const char *mode, double value) {
  return tensor([&] {
    const bool constant = std::string(mode) == "constant";
    return at::pad(
      ref(x), sizes(pad, count), mode, constant ? std::optional<double>(value) : std::nullopt);
  });
}
ct_tensor *ct_im2col(
  CT_IN x, CT_SIZES kernel, CT_SIZES dilation, CT_SIZES padding, CT_SIZES stride) {
  return tensor([&] {
    return at::im2col(
      ref(x), sizes(kernel, 2), sizes(dilation, 2), sizes(padding, 2), sizes(stride, 2));
  });
}
ct_tensor *ct_col2im(
  CT_IN x, CT_SIZES size, CT_SIZES kernel, CT_SIZES dilation, CT_SIZES padding, CT_SIZES stride) {
  return tensor([&] {
    return at::col2im(
      ref(x), sizes(size, 2), sizes(kernel, 2), sizes(dilation, 2), sizes(padding, 2),
      sizes(stride, 2));
  });
}
ct_tensor *ct_pixel_shuffle(CT_IN x, int64_t factor) {
  return tensor([&] { return at::pixel_shuffle(ref(x), factor); });
}
ct_tensor *ct_pixel_unshuffle(CT_IN x, int64_t factor) {
  return tensor([&] { return at::pixel_unshuffle(ref(x), factor); });
}
ct_tensor *ct_layer_norm(
  CT_IN x, CT_SIZES shape, size_t count, CT_OPTIONAL weight, CT_OPTIONAL bias, double eps) {
  return tensor(
    [&] { return at::layer_norm(ref(x), sizes(shape, count), maybe(weight), maybe(bias), eps); });
}
ct_tensor *ct_group_norm(
  CT_IN x, int64_t groups, CT_OPTIONAL weight, CT_OPTIONAL bias, double eps) {
  return tensor([&] { return at::group_norm(ref(x), groups, maybe(weight), maybe(bias), eps); });
}
ct_tensor *ct_rms_norm(CT_IN x, CT_SIZES shape, size_t count, CT_OPTIONAL weight, double eps) {
  return tensor([&] { return ct::root_mean_norm(ref(x), sizes(shape, count), maybe(weight), eps); });
}
ct_tensor *ct_batch_norm(
  CT_IN x, CT_OPTIONAL weight, CT_OPTIONAL bias, CT_OPTIONAL running_mean,
  CT_OPTIONAL running_var, bool training, double momentum, double eps) {
  return tensor([&] {
    return at::batch_norm(
      ref(x), maybe(weight), maybe(bias), maybe(running_mean), maybe(running_var), training,
      momentum, eps, true);
  });
}
ct_tensor *ct_embedding(CT_IN weight, CT_IN indices) {
  return tensor([&] { return at::embedding(ref(weight), ref(indices)); });
}
ct_tensor *ct_glu(CT_IN x, int64_t dim) {
  return tensor([&] { return at::glu(ref(x), dim); });
}
ct_tensor *ct_cosine_similarity(CT_IN a, CT_IN b, int64_t dim, double eps) {
  return tensor([&] { return at::cosine_similarity(ref(a), ref(b), dim, eps); });
}

ct_tensor *ct_binary_cross_entropy_with_logits(CT_IN logits, CT_IN target) {
  return tensor([&] {
    return at::binary_cross_entropy_with_logits(
      ref(logits), ref(target), {}, {}, at::Reduction::None);
  });
}
ct_tensor *ct_mse_loss(CT_IN x, CT_IN target) {
  return tensor([&] { return at::mse_loss(ref(x), ref(target), at::Reduction::None); });
}
ct_tensor *ct_l1_loss(CT_IN x, CT_IN target) {
  return tensor([&] { return at::l1_loss(ref(x), ref(target), at::Reduction::None); });
}
ct_tensor *ct_huber_loss(CT_IN x, CT_IN target, double delta) {
  return tensor([&] { return at::huber_loss(ref(x), ref(target), at::Reduction::None, delta); });
}
ct_tensor *ct_smooth_l1_loss(CT_IN x, CT_IN target, double beta) {
  return tensor([&] { return at::smooth_l1_loss(ref(x), ref(target), at::Reduction::None, beta); });
}
ct_tensor *ct_cross_entropy(CT_IN logits, CT_IN target, double label_smoothing) {
  return tensor([&] {
    return at::cross_entropy_loss(
      ref(logits), ref(target), {}, at::Reduction::None, -100, label_smoothing);
  });
}
ct_tensor *ct_nll_loss(CT_IN log_probabilities, CT_IN target) {
  return tensor(
    [&] { return at::nll_loss_nd(ref(log_probabilities), ref(target), {}, at::Reduction::None); });
}
ct_tensor *ct_ctc_loss(
  CT_IN log_probabilities, CT_IN targets, CT_IN input_lengths, CT_IN target_lengths,
  int64_t blank) {
  return tensor([&] {
    return at::ctc_loss(
      ref(log_probabilities), ref(targets), ref(input_lengths), ref(target_lengths), blank,
      at::Reduction::None, true);
  });
}
