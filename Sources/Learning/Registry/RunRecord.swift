/// How far a run has come.
public enum RunStatus: String, Codable, CaseIterable, Sendable {
  /// Its process is at work.
  case running
  /// It came to its end.
  case finished
  /// It was asked to stop, and saved what it had.
  case stopped
  /// It ended with an error, which its message tells.
  case failed
  /// Its process is gone without having said so; found out by looking, never recorded.
  case killed
}

/// One run as the registry keeps it.
public struct RunRecord: Codable, Equatable, Sendable {
  /// A short text that no other run has.
  public var id: String
  /// When it began, as ISO 8601 text.
  public var started: String
  /// When it ended, as ISO 8601 text.
  public var finished: String?
  /// The method's identifier.
  public var method: String
  /// The data it learnt from, as the person named it.
  public var source: String
  /// The root of its random numbers.
  public var seed: UInt64
  /// Where it computed, such as `cpu` or `cuda:0`.
  public var device: String
  /// How many threads it computed with.
  public var threads: Int
  /// How far it had come when it last wrote; ``status(now:)`` also sees that it was killed.
  public var status: RunStatus
  /// The folder of the space that it makes.
  public var space: String?
  /// The method's settings, as JSON text.
  public var settings: String
  /// The figures it reached, as JSON text.
  public var metrics: String
  /// The version of Latent.
  public var codeVersion: String
  /// The version of libtorch.
  public var torchVersion: String
  /// Seconds that it took.
  public var duration: Double?
  /// What it had to say at its end, such as the reason of a failure.
  public var message: String?
  /// The process that carries it out.
  public var process: RunProcess

  /// A run that begins now, in this process.
  ///
  /// The ``id`` follows from the process and from `started`.
  public init(
    started: String, method: String, source: String, seed: UInt64, device: String, threads: Int,
    settings: String, codeVersion: String, torchVersion: String, space: String? = nil,
    process: RunProcess = .current
  ) {
    id = process.identifier(started)
    self.started = started
    self.method = method
    self.source = source
    self.seed = seed
    self.device = device
    self.threads = threads
    status = .running
    self.space = space
    self.settings = settings
    metrics = "{}"
    self.codeVersion = codeVersion
    self.torchVersion = torchVersion
    self.process = process
  }

  /// The recorded status, or `killed` where the run is recorded as running and its process is gone.
  ///
  /// - Parameter isAlive: Whether a process is still there; asks this machine's kernel by default.
  public func status(now isAlive: (RunProcess) -> Bool = { $0.isAlive }) -> RunStatus {
    status == .running && !isAlive(process) ? .killed : status
  }
}
