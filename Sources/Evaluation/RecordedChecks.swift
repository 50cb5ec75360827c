import Files
import Foundation

extension CheckReport {
  /// The record of the check of a row, such as `S057`, in `docs/checks` of the checkout that the program lies in or that it
  /// is called in, or of an installation; nothing where there is none.
  public static func recorded(_ id: String) -> CheckReport? {
    guard let folder = Share.folder("checks", inSources: "docs/checks"),
      let file = try? MappedFile("\(folder)/\(id).json")
    else { return nil }
    return try? JSONDecoder().decode(CheckReport.self, from: file.data)
  }
}
