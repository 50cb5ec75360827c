#pragma once
#include "types.h"

CT_BEGIN
CT_RESULT ct_sparse_coo(CT_IN indices, CT_IN values, CT_SIZES shape, size_t count);
CT_RESULT ct_sparse_csr(CT_IN rows, CT_IN columns, CT_IN values, CT_SIZES shape, size_t count);
CT_RESULT ct_to_dense(CT_IN a);
CT_RESULT ct_to_sparse(CT_IN a);
CT_RESULT ct_coalesce(CT_IN a);
CT_RESULT ct_sparse_indices(CT_IN a);
CT_RESULT ct_sparse_values(CT_IN a);
CT_RESULT ct_sparse_mm(CT_IN a, CT_IN b);
CT_END
