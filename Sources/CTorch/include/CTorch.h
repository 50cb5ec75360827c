// The C interface over libtorch. Every function that returns a tensor returns NULL on failure, and
// ct_error() then says why; no C++ exception crosses into the caller.
#pragma once
#include "types.h"

#include "autograd.h"
#include "device.h"
#include "distributed.h"
#include "likelihood.h"
#include "linalg.h"
#include "neighbours.h"
#include "neural.h"
#include "optimise.h"
#include "pointwise.h"
#include "profile.h"
#include "random.h"
#include "reduce.h"
#include "shape.h"
#include "sparse.h"
#include "storage.h"
#include "views.h"
