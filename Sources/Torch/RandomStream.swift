import CTorch

/// Random numbers that follow from a seed; children by name have streams of their own.
///
/// A stream advances as it is drawn from and belongs to one thread.
public final class RandomStream {
  /// What the stream follows from.
  public let seed: Seed
  /// Where its tensors are made.
  public let device: Device
  /// What this process has of a batch: its rows are drawn among those of all.
  private let share: BatchShare?
  private var generator: UnsafeMutablePointer<ct_generator>?

  /// The stream of `seed`.
  ///
  /// - Parameter share: Where it draws for examples, those that this process has of a batch; numbers for each example
  ///   are then those that one process would draw for the whole batch, and others are the same in all processes.
  public init(_ seed: Seed, device: Device = .cpu, share: BatchShare? = nil) {
    self.seed = seed
    self.device = device
    self.share = share
  }

  /// The stream of the seed with these bits.
  public convenience init(_ seed: UInt64, device: Device = .cpu) {
    self.init(Seed(seed), device: device)
  }

  deinit { ct_generator_free(generator) }

  /// The stream of the consumer called `name`; drawing here does not move it.
  public func child(_ name: String) -> RandomStream {
    RandomStream(seed.child(name), device: device, share: share)
  }
  /// The stream of member `index` of a family, such as a step.
  public func child(_ index: Int) -> RandomStream {
    RandomStream(seed.child(index), device: device, share: share)
  }

  private func draw(
    _ name: String, _ inputs: [Tensor] = [], _ body: (UnsafeMutablePointer<ct_generator>) -> Handle?
  ) -> Tensor {
    if generator == nil { generator = ct_generator_new(device.code, seed.value) }
    guard let generator else { return Tensor(nil, name, inputs) }
    return withExtendedLifetime(self) { Tensor(body(generator), name, inputs) }
  }

  private func draw(
    _ name: String, _ a: Tensor, _ body: (Handle, UnsafeMutablePointer<ct_generator>) -> Handle?
  ) -> Tensor {
    guard let handle = a.storage.handle else { return a }
    return withExtendedLifetime(a.storage) { draw(name, [a]) { body(handle, $0) } }
  }

  /// Draws for a shape, or for the whole batch where the shape is that of a share.
  private func draw(
    _ name: String, shape: [Int],
    _ body: (UnsafePointer<Int64>, Int, UnsafeMutablePointer<ct_generator>) -> Handle?
  ) -> Tensor {
    func whole(_ shape: [Int]) -> Tensor { draw(name) { g in shape.lend { body($0, $1, g) } } }
    return share?.part(shape, whole) ?? whole(shape)
  }

  /// Draws for each element of `a` alone, or for the whole batch where `a` is that of a share.
  private func draw(
    _ name: String, each a: Tensor,
    _ body: (Handle, UnsafeMutablePointer<ct_generator>) -> Handle?
  ) -> Tensor {
    guard let share, a.error == nil else { return draw(name, a, body) }
    return share.part(a.shape) { _ in draw(name, share.padded(a), body) }
  }

  /// Uniform on `[0, 1)`.
  public func uniform(_ shape: [Int], type: DType = .float32) -> Tensor {
    draw("uniform", shape: shape) { ct_rand($0, $1, type.rawValue, device.code, $2) }
  }
  /// Standard normal.
  public func normal(_ shape: [Int], type: DType = .float32) -> Tensor {
    draw("normal", shape: shape) { ct_randn($0, $1, type.rawValue, device.code, $2) }
  }
  /// Whole numbers of `range`, equally likely.
  public func integers(_ range: Range<Int>, _ shape: [Int]) -> Tensor {
    draw("integers", shape: shape) {
      ct_randint(Int64(range.lowerBound), Int64(range.upperBound), $0, $1, device.code, $2)
    }
  }
  /// The numbers 0 up to `n` in random order.
  public func permutation(_ n: Int) -> Tensor {
    draw("permutation") { ct_randperm(Int64(n), device.code, $0) }
  }
  /// Exponential with rate `rate`, shaped as `like`.
  public func exponential(like: Tensor, rate: Double = 1) -> Tensor {
    draw("exponential", each: like) { ct_exponential_like($0, rate, $1) }
  }
  /// Cauchy, shaped as `like`.
  public func cauchy(like: Tensor, location: Double = 0, scale: Double = 1) -> Tensor {
    draw("cauchy", each: like) { ct_cauchy_like($0, location, scale, $1) }
  }
  /// Standard Gumbel, shaped as `like`.
  public func gumbel(like: Tensor) -> Tensor { -exponential(like: like).log() }
  /// Number of trials until success, shaped as `like`.
  public func geometric(like: Tensor, probability: Double) -> Tensor {
    draw("geometric", each: like) { ct_geometric_like($0, probability, $1) }
  }
  /// 1 with each probability, else 0.
  public func bernoulli(_ probability: Tensor) -> Tensor {
    draw("bernoulli", each: probability) { ct_bernoulli($0, $1) }
  }
  /// Poisson counts with these rates.
  public func poisson(_ rate: Tensor) -> Tensor { draw("poisson", rate) { ct_poisson($0, $1) } }
  /// Successes in so many trials.
  public func binomial(_ trials: Tensor, _ probability: Tensor) -> Tensor {
    guard let p = probability.storage.handle else { return probability }
    return withExtendedLifetime(probability) { draw("binomial", trials) { ct_binomial($0, p, $1) } }
  }
  /// Gamma with these shapes and rate 1; differentiable in the shape.
  public func gamma(_ shape: Tensor) -> Tensor {
    draw("gamma", shape) { ct_standard_gamma($0, $1) }
  }
  /// Points of the simplex with these concentrations; differentiable in them.
  public func dirichlet(_ concentration: Tensor) -> Tensor {
    // Through gamma draws, since libtorch's own sampler has no derivative; none may round to 0.
    let parts = gamma(concentration).clamped(atLeast: 1.1754944e-38)
    return parts / parts.sum(over: -1, keep: true)
  }
  /// Indices drawn in proportion to the weights of each row, `[n, count]`.
  public func categorical(_ weights: Tensor, count: Int = 1, replacement: Bool = true) -> Tensor {
    func drawn(_ weights: Tensor) -> Tensor {
      draw("categorical", weights) { ct_multinomial($0, Int64(count), replacement, $1) }
    }
    guard let share, weights.rank == 2 else { return drawn(weights) }
    return share.part([weights.size(0), count]) { _ in drawn(share.padded(weights)) }
  }
}
