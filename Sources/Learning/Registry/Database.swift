import CSQLite
import Files

/// One connection to an SQLite file; used by one thread at a time.
package final class Database {
  /// A number, a text, or nothing: what a column can hold here.
  package enum Value: Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
  }

  private let handle: OpaquePointer
  private let path: String
  /// What the file is, for messages.
  private let noun: String

  /// Opens or creates the file at `path`, waiting up to `patience` milliseconds for other writers.
  ///
  /// - Parameter noun: What the file is, such as `the registry of runs`.
  package init(path: String, patience: Int32, noun: String = "the registry of runs") throws {
    self.path = path
    self.noun = noun
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(
      path, &opened,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE,
      nil)
    guard code == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw UserError("cannot open \(noun) \(path): \(reason)")
    }
    handle = opened
    sqlite3_busy_timeout(handle, patience)
  }

  deinit { sqlite3_close_v2(handle) }

  /// How many rows the last statement that changed any did change.
  package var changes: Int { Int(sqlite3_changes(handle)) }

  /// Runs one statement with `values` bound in order, and hands each row to `row` until it is false.
  package func run(
    _ statement: String, _ values: [Value] = [], row: (Row) throws -> Bool = { _ in true }
  ) throws {
    var compiled: OpaquePointer?
    try check(sqlite3_prepare_v2(handle, statement, -1, &compiled, nil))
    defer { sqlite3_finalize(compiled) }
    for (i, value) in values.enumerated() {
      try check(bind(value, to: Int32(i + 1), of: compiled))
    }
    while true {
      let code = sqlite3_step(compiled)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw failure(code) }
      if try !row(Row(statement: compiled)) { return }
    }
  }

  /// The single whole number that `statement` yields; 0 where it yields none.
  package func integer(_ statement: String) throws -> Int64 {
    var result: Int64 = 0
    try run(statement) { row in
      if case .integer(let value) = row[0] { result = value }
      return false
    }
    return result
  }

  /// One row of an answer, valid while it is being handed over.
  package struct Row {
    fileprivate let statement: OpaquePointer?

    /// What the column at `index` holds.
    package subscript(index: Int) -> Value {
      let column = Int32(index)
      switch sqlite3_column_type(statement, column) {
      case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
      case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
      case SQLITE_NULL: return .null
      default:
        guard let bytes = sqlite3_column_blob(statement, column) else { return .text("") }
        let count = Int(sqlite3_column_bytes(statement, column))
        return .text(
          String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self))
      }
    }
  }

  private func bind(_ value: Value, to place: Int32, of statement: OpaquePointer?) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(statement, place)
    case .integer(let number): return sqlite3_bind_int64(statement, place, number)
    case .real(let number): return sqlite3_bind_double(statement, place, number)
    case .text(var text):
      // SQLITE_TRANSIENT, a cast that C's macro does not bring over: the bytes are copied.
      let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { bytes in
          guard let start = bytes.baseAddress else {
            return sqlite3_bind_text(statement, place, "", 0, copy)
          }
          return sqlite3_bind_text64(
            statement, place, start, UInt64(bytes.count), copy, UInt8(SQLITE_UTF8))
        }
      }
    }
  }

  /// Runs `body` as one transaction, which writes all of what it does or nothing.
  package func transaction(_ body: () throws -> Void) throws {
    try run("BEGIN IMMEDIATE")
    do {
      try body()
      try run("COMMIT")
    } catch {
      try? run("ROLLBACK")
      throw error
    }
  }

  private func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw failure(code) }
  }

  private func failure(_ code: Int32) -> UserError {
    let reason = String(cString: sqlite3_errmsg(handle))
    switch code & 0xff {
    case SQLITE_NOTADB, SQLITE_CORRUPT:
      return UserError(
        "\(noun) \(path) is damaged (\(reason)); move it away and a new one is begun")
    case SQLITE_BUSY, SQLITE_LOCKED:
      return UserError("\(noun) \(path) is busy with another process; try again")
    default:
      return UserError("cannot use \(noun) \(path): \(reason)")
    }
  }
}
