import Files
import Foundation
import Manual
import Torch

/// What each verb does.
let verbs: [String: (Arguments, Console) throws -> Void] = [
  "fit": Fit.run, "runs": Runs.run, "show": Show.run,
  "encode": Codes.encode, "decode": Codes.decode,
  "sample": Pictures.sample, "reconstruct": Pictures.reconstruct,
  "interpolate": Pictures.interpolate, "traverse": Traverse.run, "edit": Edit.run,
  "neighbours": NeighboursVerb.run, "map": MapVerb.run, "serve": Serve.run,
  "stitch": Stitch.run, "relate": Relate.run, "geometry": GeometryVerb.run,
  "attractors": AttractorsVerb.run,
  "explain": Explain.run, "probe": Probe.run, "lens": Lens.run, "patch": Patch.run,
  "steer": Steer.run,
  "score": Score.run, "report": Report.run, "compare": Compare.run, "check": CheckVerb.run,
  "bench": Bench.run,
  "data": DataVerb.run, "systems": Systems.run, "find": Find.run, "doctor": Doctor.run,
  "export": Export.run, "mcp": Assistant.run,
]

/// Verbs that look for a request to stop themselves, since they have something to save or to clean up.
let stoppable: Set<String> = ["check", "compare", "explain", "export", "map", "mcp", "serve"]

@MainActor func run(_ words: [String]) throws {
  guard let name = words.first else { throw UsageError("latent: no verb was given") }
  if name == Bench.childVerb { return try BenchSuite.child(Array(words.dropFirst())) }
  if name == BenchMap.childVerb { return try BenchMap.child(words) }
  if name == Bench.engineVerb { return try Bench.child(Array(words.dropFirst())) }
  if name == BenchAutoencoders.childVerb {
    return try BenchAutoencoders.child(Array(words.dropFirst()))
  }
  if name == CompareRun.verb { return try CompareRun.child(Array(words.dropFirst())) }
  let verb = try Verb.named(name)
  let rest = Array(words.dropFirst())
  if name == "fit" { return try Fit.begin(rest) }
  if name == "profile" { return try ProfileVerb.begin(rest) }
  if StudyVerb.names.contains(name) { return try StudyVerb.begin(verb, rest) }
  let arguments = try Arguments.parse(rest, verb: verb)
  if !stoppable.contains(name) { Interrupt.endAtOnce() }
  guard let body = verbs[name] else { throw UsageError("latent: there is no verb \(name)") }
  try body(arguments, Console(arguments))
}

Interrupt.arm()
Runtime.keepMemory()
Encoders.introduce(Console(isQuiet: CommandLine.arguments.contains("--quiet")))
do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch let stop as Stopped {
  Console().warn(stop.sentence)
  exit(ExitCode.interrupted.rawValue)
} catch {
  exit(Console().fail(error).rawValue)
}
