#pragma once
// e^t in loops of our own, which the compiler turns into vectors.
#include "loops.h"

#include <bit>
#include <limits>

namespace ct {

// e^t for t in [-87, 88], within 2 units in the last place.
CT_INLINE float exp_within(float t) {
  const float n = __builtin_rintf(t * 1.44269504f);
  // ln 2 in two parts, of which the first times n is exact.
  const float r = (t - n * 0.693359375f) + n * 2.12194440e-4f;
  const float p =
    1.0f +
    r * (1.0f +
         r * (0.5f +
              r * (0.166666657f + r * (0.0416664764f + r * (0.00833345205f + r * 0.00139398605f)))));
  return p * std::bit_cast<float>((static_cast<int32_t>(n) + 127) << 23);
}

// e^t: at most e^-87 below -87, infinite above 88; what is no number stays so.
CT_INLINE float exponential(float t) {
  // What is no number would be no whole number either.
  const float known = t > -87.0f ? t : -87.0f;
  const float value = exp_within(known < 88.0f ? known : 88.0f);
  return t <= 88.0f ? value : t + std::numeric_limits<float>::infinity();
}

}  // namespace ct
