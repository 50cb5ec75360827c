import Files
import Foundation
import KeptMaps
import Manual

/// `latent map` where the map is kept: told from files alone, as loading libtorch takes longer than all of it.
public enum KeptMapAnswer {
  /// Writes and tells the kept map that `words`, which follow the program's name, ask for; false where the engine has to,
  /// which is also who says what is wrong with them.
  ///
  /// - Throws: ``UserError`` where the places cannot be written.
  public static func give(to words: [String]) throws -> Bool {
    guard words.first == Verb.map.name,
      let arguments = try? Arguments.parse(Array(words.dropFirst()), verb: .map),
      let input = arguments.positional("SPACE"), let out = arguments.string("out"),
      out.hasSuffix(".npy"), !arguments.flag("fresh"), arguments.string("picture") == nil,
      let map = shelf(of: input, arguments.string("split") ?? "test")?.kept(MapRequest(arguments))
    else { return false }
    let isJudged = map.facts.trustworthiness[MapAccount.judged] != nil
    guard isJudged || !arguments.flag("trustworthiness") else { return false }
    try map.write(to: out)
    let account = MapAccount(map.facts, count: map.count, isKept: true, out: out)
    try Console(arguments).result(account.json, text: account.text)
    return true
  }

  private static func shelf(of input: String, _ split: String) -> MapShelf? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: input, isDirectory: &isFolder),
      // What identifies the points takes long to read where they are many.
      !(isFolder.boolValue ? MapCache(space: input) : MapCache()).isEmpty
    else { return nil }
    return isFolder.boolValue
      ? try? MapShelf(ofSpace: input, split: split) : try? MapShelf(ofFile: input)
  }
}
