import Files
import Foundation
import Testing

@testable import MCP
@testable import Manual

@Suite struct ConversationTests {
  private let conversation = Conversation(
    [Tool(.show), Tool(.sample), Tool(.find), Tool(.score), Tool(.runs)], version: "0.1.0",
    record: { $0 == "iwae" ? Data(#"{"verdict":"holds"}"#.utf8) : nil }
  ) { name, flag, verb in
    if name?.contains("..") == true { throw UserError("--\(flag.name) leads elsewhere") }
    return "/answers/" + (name ?? flag.standard ?? verb.name)
  }

  private func step(_ line: String) -> Conversation.Step { conversation.step(for: Data(line.utf8)) }

  private func reply(_ line: String) -> JSON {
    guard case .reply(let message) = step(line) else { return nil }
    return message
  }

  private func call(_ name: String, _ arguments: String) -> Conversation.Step {
    step(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\#(name)","arguments":\#(arguments)}}"#
    )
  }

  private func words(_ name: String, _ arguments: String) -> [String] {
    guard case .call(_, _, let words) = call(name, arguments) else { return [] }
    return words
  }

  private func refusal(_ name: String, _ arguments: String) -> String {
    guard case .reply(let message) = call(name, arguments), let result = message["result"],
      result["isError"] == true
    else { return "" }
    return result["content"]?.values?.first?["text"]?.text ?? ""
  }

  @Test(arguments: Conversation.revisions)
  func aKnownRevisionIsSpoken(revision: String) {
    let answer = reply(
      #"{"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"\#(revision)"}}"#
    )
    #expect(answer["id"] == "a")
    #expect(answer["result"]?["protocolVersion"] == .string(revision))
    #expect(answer["result"]?["serverInfo"]?["name"] == "latent")
  }

  @Test func anUnknownRevisionIsAnsweredWithTheNewest() {
    let answer = reply(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2099-01-01"}}"#)
    #expect(answer["result"]?["protocolVersion"] == "2025-11-25")
  }

  /// A request of the revision that needs no greeting.
  private func enveloped(_ method: String, revision: String = Conversation.stateless) -> JSON {
    reply(
      #"{"jsonrpc":"2.0","id":0,"method":"\#(method)","params":{"_meta":{"#
        + #""io.modelcontextprotocol/protocolVersion":"\#(revision)","#
        + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#)
  }

  @Test func theNewestRevisionNeedsNoGreeting() {
    let found = enveloped("server/discover")["result"]
    #expect(found?["supportedVersions"] == ["2026-07-28"])
    #expect(found?["resultType"] == "complete" && found?["cacheScope"] == "public")
    #expect(found?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "latent")
    let tools = enveloped("tools/list")["result"]
    #expect(tools?["tools"]?.values?.count == 5 && tools?["ttlMs"] == 3_600_000)
    let refused = enveloped("tools/list", revision: "2099-01-01")["error"]
    #expect(refused?["code"] == -32022)
    #expect(refused?["data"]?["supported"] == ["2026-07-28"])
    #expect(refused?["data"]?["requested"] == "2099-01-01")
  }

  @Test(arguments: [
    ("{", -32700), ("\u{0}", -32700), ("[]", -32600), ("3", -32600), ("{}", -32600),
    (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/destroy"}"#, -32601),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, -32602),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1]}"#, -32602),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///etc/passwd"}}"#,
      -32002
    ),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"latent://systems/../x"}}"#,
      -32002
    ),
  ])
  func whatIsWrongIsAnsweredWithItsCode(line: String, code: Int) {
    let answer = reply(line)
    #expect(answer["jsonrpc"] == "2.0")
    #expect(answer["error"]?["code"] == .int(code))
    #expect(answer["error"]?["message"]?.text?.isEmpty == false)
  }

  @Test func recordedChecksAndSystemsAreResources() {
    func read(_ uri: String) -> Conversation.Step {
      step(#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"\#(uri)"}}"#)
    }
    guard case .reply(let answer) = read("latent://checks/iwae"),
      case .read(_, _, let words) = read("latent://systems/S057")
    else {
      Issue.record("resources are not read")
      return
    }
    #expect(answer["result"]?["contents"]?.values?.first?["text"] == #"{"verdict":"holds"}"#)
    #expect(words == ["systems", "--json", "--quiet", "--", "S057"])
    let templates = reply(#"{"jsonrpc":"2.0","id":1,"method":"resources/templates/list"}"#)
    #expect(templates["result"]?["resourceTemplates"]?.values?.count == 2)
  }

  /// Lines that are nearly right, from a fixed seed: each is answered, asked for, or passed over, and none traps.
  @Test func damagedLinesEndNothing() {
    let line = Array(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sample","arguments":{"space":"a","count":4}}}"#
        .utf8)
    var state: UInt64 = 7
    func random(_ most: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % most
    }
    for _ in 0..<3000 {
      var damaged = line
      for _ in 0...random(4) {
        switch random(3) {
        case 0: damaged[random(damaged.count)] = UInt8(random(256))
        case 1: damaged.removeSubrange(random(damaged.count / 2)..<damaged.count - random(20) % 2)
        default: damaged.insert(contentsOf: damaged.prefix(random(40)), at: random(damaged.count))
        }
        if damaged.count < 4 { damaged = line }
      }
      if case .reply(let answer) = conversation.step(for: Data(damaged)) {
        #expect(answer["jsonrpc"] == "2.0" && (answer["error"] != nil || answer["result"] != nil))
      }
    }
  }

  @Test func deepNestingIsRefusedNotFollowed() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(reply(deep)["error"]?["code"] == -32700)
    #expect(reply(deep + String(repeating: "]", count: 100_000))["error"]?["code"] == -32700)
  }

  @Test func notificationsAreNotAnswered() {
    for line in [
      #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
      #"{"jsonrpc":"2.0","method":"ping"}"#,
      #"{"jsonrpc":"2.0","id":4,"result":{}}"#,
    ] {
      guard case .nothing = step(line) else {
        Issue.record("\(line) was answered")
        continue
      }
    }
    guard
      case .cancel(let id) = step(
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}"#)
    else {
      Issue.record("a cancelled call was not dropped")
      return
    }
    #expect(id == 5)
  }

  @Test func toolsHaveSchemasOfTheirFlags() throws {
    let answer = reply(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
    let tools = try #require(answer["result"]?["tools"]?.values)
    #expect(tools.compactMap { $0["name"]?.text } == ["show", "sample", "find", "score", "runs"])
    let sample = tools[1]["inputSchema"]
    #expect(sample?["required"] == ["space"])
    #expect(sample?["additionalProperties"] == false)
    let properties = sample?["properties"]
    #expect(properties?["count"]?["type"] == "integer" && properties?["count"]?["minimum"] == 1)
    #expect(properties?["count"]?["default"] == 64)
    #expect(properties?["seed"]?["type"] == "integer")
    #expect(properties?["json"] == nil && properties?["quiet"] == nil)
    #expect(tools[2]["inputSchema"]?["properties"]?["need"]?["type"] == "array")
    #expect(tools[2]["inputSchema"]?["properties"]?["cost"]?["enum"] == ["S", "M", "L", "X"])
    #expect(tools[3]["inputSchema"]?["properties"]?["samples"]?["items"]?["type"] == "integer")
    #expect(tools[0]["annotations"]?["readOnlyHint"] == true)
    #expect(tools[1]["annotations"]?["readOnlyHint"] == false)
  }

  @Test func aCallIsTheWordsOfACommand() {
    #expect(
      words("show", #"{"space":"a.latent"}"#) == ["show", "--json", "--quiet", "--", "a.latent"])
    #expect(
      words("sample", #"{"space":"--help","count":4,"temperature":0.5}"#) == [
        "sample", "--count=4", "--temperature=0.5", "--out=/answers/samples.png", "--json",
        "--quiet",
        "--", "--help",
      ])
    #expect(
      words("score", #"{"space":"a","samples":[1,5],"seed":3,"limit":null}"#) == [
        "score", "--samples=1,5", "--seed=3", "--json", "--quiet", "--", "a",
      ])
    #expect(
      words("find", #"{"need":["anomalies","in tables"]}"#).suffix(2) == ["anomalies", "in tables"])
    #expect(words("find", #"{"need":"anomalies"}"#).last == "anomalies")
  }

  @Test(arguments: [
    ("show", "{}", "SPACE is missing"), ("sample", #"{"space":"a","count":0}"#, "--count takes"),
    ("sample", #"{"space":"a","cuont":1}"#, "did you mean count?"),
    ("sample", #"{"space":"a","out":"../x.png"}"#, "leads elsewhere"),
    ("sample", #"{"space":{"a":1}}"#, "takes a text, a number"),
    ("show", "[1]", "must be an object"),
    ("sample", #"{"space":"a","count":"4 --out=/etc/x"}"#, "--count takes"),
    ("find", #"{"need":["a"],"cost":"Q"}"#, "--cost takes S, M, L or X"),
  ])
  func aWrongCallIsToldWhatWouldBeRight(tool: String, arguments: String, sentence: String) {
    #expect(refusal(tool, arguments).contains(sentence))
  }

  @Test func anAnswerHasTheResultAndTheCommand() throws {
    let outcome = Conversation.Outcome(
      output: Data(#"[{"id":"S001"}]"#.utf8), talk: "", succeeded: true, picture: Data([1, 2, 3]))
    let answer = Conversation.reply(to: 3, ["find", "--quiet", "--json", "--", "it's"], outcome)
    let content = try #require(answer["result"]?["content"]?.values)
    #expect(content[0]["text"]?.text == #"[{"id":"S001"}]"#)
    #expect(content[1]["text"]?.text == #"the same by hand: latent find 'it'\''s'"#)
    #expect(content[2] == ["type": "image", "data": "AQID", "mimeType": "image/png"])
    #expect(answer["result"]?["structuredContent"] == ["result": [["id": "S001"]]])
    let failed = Conversation.Outcome(
      output: Data(), talk: "latent: no such space\n", succeeded: false)
    #expect(
      Conversation.reply(to: 3, ["show"], failed)["result"] == [
        "content": [["type": "text", "text": "latent: no such space"]], "isError": true,
        "resultType": "complete",
      ])
  }
}

@Suite struct ServerTests {
  @Test func linesAreCutAndTheEndEndsOne() {
    var lines = Lines()
    #expect(lines.take(Array("ab".utf8)[...]) == [])
    #expect(lines.take(Array("c\n\n \r\nd".utf8)[...]) == [.whole(Data("abc".utf8))])
    #expect(lines.end() == [.whole(Data("d".utf8))])
    #expect(lines.end() == [])
  }

  @Test func aLineWithoutEndIsNotKept() {
    var lines = Lines()
    let part = [UInt8](repeating: 120, count: 1 << 20)
    for _ in 0..<5 { #expect(lines.take(part[...]) == []) }
    #expect(lines.take(Array("x\n{}\n".utf8)[...]) == [.tooLong, .whole(Data("{}".utf8))])
  }

  @Test func aCommandMayNotLastOrPrintWithoutEnd() {
    let short = ToolProcess(program: "/bin/sh", seconds: 0.2, most: 1000)
    let slow = short.run(["-c", "exec sleep 20"])
    #expect(!slow.succeeded && slow.talk.contains("took longer than"))
    let long = ToolProcess(program: "/bin/sh", seconds: 20, most: 1000).run(["-c", "exec yes"])
    #expect(!long.succeeded && long.talk.contains("ask for less") && long.output.count <= 1000)
    let fine = ToolProcess(program: "/bin/sh", seconds: 20).run([
      "-c", "cat; echo out; echo err >&2",
    ])
    #expect(fine.succeeded && fine.output == Data("out\n".utf8) && fine.talk == "err\n")
    let failed = ToolProcess(program: "/bin/sh", seconds: 20).run(["-c", "exit 3"])
    #expect(!failed.succeeded)
    let absent = ToolProcess(program: "/no/such/program", seconds: 1).run([])
    #expect(!absent.succeeded && absent.talk.contains("cannot start"))
    let ticket = Ticket()
    ticket.drop()
    #expect(
      !ToolProcess(program: "/bin/sh", seconds: 20).run(["-c", "exec sleep 20"], ticket).succeeded)
  }

  @Test func everyRequestIsAnsweredAndNoLineEndsTheServer() throws {
    let input = Pipe(), output = Pipe()
    let conversation = Conversation([Tool(.show)], version: "1") { _, _, _ in "" }
    let server = Server(
      conversation, output: output.fileHandleForWriting.fileDescriptor, jobs: 2
    ) { words, _ in
      Conversation.Outcome(
        output: Data(#"{"words":\#(words.count)}"#.utf8), talk: "", succeeded: true)
    }
    let lines = [
      "not json", #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"show","arguments":{"space":"a"}}}"#,
      "\u{1}\u{2}", #"{"jsonrpc":"2.0","id":"3","method":"ping"}"#,
    ]
    input.fileHandleForWriting.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    try input.fileHandleForWriting.close()
    server.serve(input: input.fileHandleForReading.fileDescriptor) { false }
    try output.fileHandleForWriting.close()
    let said = output.fileHandleForReading.readDataToEndOfFile().split(
      separator: UInt8(ascii: "\n"))
    let answers = said.compactMap { JSON(parsing: $0) }
    #expect(answers.count == 5)
    #expect(Set(answers.compactMap { $0["id"]?.compact }) == ["null", "1", "2", "\"3\""])
    let called = answers.first { $0["id"] == 2 }
    #expect(called?["result"]?["structuredContent"] == ["words": 5])
  }
}
