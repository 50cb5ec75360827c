import Files
import Foundation
import Manual
import Mapping

/// The path of this program's own file, links resolved.
func ownPath() throws -> String {
  #if canImport(Darwin)
    let path = Bundle.main.executablePath
  #else
    let path = Optional("/proc/self/exe")
  #endif
  guard let resolved = path.flatMap({ realpath($0, nil) }) else {
    throw UserError("cannot tell where the program lies: \(String(cString: strerror(errno)))")
  }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// Lets OpenMP's waiting threads spin for a fraction of a millisecond, unless the person has said how they wait: by default
/// they spin for so long that two trainings on the same cores stand still.
func boundSpinning() {
  let said = ProcessInfo.processInfo.environment
  guard said["OMP_WAIT_POLICY"] == nil else { return }
  setenv("GOMP_SPINCOUNT", "10000", 0)
}

/// Becomes the engine; returns only by throwing.
func becomeEngine(_ words: [String]) throws -> Never {
  let engine = (try ownPath() as NSString).deletingLastPathComponent + "/latent-engine"
  boundSpinning()
  var arguments = ([engine] + words).map { strdup($0) }
  arguments.append(nil)
  execv(engine, arguments)
  let reason = String(cString: strerror(errno)).lowercased()
  throw UserError(
    "cannot start the engine \(engine): \(reason); build it with swift build, or install again")
}

let answer = Answer(
  to: Array(CommandLine.arguments.dropFirst()), width: min(100, Terminal.width(.output)),
  bold: Terminal.allowsBold(.output))
let console = Console()
do {
  switch answer {
  case .page(let text): try console.result(text)
  case .refusal(let text):
    console.warn(text)
    exit(ExitCode.usage.rawValue)
  case .engine(let words):
    guard try !KeptMapAnswer.give(to: words) else { break }
    try becomeEngine(words)
  }
} catch {
  exit(console.fail(error).rawValue)
}
