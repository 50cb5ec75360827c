import Datasets
import Files
import Foundation
import Networks
import Torch

/// Runs the phases of a method over its data: the only place that loops, logs, saves and counts steps.
///
/// All randomness of a step follows from the run's seed and the step's index, so a training that goes on
/// from a checkpoint has the same bits as one that was never stopped.
final class Trainer<Method: GradientRecipe> {
  private let method: Method
  private let network: Method.Network
  private let scaffold: (any Module)?
  private let run: FitRun
  private let training: Training
  private let phases: [Phase]
  private let optimisers: [Optimiser]
  private var loader: Loader
  /// What this process has of the training; nil where it trains alone.
  private let parallel: DataParallel?
  private let averages: [Tensor]
  private var position = Checkpoint.Position()
  private var sums: Tensor?
  private var names: [String] = []
  private var history: [EpochMetrics] = []
  private var savedStep: Int?
  /// What the last epoch left, where a save was too recent for another.
  private var unsaved: (checkpoint: Checkpoint, history: History)?
  /// The weights of the best epoch, where they are not saved yet.
  private var best: [String: Tensor]?
  private var told = 0
  private var lastSave = ContinuousClock.now
  private var lastProgress = ContinuousClock.now - .seconds(1)
  private let started = ContinuousClock.now
  private var secondsBefore = 0.0
  private var stepsBefore = 0

  init(
    _ method: Method, _ network: Method.Network, _ phases: [Phase], _ scaffold: (any Module)?,
    _ run: FitRun
  ) throws {
    self.method = method
    self.network = network
    self.phases = phases
    self.scaffold = scaffold
    self.run = run
    training = method.training
    try training.validate()
    try require(run.source.train.count > 0, "\(run.source.name) has no training examples")
    optimisers = phases.map { [training = method.training] in Optimiser($0.groups, training) }
    loader = Loader(run.source.train, batch: training.batch, seed: run.seed.child("batches"))
    parallel = run.group.map(DataParallel.init)
    averages = training.average > 0 ? network.parameters.map { $0.detached().copied() } : []
  }

  private var steps: Int {
    let all = training.epochs.multipliedReportingOverflow(by: loader.batchesPerEpoch)
    return min(all.overflow ? .max : all.partialValue, run.budget.steps ?? .max)
  }
  private var isSpent: Bool {
    position.step >= steps || run.budget.seconds.map { seconds >= $0 } ?? false
  }
  private var seconds: Double { secondsBefore + (ContinuousClock.now - started) / .seconds(1) }

  func train() throws -> FitResult {
    if run.resumes, run.folder != nil { try resume() }
    tell()
    try divide()
    if !position.isFinished || position.epoch < training.epochs {
      position.isFinished = false
      while position.epoch < training.epochs, !isSpent {
        try epoch()
        if hasRunOutOfPatience { break }
      }
      position.isFinished = true
      try save()
    }
    // Also where the last save was all that a killed run still did.
    try keep()
    return FitResult(history: history, steps: position.step, seconds: seconds)
  }

  private func epoch() throws {
    let began = ContinuousClock.now
    let first = position.batch
    let batches = loader.epoch(position.epoch, from: first)
    while !isSpent, let batch = try Profile.span("data", { try batches.next() }) {
      try step(batch)
      position.batch += 1
      report()
      if parallel?.stops ?? run.shouldStop() {
        try save()
        throw TrainingError.stopped(step: position.step, steps: steps)
      }
      if ContinuousClock.now - lastSave > .seconds(run.checkpointSeconds) { try save() }
    }
    let spent = (ContinuousClock.now - began) / .seconds(1)
    let examples = (position.batch - first) * training.batch
    try endEpoch(rate: Double(examples) / max(spent, 1e-9))
  }

  /// The step that comes next, for all of its batch or for a share of it.
  private func nextStep(_ share: BatchShare?) -> Step {
    Step(
      index: position.step, epoch: position.epoch,
      progress: Double(position.step) / Double(steps), examples: run.source.train.count,
      seed: run.seed.child("step").child(position.step), device: run.device, share: share)
  }

  private func step(_ given: Batch) throws {
    let batch = Profile.span("data") { given.moved(to: run.device) }
    let count = loader.count(of: position.batch)
    let share = parallel?.share(of: count)
    let step = nextStep(share)
    var terms: [(name: String, value: Tensor)] = []
    try Runtime.training(true) {
      for (phase, optimiser) in zip(phases, optimisers) where position.step % phase.every == 0 {
        func evaluate() -> Loss {
          Profile.span("forward") {
            Runtime.autocast(run.lowPrecision, on: run.device) { phase.loss(batch, step) }
          }
        }
        let loss = evaluate()
        var values = named(loss, loss.total, phase)
        if parallel == nil { try checkFinite(values) }
        var gradients = try Profile.span("backward") {
          try phase.descent.gradients(of: loss, for: phase.parameters, again: evaluate)
        }
        if let parallel {
          // Of all processes: no one of them may stop at what another has not seen.
          try parallel.average(&gradients, &values, share, stop: run.shouldStop())
          try checkFinite(values)
        }
        try Profile.span("optimiser") {
          try optimiser.step(gradients, rate: training.rate(at: position.step, of: steps))
        }
        terms += values
      }
      try withoutGradients { try method.didStep(network, step) }
    }
    if !averages.isEmpty {
      let live = network.parameters.map { $0.detached() }
      try Profile.span("optimiser") {
        try Kernel.lerp(averages, to: live, weight: 1 - training.average)
      }
    }
    try accumulate(terms, weight: Double(count))
    position.step += 1
  }

  private func named(
    _ loss: Loss, _ total: Tensor, _ phase: Phase
  ) -> [(name: String, value: Tensor)] {
    let prefix = phases.count > 1 ? phase.name + "/" : ""
    return loss.terms.map { (prefix + $0.name, $0.mean) } + [(prefix + "loss", total)]
  }

  /// Stops where the total, the last of a phase's values, is not a finite number.
  private func checkFinite(_ values: [(name: String, value: Tensor)]) throws {
    // Reading a number waits for a GPU, so there only every fiftieth step looks.
    guard run.device == .cpu || position.step % 50 == 0 else { return }
    guard let total = values.last?.value, try !total.value().isFinite else { return }
    let term = try values.first { try !$0.value.value().isFinite }?.name ?? "loss"
    try saveLastEpoch()
    throw TrainingError.notFinite(term: term, step: position.step, saved: savedStep)
  }

  private func accumulate(
    _ terms: [(name: String, value: Tensor)], weight: Double
  ) throws {
    if names.isEmpty { names = terms.map(\.0) }
    guard terms.count == names.count else { return }
    let type = run.device == .mps ? DType.float32 : .float64
    let sums = sums ?? .zeros([names.count], type: type, device: run.device)
    try Kernel.accumulate(terms.map(\.1), in: sums, weight: weight)
    self.sums = sums
    position.seen += Int(weight)
  }

  private func means() throws -> [(name: String, value: Double)] {
    guard let sums else { return [] }
    let values = try sums.values(as: Double.self)
    return zip(names, values).map { ($0, $1 / Double(max(position.seen, 1))) }
  }

  private func endEpoch(rate: Double) throws {
    let train = try means()
    let validation = try validate()
    position.epoch += 1
    position.batch = 0
    position.seen = 0
    sums = nil
    let bad = train.first { !$0.value.isFinite }
    if let bad {
      try saveLastEpoch()
      throw TrainingError.notFinite(term: bad.name, step: position.step - 1, saved: savedStep)
    }
    history.append(
      EpochMetrics(
        epoch: position.epoch, step: position.step,
        train: Dictionary(train.map { ($0.name, $0.value) }) { $1 }, validation: validation,
        rate: rate, seconds: seconds))
    if let loss = validation["loss"], loss < position.bestLoss ?? .infinity {
      position.bestLoss = loss
      position.bestEpoch = position.epoch
      if run.folder != nil, run.writes { best = kept().copied }
    }
    // Flushing to the disk takes longer than a small network's epoch.
    if ContinuousClock.now - lastSave > .seconds(min(1, run.checkpointSeconds)) {
      try save()
    } else if run.folder != nil {
      unsaved = (snapshot(copying: true), History(epochs: history, terms: names))
    }
  }

  /// Mean terms over the validation examples, in evaluation mode, with the same noise every time.
  private func validate() throws -> [String: Double] {
    let examples = run.source.validation
    guard examples.count > 0, let phase = phases.first else { return [:] }
    var totals: [String: Double] = [:]
    try withoutGradients {
      for (index, chunk) in examples.chunks(of: max(training.batch, 256)).enumerated() {
        let batch = try examples.batch(chunk).moved(to: run.device)
        let step = Step(
          index: position.step, epoch: position.epoch,
          progress: Double(position.step) / Double(steps), examples: examples.count,
          seed: run.seed.child("validation").child(index), device: run.device)
        let loss = phase.loss(batch, step)
        for (name, value) in named(loss, loss.total, phase) {
          totals[name, default: 0] += try value.value() * Double(chunk.count)
        }
      }
    }
    return totals.mapValues { $0 / Double(examples.count) }
  }

  private var hasRunOutOfPatience: Bool {
    training.patience > 0 && position.bestEpoch > 0
      && position.epoch - position.bestEpoch >= training.patience
  }

  /// The state that a finished training leaves: averaged weights where an average is kept.
  private func kept() -> [String: Tensor] {
    var state = network.state
    for (named, average) in zip(network.namedParameters, averages) { state[named.name] = average }
    return state
  }

  /// Puts into the network what the training leaves: the best weights, averages, or those of the last step.
  private func keep() throws {
    if training.patience > 0, position.bestEpoch > 0, let folder = run.folder, run.writes {
      try network.load(Safetensors(opening: folder + "/checkpoint/best.safetensors").tensors)
    } else {
      try network.load(kept())
    }
    try parallel?.follow(network)
  }

  private func report() {
    let now = ContinuousClock.now
    guard now - lastProgress > .milliseconds(100) || position.step == steps else { return }
    lastProgress = now
    let spent = (now - started) / .seconds(1)
    let speed = Double(position.step - stepsBefore) / max(spent, 1e-9)
    run.progress(
      FitRun.Progress(
        epoch: position.epoch + 1, epochs: training.epochs, step: position.step, steps: steps,
        batch: training.batch, rate: speed * Double(training.batch),
        secondsLeft: Double(steps - position.step) / speed,
        terms: (try? means()) ?? []))
  }
}

extension Trainer {
  private func save() throws {
    lastSave = ContinuousClock.now
    try write(snapshot(copying: false), History(epochs: history, terms: names))
    tell()
  }

  /// Saves what the last epoch left, for a training that cannot go on.
  private func saveLastEpoch() throws {
    guard let (checkpoint, history) = unsaved else { return }
    try write(checkpoint, history)
  }

  /// All that a training needs to go on from here, as copies where it is written later.
  private func snapshot(copying: Bool) -> Checkpoint {
    var tensors = network.state.prefixed("network")
    if let scaffold { tensors.merge(scaffold.state.prefixed("scaffold")) { $1 } }
    for (phase, optimiser) in zip(phases, optimisers) {
      tensors.merge(optimiser.state.prefixed("optimiser.\(phase.name)")) { $1 }
    }
    for (index, average) in averages.enumerated() { tensors["average.\(index)"] = average }
    if let sums { tensors["sums"] = sums }
    var place = position
    place.seconds = seconds
    return Checkpoint(position: place, tensors: copying ? tensors.copied : tensors)
  }

  private func write(_ checkpoint: Checkpoint, _ history: History) throws {
    unsaved = nil
    guard let folder = run.folder, run.writes else { return }
    try makeFolder(folder + "/checkpoint")
    // The history and the best weights first: an epoch that a checkpoint counts is always in them.
    try history.write(in: folder)
    if let best {
      try Safetensors(best).write(to: folder + "/checkpoint/best.safetensors")
      self.best = nil
    }
    try checkpoint.save(in: folder)
    savedStep = checkpoint.position.step
  }

  /// Shares the batches out to the processes that train, once it is shown that together they do what one would.
  private func divide() throws {
    guard let parallel, !(position.isFinished && position.epoch == training.epochs) else { return }
    let whole = loader
    try Runtime.training(true) {
      try parallel.prove(
        Method.card.id, phases, [network] + [scaffold].compactMap { $0 }, whole, position.epoch,
        run.device, nextStep)
    }
    loader = Loader(
      whole.examples, batch: whole.batch, seed: run.seed.child("batches"), part: parallel.part)
  }

  /// Tells of the epochs that were not told of yet.
  private func tell() {
    guard history.count > told else { return }
    told = history.count
    run.recorded(history)
  }

  private func resume() throws {
    guard let folder = run.folder,
      FileManager.default.fileExists(atPath: Checkpoint.path(in: folder))
    else { return }
    let checkpoint = try Checkpoint(opening: folder)
    try network.load(checkpoint.part("network"))
    try scaffold?.load(checkpoint.part("scaffold"))
    for (phase, optimiser) in zip(phases, optimisers) {
      try optimiser.load(checkpoint.part("optimiser.\(phase.name)"))
    }
    for (index, average) in averages.enumerated() {
      guard let saved = checkpoint.tensors["average.\(index)"] else {
        throw CheckpointError.lacks("average.\(index)")
      }
      try average.assign(saved)
    }
    position = checkpoint.position
    sums = checkpoint.tensors["sums"]?.to(run.device).copied()
    secondsBefore = position.seconds
    stepsBefore = position.step
    savedStep = position.step
    let past = try History(opening: folder)
    names = past.terms
    history = past.epochs.filter { $0.epoch <= position.epoch }
  }
}
