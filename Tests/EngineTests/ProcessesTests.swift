import Datasets
import Files
import Foundation
import Testing
import Torch

/// Fits by several processes, as `torchrun` starts them.
@Suite(.serialized) struct ProcessesTests {
  let folder = NSTemporaryDirectory() + "processes-" + UUID().uuidString

  init() throws {
    try makeFolder(folder)
    try NPY.write(RandomStream(4).uniform([83, 1, 8, 8]) * 0.9, to: folder + "/x.npy")
  }

  /// A port that nobody listens at.
  private func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> UInt16? in
        guard bind(descriptor, generic, size) == 0, getsockname(descriptor, generic, &size) == 0
        else { return nil }
        return pointer.pointee.sin_port
      }
    }
    return Int(UInt16(bigEndian: try #require(port)))
  }

  /// Starts `size` processes of one fit.
  private func start(_ line: String, size: Int = 2) throws -> [Command.Running] {
    let port = try freePort()
    return try (0..<size).map { rank in
      try Command.Running(
        line.split(separator: " ").map(String.init), in: folder,
        environment: [
          "RANK": "\(rank)", "WORLD_SIZE": "\(size)", "MASTER_ADDR": "127.0.0.1",
          "MASTER_PORT": "\(port)",
        ], name: "-\(rank)")
    }
  }

  private func alone(_ line: String) throws -> Command {
    try Command(line.split(separator: " ").map(String.init), in: folder)
  }

  /// The epochs of a fit, of which the first line of the file is none.
  private func curve(_ space: String) throws -> [[String: Double]] {
    let text = String(
      decoding: try MappedFile("\(folder)/\(space)/metrics.jsonl").data, as: UTF8.self)
    return try text.split(separator: "\n").dropFirst().map { line in
      let epoch = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      let (train, validation) = (epoch["train"], epoch["validation"])
      let all = [train, validation].map { $0 as? [String: Double] ?? [:] }
      return all[0].merging(all[1].map { ("validation \($0)", $1) }) { $1 }
    }
  }

  private func isSame(_ a: [[String: Double]], _ b: [[String: Double]]) -> Bool {
    a.count == b.count && !a.isEmpty
      && zip(a, b).allSatisfy { one, other in
        one.keys == other.keys
          && one.allSatisfy { abs($1 - (other[$0] ?? .nan)) <= 1e-5 * max(abs($1), 1) }
      }
  }

  private let fit =
    "fit vae x.npy --latents 3 --epochs 3 --batch 16 --hidden 12 --threads 1 --validation 0.1 "

  @Test func twoProcessesHaveTheLossesOfOne() throws {
    let all = try start(fit + "--out two.latent --json").map { try $0.ended() }
    #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.talk))")
    #expect(all[0].json["steps"] as? Int == 15 && all[1].output.isEmpty, "one of them speaks")
    _ = try alone(fit + "--out one.latent -q")
    #expect(isSame(try curve("two.latent"), try curve("one.latent")))
    let said = String(
      decoding: try MappedFile(folder + "/two.latent/space.json").data, as: UTF8.self)
    #expect(said.contains("\"processes\" : 2"))
    #expect(try alone("score two.latent -q").status == 0)
  }

  @Test func threeUnevenSharesAreTheSameToo() throws {
    let iwae =
      "fit iwae x.npy --latents 3 --samples 4 --epochs 2 --batch 16 --hidden 12 --threads 1 -q "
    let all = try start(iwae + "--out three.latent", size: 3).map { try $0.ended() }
    #expect(all.allSatisfy { $0.status == 0 }, "\(all.map(\.talk))")
    _ = try alone(iwae + "--out one.latent")
    #expect(isSame(try curve("three.latent"), try curve("one.latent")))
  }

  @Test func aProcessThatDiesStopsTheOthersAndTheRunGoesOn() throws {
    let long = fit.replacing("--epochs 3", with: "--epochs 3000") + "--checkpoint-seconds 0.1 -q "
    let both = try start(long + "--out broken.latent")
    let checkpoint = folder + "/broken.latent/checkpoint/last.safetensors"
    let begun = Date()
    while !FileManager.default.fileExists(atPath: checkpoint), begun.timeIntervalSinceNow > -30 {
      usleep(20_000)
    }
    kill(both[1].process.processIdentifier, SIGKILL)
    let killed = Date()
    let left = try both[0].ended()
    #expect(killed.timeIntervalSinceNow > -10)
    #expect(left.status == 1)
    #expect(
      left.sentence
        == "latent: the process of rank 1, one of 2, has ended or is out of reach; `latent fit "
        + "--resume broken.latent` goes on from the last checkpoint, with any number of processes")
    let short = "fit --resume broken.latent --epochs 100 -q"
    let done = try curve("broken.latent").count
    try #require(done < 100, "the machine was too fast for this test")
    #expect(try start(short).map { try $0.ended().status } == [0, 0])
    let whole = try alone(fit.replacing("--epochs 3 ", with: "--epochs 100 ") + "--out w.latent -q")
    #expect(whole.status == 0)
    #expect(isSame(try curve("broken.latent"), try curve("w.latent")))
  }

  @Test(arguments: [
    ("infovae", "cannot be trained by several processes: its loss term"),
    ("simclr", "cannot be trained by several processes: its loss term"),
    ("pca", "is not trained in steps whose gradients 2 processes could share"),
  ])
  func aBatchThatCountsAsAWholeIsRefused(_ method: String, _ reason: String) throws {
    let more = method == "pca" ? "" : "--epochs 1 --batch 16"
    let all = try start("fit \(method) x.npy \(more) --out r.latent -q").map { try $0.ended() }
    #expect(all.map(\.status) == [1, 1])
    #expect(all[0].sentence.hasPrefix("latent: \(method) \(reason)"), "\(all[0].talk)")
    #expect(!FileManager.default.fileExists(atPath: folder + "/r.latent"))
    #expect(all[0].sentence.count { $0 == "\n" } == 0 && all[1].talk.isEmpty, "\(all[1].talk)")
  }

  @Test func whatTheEnvironmentLacksIsNamed() throws {
    func said(_ environment: [String: String]) throws -> String {
      try Command(
        ["fit", "vae", "x.npy", "-q"], in: folder, environment: environment
      ).sentence
    }
    #expect(try said(["WORLD_SIZE": "2"]).contains("RANK is not set; torchrun sets"))
    #expect(
      try said(["WORLD_SIZE": "2", "RANK": "2"]).contains("a whole number from 0 to 1"))
    #expect(
      try said(["WORLD_SIZE": "2", "RANK": "0", "MASTER_PORT": "9"]).contains("MASTER_ADDR"))
  }
}
