// Fuzzing of the readers: `latent-fuzz READER SECONDS [SEED]`, where READER may be `all`.
//
// Every input is written to a file before it is read, so after a trap that file holds the culprit.
import Foundation
import Torch

let arguments = Array(CommandLine.arguments.dropFirst())
let names = Target.all.map(\.name)
guard let name = arguments.first, name == "all" || names.contains(name) else {
  say("usage: latent-fuzz READER SECONDS [SEED], where READER is all or one of:")
  say(names.joined(separator: " "))
  exit(2)
}
let seconds = arguments.count > 1 ? Double(arguments[1]) ?? 30 : 30
let seed = arguments.count > 2 ? UInt64(arguments[2]) ?? 0 : 0

var failed = false
for target in Target.all where name == "all" || target.name == name {
  do {
    try Run(target, Seed(seed)).go(for: seconds)
  } catch {
    say("\(target.name): \(error)")
    failed = true
  }
}
exit(failed ? 1 : 0)

/// Writes one line to standard output, at once.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
