#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Complete one-byte structs: incomplete ones would all import into Swift as OpaquePointer.
typedef struct ct_tensor_s { char _; } ct_tensor;
typedef struct ct_generator_s { char _; } ct_generator;

#define CT_IN const ct_tensor *_Nonnull
#define CT_OPTIONAL const ct_tensor *_Nullable
#define CT_LIST const ct_tensor *_Nonnull const *_Nonnull
#define CT_RESULT ct_tensor *_Nullable
#define CT_SIZES const int64_t *_Nonnull

#ifdef __cplusplus
#define CT_BEGIN extern "C" {
#define CT_END }
#else
#define CT_BEGIN
#define CT_END
#endif
