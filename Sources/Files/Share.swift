import Foundation

/// Files that set-up places beside the program: in `share/latent` of an installation, or in `.venv` of a checkout.
public enum Share {
  /// The path of the file called `name`, where it is there.
  public static func file(_ name: String) -> String? {
    var folders = [installed]
    if let home = ProcessInfo.processInfo.environment["LATENT_HOME"] { folders.append(home) }
    folders += checkouts.map { $0 + "/.venv" }
    return folders.map { $0 + "/share/latent/" + name }.first(where: exists)
  }

  /// Where what can be made again is kept: `$LATENT_HOME/NAME`, else `$XDG_CACHE_HOME/latent/NAME`, else
  /// `~/.cache/latent/NAME`.
  public static func cache(
    _ name: String, _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    if let home = environment["LATENT_HOME"], !home.isEmpty { return "\(home)/\(name)" }
    let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (cache ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.cache") + "/latent/" + name
  }

  /// The folder called `name` of an installation, or the folder `source` of the checkout that the program lies in or that
  /// it is called in.
  public static func folder(_ name: String, inSources source: String) -> String? {
    let built = "\(installed)/share/latent/\(name)"
    return ([built] + checkouts.map { "\($0)/\(source)" }).first(where: exists)
  }

  private static var program: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  }

  private static var installed: String {
    program.deletingLastPathComponent().deletingLastPathComponent().path
  }

  /// The folders above the program and above the working folder, itself included.
  private static var checkouts: [String] {
    [program.path, FileManager.default.currentDirectoryPath + "/."].flatMap { start in
      var folder = start as NSString
      var folders: [String] = []
      while folder.length > 1 {
        folder = folder.deletingLastPathComponent as NSString
        folders.append(folder as String)
      }
      return folders
    }
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
