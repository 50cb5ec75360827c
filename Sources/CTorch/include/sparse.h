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
// The k largest of the numbers above 0 in each row of x [n, d] times weight [m, d] transposed plus bias [m]:
// values [n, k] and their places, int32 [n, k], rising; 0 at place 0 fills up a row that has fewer.
bool ct_top_code(
  CT_IN x, CT_IN weight, CT_OPTIONAL bias, int64_t k, ct_tensor *_Nullable *_Nonnull out);
// The sums of the rows of weight [m, d] at places, int32 [n, k], times values [n, k]: [n, d].
CT_RESULT ct_sparse_decode(CT_IN values, CT_IN places, CT_IN weight);
// Takes out of each row of `gradients` what lies along the row of `units`, whose lengths are 1, in place.
bool ct_tangent_rows(CT_IN gradients, CT_IN units);
// Brings each row to length 1, in place; a row of zeros stays.
bool ct_unit_rows(CT_IN rows);
CT_END
