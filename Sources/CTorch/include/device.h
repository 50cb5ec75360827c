#pragma once
#include "types.h"

// A device is a code: 0 for the CPU, 256 + i for CUDA device i, 512 for the Apple GPU.
#define CT_CUDA 256
#define CT_MPS 512

CT_BEGIN
bool ct_has_mps(void);
int32_t ct_cuda_count(void);
void ct_set_threads(int32_t count);
// Keeps freed memory for the next step instead of giving its pages back to the system.
void ct_keep_memory(void);
int32_t ct_threads(void);
const char *_Nonnull ct_version(void);
const char *_Nonnull ct_cpu_capability(void);
// Whether the processor multiplies bfloat16 by itself.
bool ct_cpu_has_bfloat16(void);
// The file that holds libtorch, as the loader found it.
const char *_Nonnull ct_library_path(void);
bool ct_synchronise(int32_t device);
void ct_set_deterministic(bool on);
// bfloat16 autocast of the calling thread for a device code.
bool ct_set_autocast(int32_t device, bool on);
// Whether layers behave as in training (dropout, batch statistics), for the calling thread.
bool ct_training_mode(void);
void ct_set_training_mode(bool on);
// The reason for the last failure on the calling thread.
const char *_Nonnull ct_error(void);
CT_END
