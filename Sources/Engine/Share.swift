import Foundation

/// Files that set-up places beside the program: in `share/latent` of an installation, or in `.venv` of a checkout.
enum Share {
  /// The path of the file called `name`, where it is there.
  static func file(_ name: String) -> String? {
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    var folders = [program.deletingLastPathComponent().deletingLastPathComponent().path]
    if let home = ProcessInfo.processInfo.environment["LATENT_HOME"] { folders.append(home) }
    for start in [program.path, FileManager.default.currentDirectoryPath] {
      var folder = start as NSString
      while folder.length > 1 {
        folder = folder.deletingLastPathComponent as NSString
        folders.append(folder.appendingPathComponent(".venv"))
      }
    }
    return folders.map { $0 + "/share/latent/" + name }
      .first { FileManager.default.fileExists(atPath: $0) }
  }
}
