import CTorch

/// What the layers of `Networks` are made of. Images are `[n, c, h, w]`, series `[n, c, t]`, volumes `[n, c, d, h, w]`.
extension Tensor {
  /// What follows the products of a linear layer at less than it costs afterwards.
  public enum LinearEnding: Sendable {
    case none
    /// Negative results become 0.
    case rectified
    /// The Gaussian error linear unit, and its tanh form.
    case gelu, geluTanh

    fileprivate var raw: ct_ending {
      switch self {
      case .none: ct_ending_none
      case .rectified: ct_ending_rectified
      case .gelu: ct_ending_gelu
      case .geluTanh: ct_ending_gelu_tanh
      }
    }
  }

  /// x wᵀ + b for x `[…, d]`, w `[m, d]`, b `[m]`, and what follows, through the faster matrix product of this machine.
  public func linear(
    _ weight: Tensor, _ bias: Tensor? = nil, then ending: LinearEnding = .none
  ) -> Tensor {
    guard let bias else {
      return op("linear", self, weight) { ct_fast_linear($0, $1, nil, ending.raw) }
    }
    return op("linear", self, weight, bias) { ct_fast_linear($0, $1, $2, ending.raw) }
  }

  /// How a window moves over the spatial axes.
  public struct Window: Codable, Equatable, Sendable {
    public var stride: Int
    public var padding: Int
    public var dilation: Int
    public var groups: Int
    /// Extra size of the result of a transposed convolution.
    public var outputPadding: Int

    public init(
      stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1, outputPadding: Int = 0
    ) {
      self.stride = stride
      self.padding = padding
      self.dilation = dilation
      self.groups = groups
      self.outputPadding = outputPadding
    }
  }

  /// Convolution over 1, 2 or 3 spatial axes with w `[out, in / groups, …]`, or its transpose with w `[in, out / groups, …]`.
  public func convolution(
    _ weight: Tensor, _ bias: Tensor? = nil, _ window: Window = Window(), transposed: Bool = false
  ) -> Tensor {
    let axes = Swift.max(weight.rank - 2, 0)
    func each(_ value: Int) -> [Int] { Array(repeating: value, count: axes) }
    func run(_ x: Handle, _ w: Handle, _ b: Handle?) -> Handle? {
      each(window.stride).lend { stride, _ in
        each(window.padding).lend { padding, _ in
          each(window.dilation).lend { dilation, _ in
            each(window.outputPadding).lend { extra, _ in
              ct_convolution(
                x, w, b, axes, stride, padding, dilation, transposed, extra, Int64(window.groups))
            }
          }
        }
      }
    }
    let name = transposed ? "transposed convolution" : "convolution"
    guard let bias else { return op(name, self, weight) { run($0, $1, nil) } }
    return op(name, self, weight, bias) { run($0, $1, $2) }
  }

  private typealias Pooling = (
    Handle, Int, UnsafePointer<Int64>, UnsafePointer<Int64>, UnsafePointer<Int64>
  ) -> Handle?

  private func pooled(
    _ name: String, _ size: Int, _ stride: Int, _ padding: Int, _ body: Pooling
  ) -> Tensor {
    let axes = Swift.max(rank - 2, 1)
    func each(_ value: Int) -> [Int] { Array(repeating: value, count: axes) }
    return op(name, self) { x in
      each(size).lend { size, _ in
        each(stride).lend { step, _ in
          each(padding).lend { padding, _ in body(x, axes, size, step, padding) }
        }
      }
    }
  }

  /// Largest element of each window; windows touch unless `stride` says otherwise.
  public func maxPooled(_ size: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    pooled("maxPooled", size, stride ?? size, padding) { ct_max_pool($0, $1, $2, $3, $4) }
  }
  /// Mean of each window; windows touch unless `stride` says otherwise.
  public func averagePooled(_ size: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    pooled("averagePooled", size, stride ?? size, padding) { ct_avg_pool($0, $1, $2, $3, $4) }
  }
  /// Means over windows chosen so that the spatial axes become `size`.
  public func averagePooled(to size: [Int]) -> Tensor {
    op("averagePooled", self) { x in size.lend { ct_adaptive_avg_pool(x, $1, $0) } }
  }
  /// Maxima over windows chosen so that the spatial axes become `size`.
  public func maxPooled(to size: [Int]) -> Tensor {
    op("maxPooled", self) { x in size.lend { ct_adaptive_max_pool(x, $1, $0) } }
  }

  /// How values between the given ones are found.
  public enum Interpolation: String, Codable, Sendable { case nearest, linear, cubic }

  /// The spatial axes resized to `size`.
  public func interpolated(
    to size: [Int], by rule: Interpolation = .nearest, alignCorners: Bool = false
  ) -> Tensor {
    op("interpolated to \(size)", self) { x in
      size.lend { sizes, axes in
        switch rule {
        case .nearest: ct_upsample_nearest(x, axes, sizes)
        case .linear: ct_upsample_linear(x, axes, sizes, alignCorners)
        case .cubic: ct_upsample_bicubic(x, sizes, alignCorners)
        }
      }
    }
  }

  /// Images sampled bilinearly at `grid`, `[n, h, w, 2]` in −1…1, zeros outside.
  public func sampled(at grid: Tensor, alignCorners: Bool = false) -> Tensor {
    op("sampled", self, grid) { ct_grid_sample($0, $1, 0, 0, alignCorners) }
  }
  /// Sampling grids of affine maps `[n, 2, 3]` for images of shape `[n, c, h, w]`.
  public func affineGrid(_ shape: [Int], alignCorners: Bool = false) -> Tensor {
    op("affineGrid", self) { theta in shape.lend { ct_affine_grid(theta, $0, $1, alignCorners) } }
  }

  /// What stands beyond the border.
  public enum Padding: String, Codable, Sendable { case constant, reflect, replicate, circular }

  /// Wider by `pad`: before and after for the last axis, then for the one before it, and so on.
  public func padded(_ pad: [Int], by rule: Padding = .constant, value: Double = 0) -> Tensor {
    op("padded", self) { x in pad.lend { ct_pad(x, $0, $1, rule.rawValue, value) } }
  }
  /// Patches of `size` × `size`, `stride` apart, as columns: `[n, c · size², patches]`.
  public func patches(_ size: Int, stride: Int, padding: Int = 0) -> Tensor {
    op("patches", self) { x in
      [size, size, 1, 1, padding, padding, stride, stride].lend { all, _ in
        ct_im2col(x, all, all + 2, all + 4, all + 6)
      }
    }
  }
  /// The sum of ``patches(_:stride:padding:)`` put back in their places: `[n, c, height, width]`.
  public func assembled(
    _ height: Int, _ width: Int, patches size: Int, stride: Int, padding: Int = 0
  ) -> Tensor {
    op("assembled", self) { x in
      [height, width, size, size, 1, 1, padding, padding, stride, stride].lend { all, _ in
        ct_col2im(x, all, all + 2, all + 4, all + 6, all + 8)
      }
    }
  }
  /// Channels turned into space: `[n, c f², h, w]` to `[n, c, h f, w f]`.
  public func pixelShuffled(_ factor: Int) -> Tensor {
    op("pixelShuffled", self) { ct_pixel_shuffle($0, Int64(factor)) }
  }
  /// Space turned into channels: `[n, c, h f, w f]` to `[n, c f², h, w]`.
  public func pixelUnshuffled(_ factor: Int) -> Tensor {
    op("pixelUnshuffled", self) { ct_pixel_unshuffle($0, Int64(factor)) }
  }

  private func affine(
    _ name: String, _ weight: Tensor?, _ bias: Tensor?,
    _ body: (Handle, Handle?, Handle?) -> Handle?
  ) -> Tensor {
    if let failed = [weight, bias].compactMap({ $0 }).first(where: { $0.error != nil }) {
      return failed
    }
    return withExtendedLifetime((weight, bias)) {
      op(name, self) { body($0, weight?.storage.handle, bias?.storage.handle) }
    }
  }

  /// Zero mean and unit variance over the last axes, of sizes `shape`.
  public func layerNormalised(
    _ shape: [Int], _ weight: Tensor?, _ bias: Tensor?, epsilon: Double = 1e-5
  )
    -> Tensor
  {
    affine("layerNormalised", weight, bias) { x, w, b in
      shape.lend { ct_layer_norm(x, $0, $1, w, b, epsilon) }
    }
  }
  /// Zero mean and unit variance over each of `groups` groups of channels.
  public func groupNormalised(
    _ groups: Int, _ weight: Tensor?, _ bias: Tensor?, epsilon: Double = 1e-5
  )
    -> Tensor
  {
    affine("groupNormalised", weight, bias) { ct_group_norm($0, Int64(groups), $1, $2, epsilon) }
  }
  /// Unit root mean square over the last axes, of sizes `shape`.
  public func rmsNormalised(_ shape: [Int], _ weight: Tensor?, epsilon: Double = 1e-6) -> Tensor {
    affine("rmsNormalised", weight, nil) { x, w, _ in
      shape.lend { ct_rms_norm(x, $0, $1, w, epsilon) }
    }
  }
  /// Zero mean and unit variance over the batch; in training the running statistics follow in place.
  public func batchNormalised(
    _ weight: Tensor?, _ bias: Tensor?, runningMean: Tensor?, runningVariance: Tensor?,
    training: Bool,
    momentum: Double = 0.1, epsilon: Double = 1e-5
  ) -> Tensor {
    withExtendedLifetime((runningMean, runningVariance)) {
      affine("batchNormalised", weight, bias) {
        ct_batch_norm(
          $0, $1, $2, runningMean?.storage.handle, runningVariance?.storage.handle, training,
          momentum,
          epsilon)
      }
    }
  }

  /// The rows of this table that `indices` name.
  public func embedding(_ indices: Tensor) -> Tensor {
    op("embedding", self, indices) { ct_embedding($0, $1) }
  }
  /// Scaled dot-product attention of queries `[…, t, d]` over keys and values `[…, s, d]`.
  ///
  /// `mask` is added to the scores (or keeps where it is true); `grouped` lets fewer key heads serve more query heads.
  public func attention(
    _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, causal: Bool = false, scale: Double? = nil,
    grouped: Bool = false
  ) -> Tensor {
    if let mask, mask.error != nil { return mask }
    return withExtendedLifetime(mask) {
      op("attention", self, key, value) {
        ct_attention($0, $1, $2, mask?.storage.handle, causal, scale ?? 0, grouped)
      }
    }
  }
  /// Rows `[n, t, heads, d]` with each pair of numbers, d / 2 apart, turned by an angle of its place, of which the cosines
  /// and sines are `[t, d / 2]`.
  public func rotated(_ cosines: Tensor, _ sines: Tensor) -> Tensor {
    op("rotated", self, cosines, sines) { ct_rotary($0, $1, $2) }
  }
  /// The first half of an axis times the sigmoid of the second.
  public func glu(along axis: Int = -1) -> Tensor { op("glu", self) { ct_glu($0, Int64(axis)) } }
  /// Cosines of the angles between vectors along an axis.
  public func cosineSimilarity(_ other: Tensor, along axis: Int = -1) -> Tensor {
    op("cosineSimilarity", self, other) { ct_cosine_similarity($0, $1, Int64(axis), 1e-8) }
  }

  /// −y log σ(x) − (1 − y) log(1 − σ(x)) for each element; x are logits.
  public func binaryCrossEntropy(_ target: Tensor) -> Tensor {
    op("binaryCrossEntropy", self, target) { ct_binary_cross_entropy_with_logits($0, $1) }
  }
  /// log p(x) of independent Bernoulli variables with these logits, nats, summed over all axes but the
  /// first; `x` in 0…1, of the same shape, or of fewer rows that are gone through again and again.
  public func bernoulliLogProbability(of x: Tensor) -> Tensor {
    op("bernoulliLogProbability", self, x) { ct_bernoulli_log_probability($0, $1) }
  }
  /// Draws of normal variables with these means: mean + e^(½ logVariance) · noise, through which
  /// gradients pass; several of each where there are more rows of noise, `[draws · n, …]`.
  public func normalDraw(logVariance: Tensor, noise: Tensor) -> Tensor {
    op("normalDraw", self, logVariance, noise) { ct_normal_draw($0, $1, $2) }
  }
  /// log of the standard normal density over that of normal variables at these values, nats, summed over
  /// all axes but the first; fewer variables than values are gone through again and again.
  public func normalLogRatio(mean: Tensor, logVariance: Tensor) -> Tensor {
    op("normalLogRatio", self, mean, logVariance) { ct_normal_log_ratio($0, $1, $2) }
  }
  /// KL divergence of normal variables with these means to standard ones, nats, summed over all axes
  /// but the first.
  public func normalDivergence(logVariance: Tensor) -> Tensor {
    op("normalDivergence", self, logVariance) { ct_normal_divergence($0, $1) }
  }
  /// The squared maximum mean discrepancy of two samples, `[n, k]` and `[m, k]`, a scalar.
  ///
  /// The kernel is e^(−r² / scale) where it is exponential, else scale / (scale + r²); without bias, pairs of a
  /// point with itself are left out.
  public func meanDiscrepancy(
    _ other: Tensor, isExponential: Bool, scale: Double, isUnbiased: Bool
  ) -> Tensor {
    op("meanDiscrepancy", self, other) {
      ct_mean_discrepancy($0, $1, isExponential, scale, isUnbiased)
    }
  }
  /// (x − y)² for each element.
  public func squaredError(_ target: Tensor) -> Tensor {
    op("squaredError", self, target) { ct_mse_loss($0, $1) }
  }
  /// |x − y| for each element.
  public func absoluteError(_ target: Tensor) -> Tensor {
    op("absoluteError", self, target) { ct_l1_loss($0, $1) }
  }
  /// Squared error near 0, absolute error beyond `delta`.
  public func huberError(_ target: Tensor, delta: Double = 1) -> Tensor {
    op("huberError", self, target) { ct_huber_loss($0, $1, delta) }
  }
  /// Squared error over 2 β near 0, absolute error beyond `beta`, without a step between them.
  public func smoothAbsoluteError(_ target: Tensor, beta: Double = 1) -> Tensor {
    op("smoothAbsoluteError", self, target) { ct_smooth_l1_loss($0, $1, beta) }
  }
  /// −log softmax(x)[target] in nats, for logits `[n, classes, …]` and classes or probabilities.
  public func crossEntropy(_ target: Tensor, smoothing: Double = 0) -> Tensor {
    op("crossEntropy", self, target) { ct_cross_entropy($0, $1, smoothing) }
  }
  /// −x[target] for log probabilities `[n, classes, …]` and classes, in nats.
  public func negativeLogLikelihood(_ target: Tensor) -> Tensor {
    op("negativeLogLikelihood", self, target) { ct_nll_loss($0, $1) }
  }
  /// Connectionist temporal classification for log probabilities `[t, n, classes]`, in nats.
  public func ctc(_ targets: Tensor, lengths: Tensor, targetLengths: Tensor, blank: Int = 0)
    -> Tensor
  {
    if let failed = [lengths, targetLengths].first(where: { $0.error != nil }) { return failed }
    return withExtendedLifetime((lengths, targetLengths)) {
      op("ctc", self, targets) { x, y in
        guard let l = lengths.storage.handle, let m = targetLengths.storage.handle else {
          return nil
        }
        return ct_ctc_loss(x, y, l, m, Int64(blank))
      }
    }
  }
}
