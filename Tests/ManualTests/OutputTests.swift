import Foundation
import Synchronization
import Testing

@testable import Manual

@Suite struct FormatTests {
  @Test(arguments: [
    (0.0, "0 ms"), (0.0853, "85 ms"), (0.0996, "0.1 s"), (4.24, "4.2 s"), (9.96, "10 s"),
    (59.6, "1 min 00 s"), (192, "3 min 12 s"), (7500, "2 h 05 min"), (273_600, "3 d 4 h"),
    (.infinity, "–"), (.nan, "–"), (-1, "–"),
  ])
  func durationsReadAsAPersonSaysThem(seconds: Double, text: String) {
    #expect(format(duration: seconds) == text)
  }

  @Test func ratesKeepThreeDigits() {
    #expect(format(rate: 54_210.4, unit: "images") == "54,210 images/s")
    #expect(format(rate: 12.34, unit: "steps") == "12.3 steps/s")
    #expect(format(rate: 0.314, unit: "epochs") == "0.31 epochs/s")
    #expect(format(rate: 0.048, unit: "runs") == "2.9 runs/min")
    #expect(format(rate: .infinity, unit: "steps") == "– steps/s")
  }

  @Test func bytesAreInPowersOfTen() {
    #expect(format(bytes: 1) == "1 byte")
    #expect(format(bytes: 999) == "999 bytes")
    #expect(format(bytes: 1234) == "1.2 kB")
    #expect(format(bytes: 999_600) == "1.0 MB")
    #expect(format(bytes: 47_040_016) == "47 MB")
    #expect(format(bytes: .max) == "9.2 EB")
  }

  @Test func valuesKeepFourDigits() {
    #expect(format(value: 243.14) == "243.1")
    #expect(format(value: -0.012345) == "-0.01235")
    #expect(format(value: 1.234e-5) == "1.23e-05")
    #expect(format(value: 52_310.4) == "52,310")
    #expect(format(value: .nan) == "NaN")
    #expect(format(value: 0) == "0")
  }
}

@Suite struct ProgressTests {
  /// Text written at times that the test sets.
  final class Stage: Sendable {
    let time = Mutex(0.0)
    let text = Mutex("")

    func line(_ style: ProgressLine.Style, total: Int?, start: Int = 0) -> ProgressLine {
      ProgressLine(
        Progress(label: "fit", total: total, unit: "images", start: start), style: style,
        now: { self.time.withLock { $0 } }, width: { 101 },
        write: { text in self.text.withLock { $0 += text } })
    }

    func at(_ seconds: Double) { time.withLock { $0 = seconds } }

    /// What was written since the last call.
    func taken() -> String {
      text.withLock { text in
        defer { text = "" }
        return text
      }
    }
  }

  @Test func aLogGetsALineEveryTenSecondsAndOneAtTheEnd() {
    let stage = Stage()
    let line = stage.line(.logged, total: 1000)
    stage.at(5)
    line.update(done: 100)
    #expect(stage.taken() == "")
    stage.at(10)
    line.update(done: 250, values: [("loss", 243.14)])
    #expect(
      stage.taken()
        == "fit: 250/1,000 images (25%), 25.0 images/s, 10 s, 30 s left, loss 243.1\n")
    stage.at(19)
    line.update(done: 400)
    #expect(stage.taken() == "")
    stage.at(40)
    line.update(done: 1000)
    _ = stage.taken()
    line.finish()
    line.finish()
    #expect(stage.taken() == "fit: 1,000 images in 40 s (25.0 images/s), loss 243.1\n")
  }

  @Test func aTerminalLineIsRedrawnTenTimesASecondAtMost() {
    let stage = Stage()
    let line = stage.line(.redrawn, total: 1000)
    stage.at(1)
    line.update(done: 500)
    #expect(
      stage.taken()
        == "\r\u{1B}[Kfit  [###########-----------]  50%  500/1,000 images  500 images/s  "
        + "1.0 s  1.0 s left")
    stage.at(1.05)
    line.update(done: 525)
    #expect(stage.taken() == "")
    line.say("a file was skipped")
    #expect(stage.taken().hasPrefix("\r\u{1B}[Ka file was skipped\n\r\u{1B}[Kfit  ["))
    line.finish()
    #expect(stage.taken() == "\r\u{1B}[Kfit: stopped at 525/1,000 images in 1.1 s (500 images/s)\n")
  }

  @Test func aSilentLineSaysNothing() {
    let stage = Stage()
    let line = stage.line(.silent, total: 10)
    stage.at(60)
    line.update(done: 10)
    line.finish()
    #expect(stage.taken() == "")
  }

  @Test func whatWasDoneBeforeAResumeDoesNotCountAsSpeed() {
    var progress = Progress(label: "", total: 1000, unit: "images", start: 900)
    progress.done = 950
    progress.elapsed = 10
    #expect(progress.rate == 5)
    #expect(progress.secondsLeft == 10)
  }

  @Test func aUnitMayBeCountedInParts() {
    var progress = Progress(label: "compare", total: 900, unit: "runs", start: 300, parts: 100)
    progress.done = 550
    progress.elapsed = 50
    #expect(progress.sentence == "compare: 5.5/9 runs (61%), 3.0 runs/min, 50 s, 1 min 10 s left")
  }

  @Test(arguments: [0, 1, 5, 20, 40, 60, 80, 200])
  func aLineNeverPassesItsWidth(width: Int) {
    var progress = Progress(label: "fit vae on fashion-mnist", total: 600_000, unit: "images")
    progress.done = 270_000
    progress.elapsed = 5
    progress.values = [("loss", 243.1), ("rate", 25.2)]
    #expect(progress.line(width: width).count <= width)
  }

  @Test func narrowLinesKeepWhatMattersMost() {
    var progress = Progress(label: "fit", total: 100, unit: "steps")
    progress.done = 200
    progress.elapsed = 5
    #expect(progress.line(width: 10) == "fit  100%")
    #expect(
      Progress(label: "read", total: nil, unit: "rows").line(width: 40) == "read  0 rows  0 ms")
    #expect(Progress(label: "read", total: 0, unit: "rows").share == nil)
  }
}

@Suite struct TextTableTests {
  func table() -> TextTable {
    var table = TextTable(["method", "elbo", "note"])
    table.add(["vae", "-243.9", "a|b"])
    table.add(["iwae", "1,240", "größer\nals"])
    return table
  }

  @Test func numbersStandRightAndWordsLeft() {
    #expect(
      table().text() == """
        method    elbo  note
        ------  ------  ----------
        vae     -243.9  a|b
        iwae     1,240  größer als
        """)
  }

  @Test func markdownEscapesBars() {
    #expect(
      table().markdown == """
        | method |   elbo | note       |
        | ------ | -----: | ---------- |
        | vae    | -243.9 | a\\|b       |
        | iwae   |  1,240 | größer als |
        """)
  }

  @Test func theWidestColumnOfWordsIsCutToFit() {
    var table = TextTable(["id", "title"])
    table.add(["1", "a very long title indeed"])
    #expect(table.text(width: 16).split(separator: "\n").last == " 1  a very long…")
  }

  @Test func wideCharactersTakeTwoColumns() {
    #expect("日本".columns == 4)
    #expect("日本語".cut(to: 4) == "日…")
    #expect("e\u{301}".columns == 1)
  }

  @Test func anEmptyTableHasItsTitles() {
    #expect(TextTable(["a", "b"]).text() == "a  b\n-  -")
  }
}

@Suite struct JSONTests {
  @Test func membersKeepTheirOrder() {
    let value: JSON = ["z": 1, "a": [true, nil, 2.5], "n": [["k": "v"]], "e": [:], "f": []]
    #expect(value.compact == #"{"z":1,"a":[true,null,2.5],"n":[{"k":"v"}],"e":{},"f":[]}"#)
    #expect(
      value.pretty == """
        {
          "z": 1,
          "a": [true, null, 2.5],
          "n": [
            {
              "k": "v"
            }
          ],
          "e": {},
          "f": []
        }
        """)
  }

  @Test func textIsEscaped() {
    let text = "\"\\/\n\r\t\u{8}\u{C}\u{1}\u{1F}é😀\u{7F}"
    #expect(
      JSON.string(text).compact == #""\"\\/\n\r\t\b\f\u0001\u001fé😀"# + "\u{7F}\"")
    #expect((["a\nb": 1] as JSON).compact == #"{"a\nb":1}"#)
  }

  @Test func numbersThatAreNotFiniteAreNull() {
    #expect(
      ([.number(.nan), .number(-.infinity), .number(1e-7)] as JSON).compact == "[null,null,1e-07]")
  }

  @Test func longListsTakeALineForEachValue() {
    let list = JSON.array((0..<17).map(JSON.int))
    #expect(list.pretty.split(separator: "\n").count == 19)
  }

  @Test func aMemberIsFoundByName() {
    let value: JSON = ["a": "x"]
    #expect(value["a"] == "x" && value["b"] == nil)
  }
}

@Suite struct ExitCodeTests {
  @Test func wrongUsageIsToldFromFailure() {
    #expect(ExitCode(for: UsageError("x")) == .usage)
    #expect(ExitCode(for: CancellationError()) == .failure)
  }
}

@Suite struct InterruptTests {
  @Test func theFirstSignalIsARequest() async {
    await #expect(processExitsWith: .success) {
      Interrupt.arm()
      guard !Interrupt.requested else { exit(1) }
      raise(SIGTERM)
      exit(Interrupt.requested ? 0 : 1)
    }
  }

  @Test func theSecondSignalEndsTheProgram() async {
    await #expect(processExitsWith: .exitCode(130)) {
      Interrupt.arm()
      raise(SIGINT)
      raise(SIGINT)
    }
  }
}
