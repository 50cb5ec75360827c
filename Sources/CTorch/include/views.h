#pragma once
#include "types.h"

CT_BEGIN
// Numbers that the changes of an image follow from, uniform on [0, 1).
enum { ct_view_draws = 18 };
// How images are changed: shares of images that a change befalls, and how large it is at most.
typedef struct ct_view {
  double smallest_crop, largest_crop, flipped, jittered, brightness, contrast, saturation, hue, grey, blurred, erased;
  double low, high;  // what values are kept within
} ct_view;
// A changed copy of each image of x, float32 [n, c, h, w]: cropped and resized, mirrored, recoloured, blurred, a
// rectangle set to 0; by the draws of each, [n, ct_view_draws].
CT_RESULT ct_views(CT_IN x, CT_IN draws, const ct_view *_Nonnull view);
CT_END
