#include "include/linalg.h"
#include "internal.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/cholesky_inverse.h>
#include <ATen/ops/cholesky_solve.h>
#include <ATen/ops/det.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/fft_fft.h>
#include <ATen/ops/fft_fft2.h>
#include <ATen/ops/fft_ifft.h>
#include <ATen/ops/fft_ifft2.h>
#include <ATen/ops/fft_irfft.h>
#include <ATen/ops/fft_irfft2.h>
#include <ATen/ops/fft_rfft.h>
#include <ATen/ops/fft_rfft2.h>
#include <ATen/ops/inverse.h>
#include <ATen/ops/istft.h>
#include <ATen/ops/kron.h>
#include <ATen/ops/linalg_cholesky.h>
#include <ATen/ops/linalg_cross.h>
#include <ATen/ops/linalg_eig.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_eigvalsh.h>
#include <ATen/ops/linalg_lstsq.h>
#include <ATen/ops/linalg_lu.h>
#include <ATen/ops/linalg_matrix_power.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/linalg_slogdet.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/linalg_solve_triangular.h>
#include <ATen/ops/linalg_svd.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/logdet.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/matrix_exp.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pinverse.h>
#include <ATen/ops/stft.h>
#include <ATen/ops/trace.h>

#define X(name) \
  ct_tensor *ct_##name(CT_IN a, CT_IN b) { return tensor([&] { return at::name(ref(a), ref(b)); }); }
CT_PRODUCTS(X)
#undef X
#define X(name) \
  ct_tensor *ct_##name(CT_IN a) { return tensor([&] { return at::name(ref(a)); }); }
CT_MATRIX(X)
#undef X

ct_tensor *ct_einsum(const char *equation, CT_LIST all, size_t count) {
  return tensor([&] { return at::einsum(equation, list(all, count)); });
}
ct_tensor *ct_addmm(CT_IN a, CT_IN b, CT_IN c) {
  return tensor([&] { return at::addmm(ref(a), ref(b), ref(c)); });
}
ct_tensor *ct_cross(CT_IN a, CT_IN b, int64_t dim) {
  return tensor([&] { return at::linalg_cross(ref(a), ref(b), dim); });
}
ct_tensor *ct_cdist(CT_IN a, CT_IN b, double p) {
  return tensor([&] { return at::cdist(ref(a), ref(b), p); });
}
ct_tensor *ct_cholesky(CT_IN a) {
  return tensor([&] { return at::linalg_cholesky(ref(a)); });
}
ct_tensor *ct_cholesky_solve(CT_IN b, CT_IN factor) {
  return tensor([&] { return at::cholesky_solve(ref(b), ref(factor)); });
}
ct_tensor *ct_cholesky_inverse(CT_IN factor) {
  return tensor([&] { return at::cholesky_inverse(ref(factor)); });
}
ct_tensor *ct_solve(CT_IN a, CT_IN b) {
  return tensor([&] { return at::linalg_solve(ref(a), ref(b)); });
}
ct_tensor *ct_solve_triangular(CT_IN a, CT_IN b, bool upper, bool unitriangular) {
  return tensor(
    [&] { return at::linalg_solve_triangular(ref(a), ref(b), upper, true, unitriangular); });
}
ct_tensor *ct_matrix_power(CT_IN a, int64_t n) {
  return tensor([&] { return at::linalg_matrix_power(ref(a), n); });
}
ct_tensor *ct_eigvalsh(CT_IN a) {
  return tensor([&] { return at::linalg_eigvalsh(ref(a)); });
}
ct_tensor *ct_svdvals(CT_IN a) {
  return tensor([&] { return at::linalg_svdvals(ref(a)); });
}
bool ct_lstsq(CT_IN a, CT_IN b, ct_tensor **out) {
  return tensors(out, [&] { return at::linalg_lstsq(ref(a), ref(b)); });
}
bool ct_qr(CT_IN a, ct_tensor **out) {
  return tensors(out, [&] { return at::linalg_qr(ref(a)); });
}
bool ct_svd(CT_IN a, ct_tensor **out) {
  return tensors(out, [&] { return at::linalg_svd(ref(a), false); });
}
bool ct_eigh(CT_IN a, ct_tensor **out) {
  return tensors(out, [&] { return at::linalg_eigh(ref(a)); });
}
bool ct_eig(CT_IN a, ct_tensor **out) {
  return tensors(out, [&] { return at::linalg_eig(ref(a)); });
}
bool ct_slogdet(CT_IN a, ct_tensor **out) {
  return tensors(out, [&] { return at::linalg_slogdet(ref(a)); });
}
bool ct_lu(CT_IN a, ct_tensor **out) {
  return tensors(out, [&] { return at::linalg_lu(ref(a)); });
}

#define X(name)                                                              \
  ct_tensor *ct_##name(CT_IN a, int64_t dim) {                               \
    return tensor([&] { return at::fft_##name(ref(a), std::nullopt, dim); }); \
  }
CT_FOURIER(X)
#undef X
ct_tensor *ct_fft2(CT_IN a) {
  return tensor([&] { return at::fft_fft2(ref(a)); });
}
ct_tensor *ct_ifft2(CT_IN a) {
  return tensor([&] { return at::fft_ifft2(ref(a)); });
}
ct_tensor *ct_rfft2(CT_IN a) {
  return tensor([&] { return at::fft_rfft2(ref(a)); });
}
ct_tensor *ct_irfft2(CT_IN a, int64_t height, int64_t width) {
  return tensor([&] {
    const int64_t size[] = {height, width};
    return at::fft_irfft2(ref(a), at::OptionalIntArrayRef(size));
  });
}
ct_tensor *ct_stft(CT_IN a, int64_t size, int64_t hop, CT_IN window) {
  return tensor([&] {
    return at::stft(
      ref(a), size, hop, size, ref(window), true, "reflect", false, true, true);
  });
}
ct_tensor *ct_istft(CT_IN a, int64_t size, int64_t hop, CT_IN window, int64_t length) {
  return tensor([&] {
    return at::istft(ref(a), size, hop, size, ref(window), true, false, true, length, false);
  });
}
