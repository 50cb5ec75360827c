#include "include/sparse.h"
#include "internal.h"

#include <ATen/ops/_sparse_mm.h>
#include <ATen/ops/sparse_coo_tensor.h>
#include <ATen/ops/sparse_csr_tensor.h>

ct_tensor *ct_sparse_coo(CT_IN indices, CT_IN values, CT_SIZES shape, size_t count) {
  return tensor(
    [&] { return at::sparse_coo_tensor(ref(indices), ref(values), sizes(shape, count)); });
}
ct_tensor *ct_sparse_csr(CT_IN rows, CT_IN columns, CT_IN values, CT_SIZES shape, size_t count) {
  return tensor([&] {
    return at::sparse_csr_tensor(
      ref(rows), ref(columns), ref(values), sizes(shape, count),
      ref(values).options().layout(at::kSparseCsr));
  });
}
ct_tensor *ct_to_dense(CT_IN a) {
  return tensor([&] { return ref(a).to_dense(); });
}
ct_tensor *ct_to_sparse(CT_IN a) {
  return tensor([&] { return ref(a).to_sparse(); });
}
ct_tensor *ct_coalesce(CT_IN a) {
  return tensor([&] { return ref(a).coalesce(); });
}
ct_tensor *ct_sparse_indices(CT_IN a) {
  return tensor([&] { return ref(a).indices(); });
}
ct_tensor *ct_sparse_values(CT_IN a) {
  return tensor([&] { return ref(a).values(); });
}
ct_tensor *ct_sparse_mm(CT_IN a, CT_IN b) {
  return tensor([&] { return at::_sparse_mm(ref(a), ref(b)); });
}
