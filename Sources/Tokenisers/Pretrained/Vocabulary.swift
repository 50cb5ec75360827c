import Files

/// Tokens by what is written for them, and back.
struct Vocabulary: Sendable {
  private(set) var tokens: [[UInt8]: Int] = [:]
  private(set) var written: [Int: [UInt8]] = [:]
  /// Tokens of the model, without those that were added to it.
  private static let most = 10_000_000

  /// The vocabulary of a model in a `tokenizer.json`.
  ///
  /// - Throws: `UserError` where a number is no token.
  init(_ node: JSONNode?, _ place: String) throws {
    guard let fields = node?.fields else { throw UserError("\(place): its model has no vocab") }
    tokens.reserveCapacity(fields.count)
    for (name, value) in fields {
      guard let token = value.integer, (0..<Self.most).contains(token) else {
        throw UserError(
          "\(place): the token \(String(decoding: name, as: UTF8.self)) of its vocab has no number of "
            + "0 to \(Self.most - 1)")
      }
      tokens[name] = token
      written[token] = name
    }
  }

  subscript(_ written: [UInt8]) -> Int? { tokens[written] }
}

/// How the words of a text become tokens.
enum TokenModel: Sendable {
  case pairs(PairModel)
  case pieces(WordPieceModel)

  /// The model of a `tokenizer.json`.
  ///
  /// - Throws: `UserError` that names what is not known.
  init(_ node: JSONNode?, _ vocabulary: Vocabulary, _ place: String) throws {
    // Files of old versions leave the type out.
    let type = node?["type"]?.text ?? (node?["merges"] != nil ? "BPE" : "without a type")
    switch type {
    case "BPE": self = .pairs(try PairModel(node, vocabulary, place))
    case "WordPiece": self = .pieces(try WordPieceModel(node, vocabulary, place))
    default:
      throw UserError("\(place): its model \(type) is not known here; BPE and WordPiece are")
    }
  }

  func tokens(of word: [UInt8], _ vocabulary: Vocabulary) -> [Int32] {
    switch self {
    case .pairs(let model): model.tokens(of: word, vocabulary)
    case .pieces(let model): model.tokens(of: word, vocabulary)
    }
  }
}

/// Characters joined pair by pair.
///
/// - Source: Sennrich, Haddow & Birch, *Neural machine translation of rare words with subword units*, ACL 2016.
struct PairModel: Sendable {
  private let joining: PairJoining
  private let unknown: Int?
  private let joinsUnknown: Bool
  private let takesWords: Bool
  /// The tokens of single bytes, for characters that are none; empty where they are not used.
  private let bytes: [Int]

  init(_ node: JSONNode?, _ vocabulary: Vocabulary, _ place: String) throws {
    for name in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] {
      guard let value = node?[name], value.text != "", value.integer != 0 else { continue }
      throw UserError("\(place): its model BPE has a \(name), which is not known here")
    }
    unknown = try node?["unk_token"]?.bytes.map { name in
      guard let token = vocabulary[name] else {
        throw UserError(
          "\(place): the unk_token \(String(decoding: name, as: UTF8.self)) is not in its vocab")
      }
      return token
    }
    joinsUnknown = node?["fuse_unk"]?.flag ?? false
    takesWords = node?["ignore_merges"]?.flag ?? false
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    let names = (0..<256).map {
      Array("<0x".utf8) + [hexadecimal[$0 / 16], hexadecimal[$0 % 16]] + Array(">".utf8)
    }
    let found = node?["byte_fallback"]?.flag ?? false ? names.compactMap { vocabulary[$0] } : []
    bytes = found.count == 256 ? found : []
    joining = try Self.joining(node?["merges"]?.list ?? [], vocabulary, place)
  }

  private static func joining(
    _ merges: [JSONNode], _ vocabulary: Vocabulary, _ place: String
  ) throws -> PairJoining {
    var joining = PairJoining()
    for (rank, merge) in merges.enumerated() {
      let parts =
        merge.list?.compactMap(\.bytes)
        ?? merge.bytes?.split(separator: 32, omittingEmptySubsequences: false).map { Array($0) }
        ?? []
      guard parts.count == 2, let first = vocabulary[parts[0]], let second = vocabulary[parts[1]],
        let token = vocabulary[parts[0] + parts[1]]
      else {
        let said = parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        throw UserError(
          "\(place): merge \(rank) of its model, \(said), is not a pair of tokens of its vocab that "
            + "make a third")
      }
      joining.add(
        TokenPair(Int32(first), Int32(second)), .init(rank: Int32(rank), token: Int32(token)))
    }
    return joining
  }

  func tokens(of word: [UInt8], _ vocabulary: Vocabulary) -> [Int32] {
    if takesWords, let token = vocabulary[word] { return [Int32(token)] }
    var tokens: [Int32] = [], endsUnknown = false, start = 0
    for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
      let end = start + UTF8.width(scalar)
      let character = Array(word[start..<end])
      start = end
      if let token = vocabulary[character] {
        tokens.append(Int32(token))
        endsUnknown = false
      } else if !bytes.isEmpty {
        tokens += character.map { Int32(bytes[Int($0)]) }
        endsUnknown = false
      } else if let unknown {
        if !(joinsUnknown && endsUnknown) { tokens.append(Int32(unknown)) }
        endsUnknown = true
      }
    }
    return joining.joined(tokens)
  }
}

/// The longest pieces that a word begins with, one after another.
///
/// - Source: Wu et al., *Google's neural machine translation system*, 2016; as in Devlin et al., *BERT*, NAACL 2019.
struct WordPieceModel: Sendable {
  private let unknown: Int
  private let prefix: [UInt8]
  private let longest: Int

  init(_ node: JSONNode?, _ vocabulary: Vocabulary, _ place: String) throws {
    let name = node?["unk_token"]?.bytes ?? Array("[UNK]".utf8)
    guard let token = vocabulary[name] else {
      throw UserError(
        "\(place): the unk_token \(String(decoding: name, as: UTF8.self)) is not in its vocab")
    }
    unknown = token
    prefix = node?["continuing_subword_prefix"]?.bytes ?? Array("##".utf8)
    longest = node?["max_input_chars_per_word"]?.integer ?? 100
  }

  func tokens(of word: [UInt8], _ vocabulary: Vocabulary) -> [Int32] {
    // Where characters end, which pieces may too.
    var ends: [Int] = [], end = 0
    for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
      end += UTF8.width(scalar)
      ends.append(end)
    }
    guard ends.count <= longest else { return [Int32(unknown)] }
    var tokens: [Int32] = [], start = 0, next = 0
    while start < word.count {
      let before = start > 0 ? prefix : []
      guard
        let (last, token) = ends.indices[next...].reversed().lazy.compactMap({ place in
          vocabulary[before + word[start..<ends[place]]].map { (place, $0) }
        }).first
      else { return [Int32(unknown)] }
      tokens.append(Int32(token))
      (start, next) = (ends[last], last + 1)
    }
    return tokens
  }
}
