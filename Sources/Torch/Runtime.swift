import CTorch

/// What libtorch is and how it runs here.
public enum Runtime {
  /// Version of libtorch, such as `2.13.0`.
  public static var version: String { String(cString: ct_version()) }
  /// The widest vector instructions libtorch uses here.
  public static var instructions: String { String(cString: ct_cpu_capability()) }
  /// Whether the processor multiplies bfloat16 by itself; where it does not, float32 is many times as fast.
  public static var hasBFloat16: Bool { ct_cpu_has_bfloat16() }
  /// The file that libtorch was loaded from.
  public static var libraryPath: String { String(cString: ct_library_path()) }

  /// Threads that one operator may use; part of a run's identity, since sums depend on it.
  public static var threads: Int {
    get { Int(ct_threads()) }
    set { ct_set_threads(Int32(clamping: newValue)) }
  }

  /// Whether linear layers go through oneDNN; chosen by processor.
  public static var prefersOneDNN: Bool {
    get { ct_prefers_onednn() }
    set { ct_prefer_onednn(newValue) }
  }

  /// Keeps freed memory for the next step; a program that trains and then ends loses nothing by it.
  public static func keepMemory() { ct_keep_memory() }

  /// Asks libtorch for kernels that give the same bits at every run.
  public static func useDeterministicKernels() { ct_set_deterministic(true) }

  /// Whether layers behave as in training, on this thread: dropout drops, batch norm uses the batch.
  public static var isTraining: Bool { ct_training_mode() }

  /// Runs `body` with layers behaving as in training, or as in evaluation.
  public static func training<Result>(_ on: Bool, _ body: () throws -> Result) rethrows -> Result {
    let before = ct_training_mode()
    ct_set_training_mode(on)
    defer { ct_set_training_mode(before) }
    return try body()
  }

  /// Runs `body` with matrix products and convolutions in bfloat16 where that is safe.
  public static func autocast<Result>(
    _ on: Bool, on device: Device, _ body: () throws -> Result
  ) rethrows -> Result {
    guard on else { return try body() }
    _ = ct_set_autocast(device.code, true)
    defer { _ = ct_set_autocast(device.code, false) }
    return try body()
  }
}
