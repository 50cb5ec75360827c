#pragma once
#include "types.h"

#define CT_PRODUCTS(X) X(matmul) X(bmm) X(dot) X(outer) X(kron)
#define CT_MATRIX(X) X(inverse) X(det) X(logdet) X(trace) X(matrix_exp) X(pinverse)

CT_BEGIN
#define X(name) CT_RESULT ct_##name(CT_IN a, CT_IN b);
CT_PRODUCTS(X)
#undef X
#define X(name) CT_RESULT ct_##name(CT_IN a);
CT_MATRIX(X)
#undef X
CT_RESULT ct_einsum(const char *_Nonnull equation, CT_LIST tensors, size_t count);
CT_RESULT ct_addmm(CT_IN a, CT_IN b, CT_IN c);
CT_RESULT ct_cross(CT_IN a, CT_IN b, int64_t dim);
CT_RESULT ct_cdist(CT_IN a, CT_IN b, double p);
CT_RESULT ct_cholesky(CT_IN a);
CT_RESULT ct_cholesky_solve(CT_IN b, CT_IN factor);
CT_RESULT ct_cholesky_inverse(CT_IN factor);
CT_RESULT ct_solve(CT_IN a, CT_IN b);
CT_RESULT ct_solve_triangular(CT_IN a, CT_IN b, bool upper, bool unitriangular);
CT_RESULT ct_matrix_power(CT_IN a, int64_t n);
CT_RESULT ct_eigvalsh(CT_IN a);
CT_RESULT ct_svdvals(CT_IN a);
bool ct_lstsq(CT_IN a, CT_IN b, CT_RESULT *_Nonnull out);
bool ct_qr(CT_IN a, CT_RESULT *_Nonnull out);
bool ct_svd(CT_IN a, CT_RESULT *_Nonnull out);
bool ct_eigh(CT_IN a, CT_RESULT *_Nonnull out);
bool ct_eig(CT_IN a, CT_RESULT *_Nonnull out);
bool ct_slogdet(CT_IN a, CT_RESULT *_Nonnull out);
bool ct_lu(CT_IN a, CT_RESULT *_Nonnull out);

#define CT_FOURIER(X) X(fft) X(ifft) X(rfft) X(irfft)
#define X(name) CT_RESULT ct_##name(CT_IN a, int64_t dim);
CT_FOURIER(X)
#undef X
CT_RESULT ct_fft2(CT_IN a);
CT_RESULT ct_ifft2(CT_IN a);
CT_RESULT ct_rfft2(CT_IN a);
CT_RESULT ct_irfft2(CT_IN a, int64_t height, int64_t width);
CT_RESULT ct_stft(CT_IN a, int64_t size, int64_t hop, CT_IN window);
CT_RESULT ct_istft(CT_IN a, int64_t size, int64_t hop, CT_IN window, int64_t length);
CT_END
